//! What the list of users is found and sorted by, what is kept for a way back, and what becomes of a
//! person whose access is taken away.

use sea_orm_migration::MigrationTrait;

use crate::step::Step;
use crate::table::{NewColumns, NewTable, instant, long_text, short, text, uuid, yes_no};

pub(super) fn step() -> Box<dyn MigrationTrait> {
    Step::named("m0015_extend_users")
        .create(vec![
            // One row for each tag of each user; the list that is shown stands in `users.tags`.
            NewTable::named("user_tags", &[uuid("user_id"), short("tag_key", 64)])
                .key(&["user_id", "tag_key"])
                .part_of("user_id", "users")
                .index(&["tag_key"]),
        ])
        .add(
            NewColumns::of(
                "users",
                &[
                    // What a resume or a restore gives back, while nothing is wanted.
                    long_text("kept_access").null(),
                    text("notes_key").null(),
                ],
            )
            // Those who never joined, never streamed, or stay for good have a place in the order too.
            .computed("joined_key", "COALESCE(joined_at, 9223372036854775807)")
            .computed("streamed_key", "COALESCE(last_streamed_at, -1)")
            .computed("expires_key", "COALESCE(access_expires_at, 9223372036854775807)")
            .computed("idle_since", "COALESCE(last_streamed_at, joined_at, added_at)")
            .index(&["is_owner", "username_key", "id"])
            .index(&["is_owner", "added_at", "id"])
            .index(&["is_owner", "joined_key", "id"])
            .index(&["is_owner", "streamed_key", "id"])
            .index(&["is_owner", "plays", "id"])
            .index(&["is_owner", "watch_seconds", "id"])
            .index(&["is_owner", "expires_key", "id"])
            .index(&["is_owner", "state", "username_key", "id"])
            .index(&["wanted_mode"])
            .index(&["idle_since"])
            .index(&["home", "username_key"])
            .index(&["shares_back", "username_key"])
            .index(&["purge_whitelisted", "username_key"])
            .index(&["bot_whitelisted", "username_key"])
            .index(&["blocked", "username_key"]),
        )
        .add(NewColumns::of(
            "access_changes",
            &[
                // What becomes of the person once nothing is shared any more: `suspended` or `removed`.
                short("becomes", 32).null(),
                short("removed_reason", 64).null(),
                yes_no("end_friendship").null(),
                // A planned change begins then, and can be taken back until then.
                instant("not_before").null(),
            ],
        ))
        .done()
}
