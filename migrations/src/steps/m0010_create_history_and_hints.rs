//! What happened, and the short-lived hints that tell open pages to look again.

use sea_orm_migration::MigrationTrait;

use crate::step::CreateTables;
use crate::table::{NewTable, big, instant, long_text, short, text, uuid};

pub(super) fn step() -> Box<dyn MigrationTrait> {
    CreateTables::step(
        "m0010_create_history_and_hints",
        vec![
            NewTable::named(
                "history_events",
                &[
                    big("id").counted(),
                    instant("at"),
                    short("type", 64),
                    short("actor_kind", 16),
                    short("actor_id", 64).null(),
                    text("actor_name").null(),
                    uuid("user_id").null(),
                    uuid("invite_id").null(),
                    short("subject_kind", 32).null(),
                    short("subject_id", 64).null(),
                    text("subject_name").null(),
                    text("address").null(),
                    text("reason").null(),
                    long_text("before_json").null(),
                    long_text("after_json").null(),
                    text("search"),
                ],
            )
            .index(&["at"])
            .index(&["type"])
            .index(&["user_id"])
            .index(&["invite_id"]),
            NewTable::named(
                "hints",
                &[big("id").counted(), short("kind", 32), short("subject_id", 64).null(), instant("at")],
            )
            .index(&["at"]),
        ],
    )
}
