#!/usr/bin/env bash
# Builds the front end and the binary for this machine, then runs all of PUM.

. "$(dirname "$0")/lib.sh"

need_rust
need_compiler
say "Building the front end"
front_end_build
say "Building PUM (some minutes the first time)"
cargo build --profile up --locked -p pum
say "Starting"
# Memory that was needed to start goes back at once, as in the image.
export MIMALLOC_PURGE_DELAY=1
exec "${CARGO_TARGET_DIR:-target}/up/pum" up "$@"
