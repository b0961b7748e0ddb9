#!/usr/bin/env bash
# Builds what the demo needs and starts it; all else is in demo.mjs.

. "$(dirname "$0")/lib.sh"

need_rust
need_compiler
say "Building the front end"
front_end_build
say "Building PUM and the fake Plex (some minutes the first time)"
cargo build --locked --workspace --bins
say "Starting"
PUM_WEB_DIR="$PWD/frontend/dist" exec node .just/demo.mjs "${CARGO_TARGET_DIR:-target}/debug" "$@"
