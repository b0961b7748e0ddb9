//! The pinned Plex server (one row) and the libraries seen on it.

use sea_orm_migration::MigrationTrait;

use crate::step::CreateTables;
use crate::table::{NewTable, big, instant, int, short, text, uuid, yes_no};

pub(super) fn step() -> Box<dyn MigrationTrait> {
    CreateTables::step(
        "m0004_create_plex_server_and_libraries",
        vec![
            NewTable::named(
                "plex_server",
                &[
                    int("id"),
                    short("machine_identifier", 128),
                    big("owner_plex_id"),
                    text("owner_username"),
                    text("name"),
                    text("version"),
                    text("url"),
                    text("token_sealed"),
                    short("token_kind", 32),
                    short("auth_state", 16),
                    short("identity_state", 16),
                    text("problem").null(),
                    yes_no("reachable"),
                    instant("checked_at").null(),
                    instant("answered_at").null(),
                    instant("plex_tv_answered_at").null(),
                    instant("share_limit_reached_at").null(),
                    big("version_counter"),
                    instant("created_at"),
                    instant("updated_at"),
                ],
            ),
            NewTable::named(
                "libraries",
                &[
                    uuid("id"),
                    short("machine_identifier", 128),
                    // The server's own name for the library: a re-created library has another one.
                    short("uuid", 128),
                    big("key"),
                    big("section_id").null(),
                    text("title"),
                    short("kind", 32),
                    big("item_count").null(),
                    instant("refreshed_at"),
                    instant("missing_since_at").null(),
                    instant("vanished_at").null(),
                ],
            )
            .unique(&["machine_identifier", "uuid"]),
        ],
    )
}
