//! Avatars and posters fetched for our own pages.

use sea_orm_migration::MigrationTrait;

use crate::step::CreateTables;
use crate::table::{NewTable, bytes, instant, short, text};

pub(super) fn step() -> Box<dyn MigrationTrait> {
    CreateTables::step(
        "m0012_create_pictures",
        vec![
            NewTable::named(
                "pictures",
                &[
                    short("key", 128),
                    short("content_type", 64),
                    bytes("bytes"),
                    instant("fetched_at"),
                    text("source"),
                ],
            )
            .index(&["fetched_at"]),
        ],
    )
}
