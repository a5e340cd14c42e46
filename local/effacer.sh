# Removes what `make run` keeps: .ceres, and PostgreSQL's data where root had to put it elsewhere (see postgres.py).
set -euo pipefail
cd "$(dirname "$0")/.."
if ! flock --nonblock .ceres/verrou true 2>/dev/null && [ -e .ceres/verrou ]; then
    echo "CERES tourne depuis ce dossier : arrêtez-le d'abord (Ctrl-C)." >&2
    exit 1
fi
[ -L .ceres/postgres ] && rm -rf "$(readlink -f .ceres/postgres)"
rm -rf .ceres
