//! Invites and the libraries they offer.

use sea_orm_migration::MigrationTrait;

use crate::step::CreateTables;
use crate::table::{NewTable, big, instant, int, short, text, uuid, yes_no};

pub(super) fn step() -> Box<dyn MigrationTrait> {
    CreateTables::step(
        "m0006_create_invites",
        vec![
            NewTable::named(
                "invites",
                &[
                    uuid("id"),
                    short("code", 100),
                    short("code_key", 100),
                    text("label").null(),
                    // The label as it is sorted and searched; empty without one.
                    short("label_key", 255),
                    instant("expires_at").null(),
                    // No maximum means unlimited.
                    big("max_uses").null(),
                    big("uses"),
                    int("membership_days").null(),
                    short("libraries_mode", 16),
                    yes_no("allow_downloads"),
                    yes_no("require_discord").null(),
                    yes_no("require_guild").null(),
                    short("bound_discord_id", 32).null(),
                    short("bound_email", 255).null(),
                    yes_no("grant_purge_whitelist"),
                    yes_no("grant_bot_whitelist"),
                    instant("paused_at").null(),
                    instant("deleted_at").null(),
                    uuid("created_by").null(),
                    big("version"),
                    instant("created_at"),
                    instant("updated_at"),
                ],
            )
            .unique(&["code_key"])
            .index(&["deleted_at"])
            .index(&["created_at"]),
            NewTable::named("invite_libraries", &[uuid("invite_id"), uuid("library_id")])
                .key(&["invite_id", "library_id"])
                .part_of("invite_id", "invites")
                .part_of("library_id", "libraries")
                .index(&["library_id"]),
        ],
    )
}
