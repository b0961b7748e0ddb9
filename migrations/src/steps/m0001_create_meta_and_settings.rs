//! Facts about this installation, and the settings an admin may change.

use sea_orm_migration::MigrationTrait;

use crate::step::CreateTables;
use crate::table::{NewTable, instant, long_text, short, uuid};

pub(super) fn step() -> Box<dyn MigrationTrait> {
    CreateTables::step(
        "m0001_create_meta_and_settings",
        vec![
            NewTable::named("meta", &[short("key", 64), long_text("value")]),
            NewTable::named(
                "settings",
                &[short("key", 64), long_text("value"), instant("updated_at"), uuid("updated_by").null()],
            ),
        ],
    )
}
