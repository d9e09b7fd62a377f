#!/bin/sh
# Prints the Python that `make setup` builds the environment with: the first of 3.11 or newer that can
# make a virtual environment. Set PYTHON to choose it yourself.
set -u

# Empty when the candidate can't run: a name on the PATH may be a shim that only prints an error.
version_of() {
    "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null
}

new_enough() {
    "$1" -c 'import sys; raise SystemExit(sys.version_info < (3, 11))' 2>/dev/null
}

# Debian ships venv without ensurepip, which makes an environment without pip.
makes_environments() {
    "$1" -c 'import ensurepip, venv; ensurepip.version()' >/dev/null 2>&1
}

without_venv=""
too_old=""
for candidate in ${PYTHON:-python3.13 python3.12 python3.11 python3.14 python3 python}; do
    found=$(version_of "$candidate") || continue
    if ! new_enough "$candidate"; then
        too_old="$too_old $candidate is $found;"
    elif ! makes_environments "$candidate"; then
        without_venv="${without_venv:-$candidate $found}"
    else
        "$candidate" -c 'import sys; print(sys.executable)'
        exit 0
    fi
done

if [ -n "$without_venv" ]; then
    # shellcheck disable=SC2086
    set -- $without_venv
    echo "$1 can't make a virtual environment: its ensurepip module is missing." >&2
    echo "On Debian or Ubuntu: apt-get install python$2-venv   (or python3-venv). Then run the same command again." >&2
    exit 2
fi
echo "InterLab needs Python 3.11 or newer; found:${too_old:- none that runs.}" >&2
echo "Install one (on Debian or Ubuntu: apt-get install python3 python3-venv)," >&2
echo "or name one that is not on the PATH: make setup PYTHON=path/to/python3" >&2
exit 1
