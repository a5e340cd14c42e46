# All the tests but the slow proofs: first those that share a running system, three at a time (they wait for it a third
# of their time), then those that break it or must be alone on it, two at a time, each on its own.
set -uo pipefail
cd "$(dirname "$0")/.."
# Whoever ends this shell (a CI out of time) ends the tests too: a shell that is told to end leaves what it waits for.
lien=()
command -v setpriv > /dev/null && lien=(setpriv --pdeathsig TERM --)
pytest() { "${lien[@]}" .venv/bin/python -m pytest ${K:+-k "$K"} "$@"; }

pytest -n "${OUVRIERS:-3}" -m "not lente"
partages=$?
[ $partages = 2 ] && exit 2 # interrupted: the person wants no more
pytest -n 2 -m panne
pannes=$?
# 5: no test was selected, which is no failure of the second run, nor of a run restricted by K
[ $pannes = 5 ] && pannes=0
[ $partages = 5 ] && [ -n "${K:-}" ] && partages=0
exit $((partages | pannes))
