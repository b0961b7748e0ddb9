//! The `viewer_players` table.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "viewer_players")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub viewer_account_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub player: String,
    pub plays: i64,
    pub watched_ms: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
