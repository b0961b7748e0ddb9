//! Admins, their sessions, and the counters that slow guessing down.

use sea_orm_migration::MigrationTrait;

use crate::step::CreateTables;
use crate::table::{NewTable, big, instant, int, short, text, uuid, yes_no};

pub(super) fn step() -> Box<dyn MigrationTrait> {
    CreateTables::step(
        "m0002_create_admins",
        vec![
            NewTable::named(
                "admins",
                &[
                    uuid("id"),
                    short("username", 191),
                    short("username_key", 191),
                    text("password_hash").null(),
                    yes_no("must_change_password"),
                    yes_no("is_primary"),
                    text("permissions"),
                    big("plex_id").null(),
                    text("plex_username").null(),
                    text("plex_thumb").null(),
                    short("language", 16).null(),
                    big("version"),
                    instant("created_at"),
                    instant("updated_at"),
                    instant("last_sign_in_at").null(),
                ],
            )
            .unique(&["username_key"])
            .unique(&["plex_id"]),
            NewTable::named(
                "sessions",
                &[
                    // The SHA-256 of the cookie's key: the key itself is never stored.
                    short("key_hash", 64),
                    uuid("admin_id").null(),
                    text("state"),
                    instant("created_at"),
                    instant("last_seen_at"),
                    instant("idle_expires_at"),
                    instant("absolute_expires_at"),
                    text("address"),
                    text("user_agent"),
                ],
            )
            .part_of("admin_id", "admins")
            .index(&["admin_id"])
            .index(&["absolute_expires_at"]),
            NewTable::named("throttles", &[short("key", 128), instant("window_started_at"), int("count")]),
        ],
    )
}
