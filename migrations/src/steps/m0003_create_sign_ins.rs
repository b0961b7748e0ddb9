//! Sign-ins with Plex that are under way.

use sea_orm_migration::MigrationTrait;

use crate::step::CreateTables;
use crate::table::{NewTable, big, instant, short, text, uuid};

pub(super) fn step() -> Box<dyn MigrationTrait> {
    CreateTables::step(
        "m0003_create_sign_ins",
        vec![
            NewTable::named(
                "sign_ins",
                &[
                    uuid("id"),
                    short("purpose", 32),
                    short("client_identifier", 64),
                    short("browser_hash", 64),
                    // The redemption or admin the sign-in is for.
                    uuid("subject_id").null(),
                    text("origin"),
                    big("pin_id").null(),
                    text("pin_code_sealed").null(),
                    instant("created_at"),
                    instant("expires_at"),
                    instant("attached_at").null(),
                    instant("completed_at").null(),
                    text("next").null(),
                ],
            )
            .unique(&["client_identifier"])
            .index(&["browser_hash"])
            .index(&["expires_at"]),
        ],
    )
}
