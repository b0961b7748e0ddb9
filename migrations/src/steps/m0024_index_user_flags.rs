//! Filters of users in the order of their names. SQLite takes the index that names most of what is asked: without
//! the owner's flag in it, it would rather walk through everybody by name.

use sea_orm_migration::MigrationTrait;

use crate::step::Step;
use crate::table::NewColumns;

pub(super) fn step() -> Box<dyn MigrationTrait> {
    Step::named("m0024_index_user_flags")
        .add(
            NewColumns::of("users", &[])
                .index(&["is_owner", "home", "username_key", "id"])
                .index(&["is_owner", "shares_back", "username_key", "id"])
                .index(&["is_owner", "purge_whitelisted", "username_key", "id"])
                .index(&["is_owner", "bot_whitelisted", "username_key", "id"])
                .index(&["is_owner", "blocked", "username_key", "id"])
                .index(&["is_owner", "invited_by_invite_id", "username_key", "id"]),
        )
        .done()
}
