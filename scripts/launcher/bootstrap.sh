# Read by scripts/start, scripts/test and their like: finds a Python, lets bootstrap.py make the
# virtual environment, and leaves its interpreter in P2PTEXT_PYTHON and the clone in P2PTEXT_ROOT.

P2PTEXT_ROOT=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P) || exit 1
P2PTEXT_CALLED_FROM=${P2PTEXT_CALLED_FROM:-$PWD}
export P2PTEXT_CALLED_FROM

# The first Python that passes the test in $1 (an import list), newest names after plain python3.
p2ptext_find_python() {
    for candidate in "${PYTHON:-}" python3 python3.13 python3.12 python3.11 python3.14 python /usr/bin/python3; do
        [ -n "$candidate" ] || continue
        if "$candidate" -I -c "import sys, $1; sys.exit(sys.version_info < (3, 11))" >/dev/null 2>&1; then
            printf '%s\n' "$candidate"
            return 0
        fi
    done
    return 1
}

# $1: run (the program and its engines) or test (tests and checks besides).
p2ptext_bootstrap() {
    base=$(p2ptext_find_python "venv, ensurepip") || base=$(p2ptext_find_python venv) || {
        echo "p2ptext needs Python 3.11 or newer, and none was found." >&2
        echo "Install it (Debian, Ubuntu: sudo apt install python3 python3-venv; Fedora: sudo dnf" >&2
        echo "install python3; macOS: brew install python) or name one: PYTHON=/path/to/python3 $0" >&2
        exit 1
    }
    P2PTEXT_PYTHON=$("$base" -I "$P2PTEXT_ROOT/scripts/launcher/bootstrap.py" "$1") || exit 1
    cd -- "$P2PTEXT_ROOT" || exit 1
}
