//! When each job's latest try began, whom and which invite an event names, and the indexes behind the
//! filters of jobs, changes and the history.

use sea_orm_migration::MigrationTrait;

use crate::step::Step;
use crate::table::{NewColumns, instant, text};

pub(super) fn step() -> Box<dyn MigrationTrait> {
    Step::named("m0016_add_run_times_and_names")
        .add(
            NewColumns::of("jobs", &[instant("started_at").null()])
                .index(&["kind", "id"])
                .index(&["state", "id"]),
        )
        .add(
            // Names as they were then: what they name may be deleted.
            NewColumns::of("history_events", &[text("user_name").null(), text("invite_label").null()])
                .index(&["type", "at", "id"])
                .index(&["user_id", "at", "id"])
                .index(&["invite_id", "at", "id"])
                .index(&["actor_id", "at", "id"])
                .index(&["actor_kind", "at", "id"]),
        )
        .add(NewColumns::of("redemptions", &[]).index(&["finished_at"]))
        .add(NewColumns::of("access_changes", &[]).index(&["state", "requested_at", "id"]))
        .done()
}
