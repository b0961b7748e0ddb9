//! What should become true at Plex, and each call made for it.

use sea_orm_migration::MigrationTrait;

use crate::step::CreateTables;
use crate::table::{NewTable, big, instant, int, long_text, short, text, uuid};

pub(super) fn step() -> Box<dyn MigrationTrait> {
    CreateTables::step(
        "m0008_create_access_changes",
        vec![
            NewTable::named(
                "access_changes",
                &[
                    uuid("id"),
                    uuid("user_id"),
                    short("state", 32),
                    long_text("wanted"),
                    short("cause", 32),
                    uuid("redemption_id").null(),
                    // What was there before the first call; null means not read yet.
                    long_text("had_share").null(),
                    short("reason", 64).null(),
                    text("detail").null(),
                    instant("wrote_at").null(),
                    int("attempts"),
                    instant("requested_at"),
                    instant("finished_at").null(),
                    int("unconfirmed_reads"),
                    big("version"),
                ],
            )
            .part_of("user_id", "users")
            .index(&["user_id"])
            .index(&["state"])
            .index(&["redemption_id"]),
            NewTable::named(
                "plex_attempts",
                &[
                    big("id").counted(),
                    uuid("change_id"),
                    big("lease_generation"),
                    short("operation", 64),
                    instant("started_at"),
                    instant("finished_at").null(),
                    short("outcome", 32).null(),
                    text("detail").null(),
                ],
            )
            .part_of("change_id", "access_changes")
            .index(&["change_id"]),
        ],
    )
}
