#!/bin/sh
# Makes .venv hold what a requirements file asks for; does nothing when it does already.
# usage: sh tools/environment.sh requirements.txt
set -eu
cd "$(dirname "$0")/.."
. tools/apt.sh

wanted=$1
venv=.venv

# newest first after the machine's own python3; a name may exist and still not run
find_python() {
    for name in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
            printf '%s\n' "$name"
            return 0
        fi
    done
    return 1
}

if ! "$venv/bin/python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
    python=$(find_python) || {
        apt_install python3 python3-venv || true
        python=$(find_python)
    } || {
        echo "Python 3.11 or newer is needed, and none was found. Install it, or name it: make run PYTHON=/path/to/python3" >&2
        exit 1
    }
    # Debian ships venv without ensurepip until python3-venv is there
    if ! "$python" -c 'import venv, ensurepip' >/dev/null 2>&1; then
        version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        apt_install "python$version-venv" || apt_install python3-venv || {
            echo "Python $version has no venv module here. On Debian: apt-get install python$version-venv" >&2
            exit 1
        }
    fi
    echo "Making $venv with $("$python" --version)"
    "$python" -m venv --clear "$venv"
fi

mark=$venv/.installed-$(basename "$wanted" .txt)
key=$("$venv/bin/python" - "$wanted" <<'PY'
import hashlib, pathlib, sys
parts = [sys.version, sys.prefix]
for name in ("requirements.txt", sys.argv[1]):
    parts.append(pathlib.Path(name).read_text(encoding="utf-8"))
print(hashlib.sha256("\n".join(parts).encode()).hexdigest())
PY
)
if [ ! -f "$mark" ] || [ "$(cat "$mark")" != "$key" ]; then
    echo "Installing $wanted"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input --root-user-action=ignore -r "$wanted"
    printf '%s\n' "$key" >"$mark"
fi
