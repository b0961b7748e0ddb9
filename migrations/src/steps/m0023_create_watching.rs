//! Who looks at what is playing: one row that one worker at a time holds.

use sea_orm_migration::MigrationTrait;

use crate::step::CreateTables;
use crate::table::{NewTable, big, instant, int, short, text, yes_no};

pub(super) fn step() -> Box<dyn MigrationTrait> {
    CreateTables::step(
        "m0023_create_watching",
        vec![NewTable::named(
            "watching",
            &[
                int("id"),
                short("lease_owner", 64).null(),
                big("lease_generation"),
                instant("lease_until"),
                short("state", 16),
                // Why nobody looks, or why the server does not answer.
                short("reason", 64).null(),
                text("machine_identifier").null(),
                instant("seen_at").null(),
                // Whether the owner's account may stop streams, as far as known.
                yes_no("may_stop").null(),
            ],
        )],
    )
}
