# Brings what `make verif` runs: an environment of its own (.venv-verif), and kubectl where it may be installed.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! command -v kubectl >/dev/null; then
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        echo "Il faut kubectl (paquet kubernetes-client de Debian)." >&2
        exit 1
    fi
    echo "Installation de kubectl par apt-get…" >&2
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends kubernetes-client >/dev/null
fi

bash local/venv.sh dev # the Python that .venv was made with, and pip
empreinte=$(sha256sum <requirements/verif.txt | cut -c1-16)
[ -e ".venv-verif/installe-$empreinte" ] && exit 0
echo "Installation des outils de vérification (requirements/verif.txt, une seule fois)…" >&2
rm -rf .venv-verif
.venv/bin/python -m venv .venv-verif
.venv-verif/bin/python -m pip install --disable-pip-version-check --no-input --quiet --no-compile --require-hashes -r requirements/verif.txt
touch ".venv-verif/installe-$empreinte"
