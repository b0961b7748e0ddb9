//! Heartbeats of the processes that are not asked over HTTP.

use sea_orm_migration::MigrationTrait;

use crate::step::CreateTables;
use crate::table::{NewTable, instant, short, text};

pub(super) fn step() -> Box<dyn MigrationTrait> {
    CreateTables::step(
        "m0013_create_services",
        vec![NewTable::named(
            "services",
            &[
                short("name", 64),
                short("kind", 32),
                instant("started_at"),
                instant("last_seen_at"),
                text("detail"),
            ],
        )],
    )
}
