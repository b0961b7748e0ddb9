#!/usr/bin/env bash
# How quick and how small PUM is on this machine; prints the rows of a table. Leave the machine alone meanwhile.

. "$(dirname "$0")/lib.sh"

need_rust
need_compiler
say "Building as \`just up\` does"
cargo build --profile up --locked -p pum -p pum-testkit --bins
say "Measuring"
programs="${CARGO_TARGET_DIR:-target}/up"
exec "$programs/pum-bench" run "$programs"
