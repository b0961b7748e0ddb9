//! The browsers that opened an invite, and each attempt to redeem one.

use sea_orm_migration::MigrationTrait;

use crate::step::CreateTables;
use crate::table::{NewTable, big, instant, int, short, text, uuid, yes_no};

pub(super) fn step() -> Box<dyn MigrationTrait> {
    CreateTables::step(
        "m0007_create_redemptions",
        vec![
            NewTable::named(
                "guests",
                &[
                    uuid("id"),
                    short("secret_hash", 64),
                    instant("created_at"),
                    instant("last_seen_at"),
                    uuid("current_redemption_id").null(),
                ],
            )
            .unique(&["secret_hash"])
            .index(&["last_seen_at"]),
            NewTable::named(
                "redemptions",
                &[
                    uuid("id"),
                    uuid("invite_id"),
                    uuid("guest_id").null(),
                    uuid("user_id").null(),
                    big("plex_id").null(),
                    text("plex_username").null(),
                    text("plex_email").null(),
                    yes_no("plex_email_confirmed").null(),
                    text("plex_thumb").null(),
                    short("state", 32),
                    short("reason", 64).null(),
                    yes_no("failure_final"),
                    // The terms the person accepted; they hold whatever happens to the invite.
                    text("terms").null(),
                    big("invite_version"),
                    // "invite:plex id" while a seat is held or kept: one seat per person and invite.
                    short("seat_key", 100).null(),
                    // The Plex id from acceptance to the end: one open redemption per person.
                    short("open_key", 64).null(),
                    uuid("change_id").null(),
                    text("token_sealed").null(),
                    instant("token_expires_at").null(),
                    text("address").null(),
                    text("user_agent").null(),
                    instant("created_at"),
                    instant("linked_at").null(),
                    instant("accepted_at").null(),
                    instant("invited_at").null(),
                    instant("joined_at").null(),
                    instant("finished_at").null(),
                    instant("pending_until_at").null(),
                    int("retries"),
                    big("version"),
                ],
            )
            .needs("invite_id", "invites")
            .unique(&["seat_key"])
            .unique(&["open_key"])
            .index(&["invite_id"])
            .index(&["guest_id"])
            .index(&["user_id"])
            .index(&["plex_id"])
            .index(&["state"])
            .index(&["token_expires_at"])
            .index(&["created_at"])
            .index(&["pending_until_at"]),
        ],
    )
}
