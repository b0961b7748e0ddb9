#!/usr/bin/env bash
# PUM from a debug build, and Vite with hot reloading in front of it (http://localhost:5173).

. "$(dirname "$0")/lib.sh"

need_rust
front_end_packages
cargo build --locked --workspace --bins
(cd frontend && exec npm run --silent dev) &
VITE=$!
trap 'kill $VITE 2>/dev/null' EXIT
"${CARGO_TARGET_DIR:-target}/debug/pum" up
