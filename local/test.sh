# All the tests but the slow proofs, five at a time: those that use the system wait for it, for a delay to pass or for a
# process to end, so much that three of them left two processors idle a quarter of their time, and four a fifth.
set -euo pipefail
cd "$(dirname "$0")/.."
# Whoever ends make (a CI out of time) ends the tests too: who is told to end leaves what it waits for.
lien=()
command -v setpriv > /dev/null && lien=(setpriv --pdeathsig TERM --)
exec "${lien[@]}" .venv/bin/python -m pytest ${K:+-k "$K"} -n "${OUVRIERS:-5}" -m "not lente"
