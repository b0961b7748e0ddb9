//! The people who have, had, or are getting access, and the libraries each should have.

use sea_orm_migration::MigrationTrait;

use crate::step::CreateTables;
use crate::table::{NewTable, big, instant, int, long_text, short, text, uuid, yes_no};

pub(super) fn step() -> Box<dyn MigrationTrait> {
    CreateTables::step(
        "m0005_create_users",
        vec![
            NewTable::named(
                "users",
                &[
                    uuid("id"),
                    big("plex_id").null(),
                    text("plex_uuid").null(),
                    short("username", 191),
                    short("username_key", 191),
                    short("email", 255).null(),
                    short("email_key", 255).null(),
                    text("title").null(),
                    text("thumb").null(),
                    short("state", 32),
                    short("removed_reason", 64).null(),
                    yes_no("home"),
                    yes_no("restricted"),
                    yes_no("shares_back"),
                    yes_no("blocked"),
                    yes_no("is_owner"),
                    // What should be true at Plex.
                    short("wanted_mode", 16),
                    yes_no("wanted_downloads"),
                    // What was last read there.
                    short("observed_mode", 16).null(),
                    long_text("observed_libraries").null(),
                    yes_no("observed_downloads").null(),
                    big("observed_share_id").null(),
                    yes_no("observed_pending").null(),
                    instant("observed_at").null(),
                    yes_no("allow_4k_transcode"),
                    instant("access_expires_at").null(),
                    int("membership_days").null(),
                    yes_no("purge_whitelisted"),
                    yes_no("bot_whitelisted"),
                    short("discord_id", 32).null(),
                    text("discord_username").null(),
                    text("notes").null(),
                    text("tags"),
                    uuid("invited_by_invite_id").null(),
                    instant("last_streamed_at").null(),
                    big("plays"),
                    big("watch_seconds"),
                    instant("added_at"),
                    instant("joined_at").null(),
                    instant("removed_at").null(),
                    big("version"),
                    instant("created_at"),
                    instant("updated_at"),
                    // Whoever changes this person's access at Plex holds this lease.
                    short("lease_owner", 128).null(),
                    big("lease_generation").default(0),
                    big("lease_until").default(0),
                ],
            )
            .unique(&["plex_id"])
            .unique(&["discord_id"])
            .index(&["username_key"])
            .index(&["email_key"])
            .index(&["state"])
            .index(&["access_expires_at"])
            .index(&["invited_by_invite_id"])
            .index(&["added_at"]),
            NewTable::named("user_libraries", &[uuid("user_id"), uuid("library_id")])
                .key(&["user_id", "library_id"])
                .part_of("user_id", "users")
                .part_of("library_id", "libraries")
                .index(&["library_id"]),
        ],
    )
}
