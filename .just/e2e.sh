#!/usr/bin/env bash
# The browser tests: real pages, the debug binary, the fake Plex. Options go to vitest, such as: just e2e -t wizard

. "$(dirname "$0")/lib.sh"

need_rust
need_compiler
need_chromium
front_end_build
cargo build --locked --workspace --bins
export PUM_PROGRAMS="${CARGO_TARGET_DIR:-$PWD/target}/debug"
cd frontend
npm run --silent e2e -- "$@"
