//! Finding the changes of the last minutes among all there ever were, with each sync.

use sea_orm_migration::MigrationTrait;

use crate::step::Step;
use crate::table::NewColumns;

pub(super) fn step() -> Box<dyn MigrationTrait> {
    Step::named("m0017_index_changes_by_time")
        .add(NewColumns::of("access_changes", &[]).index(&["finished_at"]).index(&["wrote_at"]))
        .done()
}
