# Shared by the scripts beside it: saying what happens, and finding or fetching what a step needs.
# Sourced, never run.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# What the scripts fetch or make for themselves, apart from what cargo and npm keep.
TOOLS="$PWD/.tools"

in_ci() { [ "${CI:-}" = true ]; }
as_root() { [ "$(id -u)" = 0 ]; }

say() { printf '\n=== %s\n' "$*"; }
loudly() { printf '\n!!! %s\n' "$*" >&2; }

# Steps that were left out because something is missing; the summary repeats them.
LEFT_OUT=()

# missing WHAT REMEDY: an error in CI, a loud word on anybody's machine.
missing() {
    loudly "$1 is missing. $2"
    LEFT_OUT+=("$1")
    if in_ci; then exit 1; fi
    return 1
}

# The first of the named programs that exists, by name or by path.
first_of() {
    local candidate
    for candidate in "$@"; do
        if command -v "$candidate" 2>/dev/null; then return 0; fi
    done
    return 1
}

# install_by_apt PACKAGE…: on Debian and its children, and only as root.
install_by_apt() {
    as_root && command -v apt-get >/dev/null || return 1
    say "Installing by apt: $*"
    [ -n "${APT_UPDATED:-}" ] || apt-get update -q >/dev/null
    APT_UPDATED=yes
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@" >/dev/null
}

need_rust() {
    command -v cargo >/dev/null && return
    loudly "Rust is missing. Install it from https://rustup.rs and run this again."
    exit 1
}

need_node() {
    if ! command -v npm >/dev/null; then
        loudly "Node is missing. Install version 20.19 or newer and run this again."
        exit 1
    fi
}

# A C compiler builds SQLite and the cryptography, whatever Rust's own linker is.
need_compiler() {
    first_of cc gcc clang >/dev/null && return
    install_by_apt gcc libc6-dev && return
    loudly "A C compiler is missing. Install gcc or clang and run this again."
    exit 1
}

# The front end's packages, fetched again only when the lock file has changed.
front_end_packages() {
    need_node
    local stamp=frontend/node_modules/.package-lock.json
    if [ ! -e "$stamp" ] || [ frontend/package-lock.json -nt "$stamp" ]; then
        (cd frontend && npm ci --no-audit --no-fund)
        touch "$stamp"
    fi
}

front_end_build() {
    front_end_packages
    (cd frontend && npm run --silent build)
}

# Chromium for the browser tests; the tests find it by CHROMIUM_PATH.
need_chromium() {
    local names=(chromium chromium-browser google-chrome google-chrome-stable)
    if [ -n "${CHROMIUM_PATH:-}" ]; then return 0; fi
    if ! CHROMIUM_PATH=$(first_of "${names[@]}"); then
        install_by_apt chromium || true
        CHROMIUM_PATH=$(first_of "${names[@]}") || {
            missing Chromium "Install it (Debian: apt install chromium) or set CHROMIUM_PATH."
            return 1
        }
    fi
    export CHROMIUM_PATH
}

# Python with python-plexapi, which judges the fake Plex; sets CONFORMANCE_PYTHON.
need_conformance_python() {
    local python venv="$TOOLS/conformance" wanted
    if ! python=$(first_of python3 python); then
        install_by_apt python3 python3-venv || true
        python=$(first_of python3) || {
            missing Python "Install version 3.10 or newer (Debian: apt install python3 python3-venv)."
            return 1
        }
    fi
    wanted=$(cat backend/testkit/conformance/requirements.txt)
    if [ "$(cat "$venv/wanted" 2>/dev/null)" != "$wanted" ]; then
        rm -rf "$venv"
        mkdir -p "$TOOLS"
        if ! "$python" -m venv "$venv" >/dev/null 2>&1; then
            install_by_apt python3-venv || true
            if ! "$python" -m venv "$venv"; then
                missing "Python's venv" "Install it (Debian: apt install python3-venv)."
                return 1
            fi
        fi
        if ! "$venv/bin/pip" install --quiet --requirement backend/testkit/conformance/requirements.txt; then
            missing python-plexapi "It could not be installed; is the network there?"
            return 1
        fi
        printf '%s' "$wanted" >"$venv/wanted"
    fi
    CONFORMANCE_PYTHON="$venv/bin/python"
}

# A port that is free now.
free_port() {
    node -e 'const s=require("net").createServer();s.listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})'
}
