#!/usr/bin/env bash
# The quick look before a commit: format, lints and types of both halves.

. "$(dirname "$0")/lib.sh"

need_rust
say "Rust"
cargo fmt --all --check
cargo clippy --workspace --all-targets --locked -- -D warnings
say "Front end"
front_end_packages
cd frontend
npm run --silent lint
npm run --silent typecheck
