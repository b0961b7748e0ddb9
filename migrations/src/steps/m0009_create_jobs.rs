//! Durable work, and when each schedule last ticked.

use sea_orm_migration::MigrationTrait;

use crate::step::CreateTables;
use crate::table::{NewTable, big, instant, int, long_text, short, text};

pub(super) fn step() -> Box<dyn MigrationTrait> {
    CreateTables::step(
        "m0009_create_jobs",
        vec![
            NewTable::named(
                "jobs",
                &[
                    big("id").counted(),
                    short("kind", 64),
                    int("version"),
                    long_text("payload"),
                    short("lane", 16),
                    short("state", 16),
                    short("blocked_on", 64).null(),
                    instant("run_at"),
                    // Counted at claim, so that work which kills its worker is counted too.
                    int("attempts"),
                    int("claims_without_outcome"),
                    int("max_attempts"),
                    short("lease_owner", 128).null(),
                    big("lease_generation"),
                    instant("lease_until"),
                    short("unique_key", 128).null(),
                    text("last_error").null(),
                    short("subject_id", 64).null(),
                    instant("created_at"),
                    instant("finished_at").null(),
                ],
            )
            .unique(&["unique_key"])
            .index(&["state", "lane", "run_at"])
            .index(&["state", "lease_until"])
            .index(&["subject_id"]),
            NewTable::named(
                "job_schedules",
                &[short("name", 64), instant("last_tick_at"), big("last_job_id")],
            ),
        ],
    )
}
