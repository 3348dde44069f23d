# apt_install PACKAGE…: installs Debian packages where that is allowed without asking anybody; returns 1 otherwise.
apt_install() {
    command -v apt-get >/dev/null 2>&1 || return 1
    if [ "$(id -u)" = 0 ]; then
        as_root="env"
    elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
        as_root="sudo -n env"
    else
        return 1
    fi
    echo "Installing with apt: $*"
    $as_root DEBIAN_FRONTEND=noninteractive apt-get update -qq </dev/null >/dev/null || true
    $as_root DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" </dev/null >/dev/null
}
