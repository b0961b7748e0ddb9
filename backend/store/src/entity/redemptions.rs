//! The `redemptions` table.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "redemptions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub invite_id: Uuid,
    pub guest_id: Option<Uuid>,
    pub user_id: Option<Uuid>,
    pub plex_id: Option<i64>,
    pub plex_username: Option<String>,
    pub plex_email: Option<String>,
    pub plex_email_confirmed: Option<bool>,
    pub plex_thumb: Option<String>,
    pub state: String,
    pub reason: Option<String>,
    pub failure_final: bool,
    pub terms: Option<String>,
    pub invite_version: i64,
    pub seat_key: Option<String>,
    pub open_key: Option<String>,
    pub change_id: Option<Uuid>,
    pub token_sealed: Option<String>,
    pub token_expires_at: Option<i64>,
    pub address: Option<String>,
    pub user_agent: Option<String>,
    pub created_at: i64,
    pub linked_at: Option<i64>,
    pub accepted_at: Option<i64>,
    pub invited_at: Option<i64>,
    pub joined_at: Option<i64>,
    pub finished_at: Option<i64>,
    pub pending_until_at: Option<i64>,
    pub retries: i32,
    pub version: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
