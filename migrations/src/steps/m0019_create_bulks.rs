//! Changing many users at once: what is to be done, and for each person how far it has come.

use sea_orm_migration::MigrationTrait;

use crate::step::CreateTables;
use crate::table::{NewTable, instant, int, long_text, short, text, uuid};

pub(super) fn step() -> Box<dyn MigrationTrait> {
    CreateTables::step(
        "m0019_create_bulks",
        vec![
            NewTable::named(
                "bulks",
                &[
                    uuid("id"),
                    short("kind", 32),
                    // What is done to each, and who asked for it, as documents.
                    long_text("action"),
                    long_text("actor"),
                    int("total"),
                    instant("created_at"),
                    instant("stopped_at").null(),
                    instant("finished_at").null(),
                ],
            )
            .index(&["finished_at"]),
            NewTable::named(
                "bulk_items",
                &[
                    uuid("bulk_id"),
                    int("position"),
                    uuid("user_id"),
                    // The name as it was then.
                    short("username", 191),
                    short("state", 16),
                    short("reason", 64).null(),
                    text("detail").null(),
                    // Once it is begun, this change tells how it goes on.
                    uuid("change_id").null(),
                ],
            )
            .key(&["bulk_id", "position"])
            .part_of("bulk_id", "bulks")
            .index(&["bulk_id", "state", "position"]),
        ],
    )
}
