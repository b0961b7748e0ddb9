#!/usr/bin/env bash
# How quick and how small PUM is on this machine; prints the rows of a table. Leave the machine alone meanwhile.

. "$(dirname "$0")/lib.sh"

need_rust
need_compiler
say "Building as for the image"
cargo build --release --locked -p pum -p pum-testkit --bins
say "Measuring"
programs="${CARGO_TARGET_DIR:-$PWD/target}/release"
"$programs/pum-bench" run "$programs"
if need_chromium; then
    say "Measuring a scroll through the users in Chromium"
    front_end_build
    cd frontend
    PUM_PROGRAMS=$programs npm run --silent bench
fi
