#!/usr/bin/env bash
# Everything that must hold before a change lands: the README's `test` command, and all of CI.
# One debug profile; clippy aside, nothing is built twice. Goes on after a failure and lists them all at the end.

. "$(dirname "$0")/lib.sh"
. .just/databases.sh

trap stop_servers EXIT
trap 'exit 130' INT TERM

FAILED=()
TIMES=()

# section TITLE COMMAND…: runs it, notes how long it took and whether it went well.
section() {
    local title=$1 began=$SECONDS status
    shift
    say "$title"
    # In a subshell of its own and outside any condition, so that `set -e` holds inside.
    set +e
    (set -e; "$@")
    status=$?
    set -e
    TIMES+=("$(printf '%5d s  %s' $((SECONDS - began)) "$title")")
    if [ $status -ne 0 ]; then
        loudly "Failed: $title"
        FAILED+=("$title")
        return 1
    fi
}

summary() {
    local entry
    say "Summary"
    printf '%s\n' ${TIMES[@]+"${TIMES[@]}"}
    printf '%5d s  in total\n' "$SECONDS"
    for entry in ${LEFT_OUT[@]+"${LEFT_OUT[@]}"}; do loudly "NOT TESTED, because it is missing here: $entry"; done
    for entry in ${FAILED[@]+"${FAILED[@]}"}; do loudly "FAILED: $entry"; done
    [ ${#FAILED[@]} -eq 0 ] || exit 1
    printf '\nAll is well.\n'
}

# rust_tests FILTER: nextest where it is installed, for its speed and its filter; cargo's own runner elsewhere.
# Always the whole workspace: cargo would build libraries anew for another choice of crates. A story waits for its
# database and its fakes half of the time: two to a processor.
rust_tests() {
    local threads=$((2 * $(getconf _NPROCESSORS_ONLN)))
    if cargo nextest --version >/dev/null 2>&1; then
        cargo nextest run --locked --workspace --no-fail-fast --test-threads "$threads" --filterset "$1"
    else
        RUST_TEST_THREADS=$threads cargo test --locked --workspace --no-fail-fast
    fi
}

# Rules and the Plex client have nothing to say about a database.
story_tests_on() {
    PUM_TEST_DATABASE=$1 PUM_TEST_DATABASE_URL=$2 rust_tests 'not (package(pum-domain) | package(pum-plex))'
}

openapi_drift() {
    local written
    written=$(mktemp)
    "$PUM_PROGRAMS/pum" openapi >"$written"
    if ! diff -u openapi.yaml "$written"; then
        echo "openapi.yaml is not what the code says. Run: just openapi" >&2
        return 1
    fi
}

type_drift() {
    local before
    before=$(mktemp)
    cp frontend/src/api/schema.d.ts "$before"
    (cd frontend && npm run --silent api:generate)
    if ! diff -u "$before" frontend/src/api/schema.d.ts; then
        echo "frontend/src/api/schema.d.ts did not match openapi.yaml and has been written anew: commit it." >&2
        return 1
    fi
}

in_front_end() { cd frontend && npm run --silent "$@"; }

export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$PWD/target}"
# What a clean build writes for the next one to go on from is half of what it puts on the disk, and CI never builds again.
if [ -n "${CI:-}" ]; then export CARGO_INCREMENTAL=0; fi
# Where the browser tests find `pum` and `pum-fakes`.
export PUM_PROGRAMS="$CARGO_TARGET_DIR/debug"

say "What the tests need"
need_rust
need_compiler
need_node
need_chromium || true
need_conformance_python || true
start_postgres || true
start_mariadb || true

section "Rust: format" cargo fmt --all --check || true
section "Rust: clippy" cargo clippy --workspace --all-targets --locked -- -D warnings || true
section "Rust: build" cargo build --workspace --all-targets --locked || summary
section "Rust: all tests, SQLite" rust_tests "all()" || true
if [ -n "${POSTGRES_URL:-}" ]; then
    section "Rust: story tests, PostgreSQL" story_tests_on postgres "$POSTGRES_URL" || true
fi
if [ -n "${MARIADB_URL:-}" ]; then
    section "Rust: story tests, MariaDB" story_tests_on mariadb "$MARIADB_URL" || true
fi

if [ -n "${CONFORMANCE_PYTHON:-}" ]; then
    section "Fake Plex: python-plexapi" "$CONFORMANCE_PYTHON" backend/testkit/conformance/plexapi_check.py "$PUM_PROGRAMS/pum-fakes" || true
fi

section "Contract: openapi.yaml" openapi_drift || true

section "Front end: packages" front_end_packages || summary
section "Contract: generated types" type_drift || true
section "Front end: lint" in_front_end lint || true
section "Front end: types" in_front_end typecheck || true
section "Front end: unit tests" in_front_end test || true
section "Front end: build" in_front_end build || true
section "Front end: size budgets" in_front_end size || true
if [ -n "${CHROMIUM_PATH:-}" ]; then
    section "Front end: in Chromium" in_front_end e2e || true
fi

summary
