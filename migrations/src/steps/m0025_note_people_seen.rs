//! When everybody was last read at Plex, so that a sync which finds people as they were writes none of their rows.

use sea_orm_migration::MigrationTrait;

use crate::step::Step;
use crate::table::{NewColumns, instant};

pub(super) fn step() -> Box<dyn MigrationTrait> {
    Step::named("m0025_note_people_seen")
        .add(NewColumns::of("plex_server", &[instant("people_seen_at").null()]))
        .done()
}
