//! The `watch_spans` table.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "watch_spans")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub machine_identifier: String,
    pub from_at: i64,
    pub to_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
