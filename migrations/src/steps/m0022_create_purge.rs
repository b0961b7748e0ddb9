//! What the purge of quiet people notes about each of them.

use sea_orm_migration::MigrationTrait;

use crate::step::Step;
use crate::table::{NewColumns, instant, short};

pub(super) fn step() -> Box<dyn MigrationTrait> {
    Step::named("m0022_create_purge")
        .add(
            NewColumns::of(
                "users",
                &[
                    // Since when they are warned, when they are to go, and what has carried the warning to them.
                    instant("purge_warned_at").null(),
                    instant("purge_remove_at").null(),
                    short("purge_notice", 16).null(),
                    // When access was last given back: idle days are counted from then at the earliest.
                    instant("time_given_at").null(),
                ],
            )
            .index(&["purge_warned_at"])
            .index(&["is_owner", "idle_since", "id"]),
        )
        .done()
}
