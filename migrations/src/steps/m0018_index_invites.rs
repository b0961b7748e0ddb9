//! The orders in which invites are listed, so that a page is read without sorting all of them.

use sea_orm_migration::MigrationTrait;

use crate::step::Step;
use crate::table::NewColumns;

pub(super) fn step() -> Box<dyn MigrationTrait> {
    Step::named("m0018_index_invites")
        .add(
            NewColumns::of("invites", &[])
                .index(&["deleted_at", "created_at", "id"])
                .index(&["deleted_at", "uses", "id"])
                .index(&["deleted_at", "label_key", "id"]),
        )
        .done()
}
