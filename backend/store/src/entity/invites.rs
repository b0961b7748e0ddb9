//! The `invites` table.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "invites")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub code: String,
    pub code_key: String,
    pub label: Option<String>,
    pub label_key: String,
    pub expires_at: Option<i64>,
    pub max_uses: Option<i64>,
    pub uses: i64,
    pub membership_days: Option<i32>,
    pub libraries_mode: String,
    pub allow_downloads: bool,
    pub require_discord: Option<bool>,
    pub require_guild: Option<bool>,
    pub bound_discord_id: Option<String>,
    pub bound_email: Option<String>,
    pub grant_purge_whitelist: bool,
    pub grant_bot_whitelist: bool,
    pub paused_at: Option<i64>,
    pub deleted_at: Option<i64>,
    pub created_by: Option<Uuid>,
    pub version: i64,
    pub created_at: i64,
    pub updated_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
