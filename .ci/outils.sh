# Brings what `make verif` runs: an environment of its own (.venv-verif), with kubectl and promtool where they can be had.
set -euo pipefail
cd "$(dirname "$0")/.."

apporter() { # a program, Debian's package of it
    command -v "$1" >/dev/null && return
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        echo "Il faut $1 (paquet $2 de Debian)." >&2
        exit 1
    fi
    echo "Installation de $1 par apt-get…" >&2
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$2" >/dev/null
}
apporter kubectl kubernetes-client
apporter promtool promtool

bash local/venv.sh dev # the Python that .venv was made with, and pip
empreinte=$(sha256sum <requirements/verif.txt | cut -c1-16)
[ -e ".venv-verif/installe-$empreinte" ] && exit 0
echo "Installation des outils de vérification (requirements/verif.txt, une seule fois)…" >&2
rm -rf .venv-verif
.venv/bin/python -m venv .venv-verif
.venv-verif/bin/python -m pip install --disable-pip-version-check --no-input --quiet --no-compile --require-hashes -r requirements/verif.txt
touch ".venv-verif/installe-$empreinte"
