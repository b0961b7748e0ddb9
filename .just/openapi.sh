#!/usr/bin/env bash
# The contract and the front end's types, written from the code.

. "$(dirname "$0")/lib.sh"

need_rust
cargo build --locked --workspace --bins
"${CARGO_TARGET_DIR:-target}/debug/pum" openapi >openapi.yaml.new
mv openapi.yaml.new openapi.yaml
front_end_packages
cd frontend
npm run --silent api:generate
