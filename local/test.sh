# All the tests but the slow proofs, three at a time: they wait for the system that they share a third of their time.
set -euo pipefail
cd "$(dirname "$0")/.."
# Whoever ends make (a CI out of time) ends the tests too: who is told to end leaves what it waits for.
lien=()
command -v setpriv > /dev/null && lien=(setpriv --pdeathsig TERM --)
exec "${lien[@]}" .venv/bin/python -m pytest ${K:+-k "$K"} -n "${OUVRIERS:-3}" -m "not lente"
