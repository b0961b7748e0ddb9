#!/usr/bin/env bash
# A new step of the schema: its file, and its line in the list. new-migration.sh NAME, such as add_user_tags.

. "$(dirname "$0")/lib.sh"

name=${1:-}
if ! [[ $name =~ ^[a-z][a-z0-9]*(_[a-z0-9]+)+$ ]]; then
    loudly "Name it by what it does, in lower case with underscores, such as: add_user_tags"
    exit 2
fi

steps=migrations/src/steps
last=$(ls "$steps" | sed -n 's/^m\([0-9]\{4\}\)_.*\.rs$/\1/p' | sort -n | tail -n 1)
step=$(printf 'm%04d_%s' $((10#$last + 1)) "$name")
previous=$(ls "$steps" | sed -n "s/^\(m${last}_.*\)\.rs$/\1/p")

cat >"$steps/$step.rs" <<RUST
//! Say here what this step is for.

use sea_orm_migration::MigrationTrait;

use crate::step::CreateTables;
use crate::table::{NewTable, uuid};

pub(super) fn step() -> Box<dyn MigrationTrait> {
    CreateTables::step("$step", vec![NewTable::named("new_table", &[uuid("id")])])
}
RUST

# After the last step, in both lists.
awk -v previous="$previous" -v step="$step" '
    { print }
    $0 == "mod " previous ";" { print "mod " step ";" }
    $0 == "        " previous "::step()," { print "        " step "::step()," }
' "$steps/mod.rs" >"$steps/mod.rs.new"
mv "$steps/mod.rs.new" "$steps/mod.rs"

echo "Wrote $steps/$step.rs and listed it in $steps/mod.rs."
