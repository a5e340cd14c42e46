# Removes what `make run` keeps: .ceres, and PostgreSQL's data where root had to put it elsewhere (see postgres.py).
set -euo pipefail
cd "$(dirname "$0")/.."
if ! flock --nonblock .ceres/verrou true 2>/dev/null && [ -e .ceres/verrou ]; then
    echo "CERES tourne depuis ce dossier : arrêtez-le d'abord (Ctrl-C)." >&2
    exit 1
fi
if [ -L .ceres/postgres ]; then
    lieu=$(readlink .ceres/postgres)
    ici=$(pwd -P)/.ceres/postgres
    a_qui=$(cat "$lieu/projet" 2>/dev/null || echo "$ici")
    # copied with the project, the link leads to what is the other's
    [ "$a_qui" != "$ici" ] && [ "$(readlink "$a_qui")" = "$lieu" ] || rm -rf "$lieu"
fi
rm -rf .ceres
