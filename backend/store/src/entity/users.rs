//! The `users` table.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "users")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub plex_id: Option<i64>,
    pub plex_uuid: Option<String>,
    pub username: String,
    pub username_key: String,
    pub email: Option<String>,
    pub email_key: Option<String>,
    pub title: Option<String>,
    pub thumb: Option<String>,
    pub state: String,
    pub removed_reason: Option<String>,
    pub home: bool,
    pub restricted: bool,
    pub shares_back: bool,
    pub blocked: bool,
    pub is_owner: bool,
    pub wanted_mode: String,
    pub wanted_downloads: bool,
    pub observed_mode: Option<String>,
    pub observed_libraries: Option<String>,
    pub observed_downloads: Option<bool>,
    pub observed_share_id: Option<i64>,
    pub observed_pending: Option<bool>,
    pub observed_at: Option<i64>,
    pub allow_4k_transcode: bool,
    pub access_expires_at: Option<i64>,
    pub membership_days: Option<i32>,
    pub purge_whitelisted: bool,
    pub bot_whitelisted: bool,
    pub discord_id: Option<String>,
    pub discord_username: Option<String>,
    pub notes: Option<String>,
    pub tags: String,
    pub invited_by_invite_id: Option<Uuid>,
    pub last_streamed_at: Option<i64>,
    pub plays: i64,
    pub watch_seconds: i64,
    pub added_at: i64,
    pub joined_at: Option<i64>,
    pub removed_at: Option<i64>,
    pub version: i64,
    pub created_at: i64,
    pub updated_at: i64,
    pub lease_owner: Option<String>,
    pub lease_generation: i64,
    pub lease_until: i64,
    pub missing_since_at: Option<i64>,
    pub missing_sync_id: Option<Uuid>,
    pub drift_kind: Option<String>,
    pub drift_since_at: Option<i64>,
    pub taken_at: Option<i64>,
    pub withheld: Option<String>,
    pub observed_friend: Option<bool>,
    pub observed_other_servers: Option<String>,
    pub kept_access: Option<String>,
    pub notes_key: Option<String>,
    pub purge_warned_at: Option<i64>,
    pub purge_remove_at: Option<i64>,
    pub purge_notice: Option<String>,
    pub time_given_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
