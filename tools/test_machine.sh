#!/bin/sh
# What the tests need beside Python: a Chromium with Chinese fonts, a PostgreSQL server, a Redis server.
# The tests start servers of their own in temporary folders; no running service is used.
set -eu
cd "$(dirname "$0")/.."
. tools/apt.sh

missing=
command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 || missing="$missing chromium"
[ -n "$(fc-list :lang=zh-cn family 2>/dev/null)" ] || missing="$missing fontconfig fonts-noto-cjk"
command -v pdftotext >/dev/null 2>&1 || missing="$missing poppler-utils"
command -v redis-server >/dev/null 2>&1 || missing="$missing redis-server"
command -v initdb >/dev/null 2>&1 || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$missing postgresql"

if [ -n "$missing" ]; then
    # shellcheck disable=SC2086
    apt_install $missing || {
        echo "The tests need these Debian packages, and they could not be installed from here:" >&2
        echo "    sudo apt-get install$missing" >&2
        exit 1
    }
fi
