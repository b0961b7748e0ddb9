//! Answers kept for clients that ask again with the same key.

use sea_orm_migration::MigrationTrait;

use crate::step::CreateTables;
use crate::table::{NewTable, instant, int, long_text, short, text};

pub(super) fn step() -> Box<dyn MigrationTrait> {
    CreateTables::step(
        "m0011_create_idempotency",
        vec![
            NewTable::named(
                "idempotency",
                &[
                    short("key_hash", 64),
                    short("actor", 128),
                    text("route"),
                    short("body_hash", 64),
                    short("state", 16),
                    int("status").null(),
                    long_text("answer").null(),
                    instant("created_at"),
                ],
            )
            .index(&["created_at"]),
        ],
    )
}
