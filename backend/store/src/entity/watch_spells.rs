//! The `watch_spells` table.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "watch_spells")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub days: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub spell_at: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub viewer_account_id: i64,
    pub plays: i32,
    pub watched_ms: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
