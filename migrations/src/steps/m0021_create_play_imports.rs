//! How far the reading of a server's own play history has come.

use sea_orm_migration::MigrationTrait;

use crate::step::CreateTables;
use crate::table::{NewTable, big, instant, int, short, text};

pub(super) fn step() -> Box<dyn MigrationTrait> {
    CreateTables::step(
        "m0021_create_play_imports",
        vec![
            NewTable::named(
                "play_imports",
                &[
                    short("machine_identifier", 64),
                    // Everything up to here has been read, or was watched.
                    instant("settled_until").null(),
                    // The end of the pass that is under way.
                    instant("reaching").null(),
                    // Where the next page begins, and how many rows of that second are done with.
                    instant("page_from").null(),
                    int("page_skip"),
                    // Rows of the pass, and how many of them are still to be read.
                    big("rows_total").null(),
                    big("rows_left").null(),
                    // Plays that were new, in all passes.
                    big("imported"),
                    // The first play that the server remembers.
                    instant("oldest_at").null(),
                    instant("first_done_at").null(),
                    instant("read_at").null(),
                    text("problem").null(),
                ],
            )
            .key(&["machine_identifier"]),
        ],
    )
}
