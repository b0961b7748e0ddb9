//! The `libraries` table.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "libraries")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub machine_identifier: String,
    pub uuid: String,
    pub key: i64,
    pub section_id: Option<i64>,
    pub title: String,
    pub kind: String,
    pub item_count: Option<i64>,
    pub refreshed_at: i64,
    pub missing_since_at: Option<i64>,
    pub vanished_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
