//! Every step, in order. A landed step never changes: a change is a new step at the end.

use sea_orm_migration::MigrationTrait;

mod m0001_create_meta_and_settings;
mod m0002_create_admins;
mod m0003_create_sign_ins;
mod m0004_create_plex_server_and_libraries;
mod m0005_create_users;
mod m0006_create_invites;
mod m0007_create_redemptions;
mod m0008_create_access_changes;
mod m0009_create_jobs;
mod m0010_create_history_and_hints;
mod m0011_create_idempotency;
mod m0012_create_pictures;
mod m0013_create_services;
mod m0014_add_sync;
mod m0015_extend_users;
mod m0016_add_run_times_and_names;
mod m0017_index_changes_by_time;
mod m0018_index_invites;
mod m0019_create_bulks;
mod m0020_create_streams;
mod m0021_create_play_imports;
mod m0022_create_purge;
mod m0023_create_watching;
mod m0024_index_user_flags;
mod m0025_note_people_seen;

pub(crate) fn all() -> Vec<Box<dyn MigrationTrait>> {
    vec![
        m0001_create_meta_and_settings::step(),
        m0002_create_admins::step(),
        m0003_create_sign_ins::step(),
        m0004_create_plex_server_and_libraries::step(),
        m0005_create_users::step(),
        m0006_create_invites::step(),
        m0007_create_redemptions::step(),
        m0008_create_access_changes::step(),
        m0009_create_jobs::step(),
        m0010_create_history_and_hints::step(),
        m0011_create_idempotency::step(),
        m0012_create_pictures::step(),
        m0013_create_services::step(),
        m0014_add_sync::step(),
        m0015_extend_users::step(),
        m0016_add_run_times_and_names::step(),
        m0017_index_changes_by_time::step(),
        m0018_index_invites::step(),
        m0019_create_bulks::step(),
        m0020_create_streams::step(),
        m0021_create_play_imports::step(),
        m0022_create_purge::step(),
        m0023_create_watching::step(),
        m0024_index_user_flags::step(),
        m0025_note_people_seen::step(),
    ]
}
