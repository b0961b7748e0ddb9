# What can be done here: `just` lists it. Without just on the machine: `npx --yes rust-just RECIPE`.

set shell := ["bash", "-euo", "pipefail", "-c"]

_list:
    @{{ just_executable() }} --list --unsorted --justfile {{ justfile() }}

# Build everything and run PUM on http://localhost:5699
up *OPTIONS:
    .just/up.sh {{ OPTIONS }}

# Click through all of PUM beside a fake Plex, without a Plex server
demo *OPTIONS:
    .just/demo.sh {{ OPTIONS }}

# Run the API and worker from a debug build, and the front end with hot reloading
dev:
    .just/dev.sh

# Format, lints and types; no tests
check:
    .just/check.sh

# Mend what tools can mend
fix:
    cargo fmt --all
    cargo clippy --workspace --all-targets --fix --allow-dirty --allow-staged
    . .just/lib.sh && front_end_packages && cd frontend && npm run --silent fix

# Everything: lints, rules, stories on three databases, contract, front end, browser
test:
    .just/test.sh

# The rules alone, in seconds
test-rules:
    cargo test --locked -p pum-domain

# The browser tests alone, against the debug binary and the fake Plex
e2e *OPTIONS:
    .just/e2e.sh {{ OPTIONS }}

# Speed and size, beside the fake Plex: each route against a bare handler
bench:
    .just/bench.sh

# Write openapi.yaml and the front end's types from the code
openapi:
    .just/openapi.sh

# Start a new step of the schema, such as `just new-migration add_user_tags`
new-migration NAME:
    .just/new-migration.sh {{ NAME }}
