//! Keeping users in step with Plex: what each run of the sync found, who has been missing since when,
//! where Plex differs from what is wanted, and the brake on automatic removals.

use sea_orm_migration::MigrationTrait;

use crate::step::Step;
use crate::table::{NewColumns, NewTable, big, instant, int, long_text, short, text, uuid, yes_no};

pub(super) fn step() -> Box<dyn MigrationTrait> {
    Step::named("m0014_add_sync")
        .add(
            NewColumns::of(
                "users",
                &[
                    // Not seen at Plex since this first look, and by which sync.
                    instant("missing_since_at").null(),
                    uuid("missing_sync_id").null(),
                    // How what Plex shows differs from what is wanted, while nothing is under way.
                    short("drift_kind", 32).null(),
                    instant("drift_since_at").null(),
                    // When PUM itself last took access away; what it took, as a document.
                    instant("taken_at").null(),
                    long_text("withheld").null(),
                    // Whether Plex lists them among the owner's people: restoring is immediate then.
                    yes_no("observed_friend").null(),
                    // Names of the owner's other servers that they have a share of, as a list.
                    text("observed_other_servers").null(),
                ],
            )
            .index(&["missing_since_at"])
            .index(&["drift_kind"])
            .index(&["observed_share_id"]),
        )
        .add(NewColumns::of(
            "plex_server",
            // How many people had a share when the first sync after the limit looked.
            &[big("share_limit_people").null()],
        ))
        .create(vec![
            NewTable::named(
                "syncs",
                &[
                    uuid("id"),
                    short("state", 32),
                    short("actor_kind", 32),
                    short("actor_id", 64).null(),
                    text("actor_name").null(),
                    instant("requested_at"),
                    instant("started_at").null(),
                    // When the reading began that the result rests on.
                    instant("read_at").null(),
                    instant("finished_at").null(),
                    int("added").default(0),
                    int("updated").default(0),
                    int("missing").default(0),
                    int("left_plex").default(0),
                    int("returned").default(0),
                    int("unchanged").default(0),
                    int("skipped").default(0),
                    int("problems").default(0),
                    // Why nothing was done, in a stable word and a sentence.
                    short("problem", 64).null(),
                    text("detail").null(),
                    // The people whose removal waits for an admin.
                    uuid("hold_id").null(),
                ],
            )
            .index(&["requested_at"])
            .index(&["state"]),
            NewTable::named(
                "sync_items",
                &[
                    big("id").counted(),
                    uuid("sync_id"),
                    short("kind", 32),
                    uuid("user_id").null(),
                    text("name"),
                    text("name_key"),
                    // Fields with their old and new values, as a list.
                    long_text("changes").null(),
                    short("reason", 64).null(),
                    text("detail").null(),
                ],
            )
            .part_of("sync_id", "syncs")
            .index(&["sync_id", "kind"]),
            NewTable::named(
                "removal_holds",
                &[
                    uuid("id"),
                    short("source", 32),
                    short("state", 32),
                    // How many people PUM had when it stopped, and how many it may remove in a day.
                    int("users"),
                    int("budget"),
                    instant("created_at"),
                    instant("decided_at").null(),
                    short("decided_by_kind", 32).null(),
                    short("decided_by_id", 64).null(),
                    text("decided_by_name").null(),
                ],
            )
            .index(&["state"]),
            NewTable::named(
                "removal_hold_users",
                &[
                    uuid("hold_id"),
                    uuid("user_id"),
                    text("name"),
                    short("reason", 64),
                    short("outcome", 32).null(),
                ],
            )
            .key(&["hold_id", "user_id"])
            .part_of("hold_id", "removal_holds")
            .index(&["user_id"]),
            NewTable::named(
                "automatic_removals",
                &[
                    big("id").counted(),
                    instant("at"),
                    uuid("user_id"),
                    short("source", 32),
                    short("reason", 64),
                    uuid("hold_id").null(),
                ],
            )
            .index(&["at"]),
        ])
        .done()
}
