//! The `plex_server` table.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "plex_server")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    pub machine_identifier: String,
    pub owner_plex_id: i64,
    pub owner_username: String,
    pub name: String,
    pub version: String,
    pub url: String,
    pub token_sealed: String,
    pub token_kind: String,
    pub auth_state: String,
    pub identity_state: String,
    pub problem: Option<String>,
    pub reachable: bool,
    pub checked_at: Option<i64>,
    pub answered_at: Option<i64>,
    pub plex_tv_answered_at: Option<i64>,
    pub share_limit_reached_at: Option<i64>,
    pub version_counter: i64,
    pub created_at: i64,
    pub updated_at: i64,
    pub share_limit_people: Option<i64>,
    pub people_seen_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
