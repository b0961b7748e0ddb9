//! One module for each table, private to the store: rows never leave it, domain types do.
//!
//! Instants are milliseconds since 1970, enums their short text, documents JSON text.

pub(crate) mod access_changes;
pub(crate) mod admins;
pub(crate) mod automatic_removals;
pub(crate) mod bulk_items;
pub(crate) mod bulks;
pub(crate) mod guests;
pub(crate) mod hints;
pub(crate) mod history_events;
pub(crate) mod idempotency;
pub(crate) mod invite_libraries;
pub(crate) mod invites;
pub(crate) mod job_schedules;
pub(crate) mod jobs;
pub(crate) mod libraries;
pub(crate) mod meta;
pub(crate) mod pictures;
pub(crate) mod play_imports;
pub(crate) mod plex_attempts;
pub(crate) mod plex_server;
pub(crate) mod redemptions;
pub(crate) mod removal_hold_users;
pub(crate) mod removal_holds;
pub(crate) mod server_quarters;
pub(crate) mod services;
pub(crate) mod sessions;
pub(crate) mod settings;
pub(crate) mod sign_ins;
pub(crate) mod streams;
pub(crate) mod sync_items;
pub(crate) mod syncs;
pub(crate) mod throttles;
pub(crate) mod user_libraries;
pub(crate) mod user_tags;
pub(crate) mod users;
pub(crate) mod viewer_players;
pub(crate) mod watch_quarters;
pub(crate) mod watch_spans;
pub(crate) mod watch_spells;
pub(crate) mod watching;
