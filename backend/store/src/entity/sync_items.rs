//! The `sync_items` table.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sync_items")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub sync_id: Uuid,
    pub kind: String,
    pub user_id: Option<Uuid>,
    pub name: String,
    pub name_key: String,
    pub changes: Option<String>,
    pub reason: Option<String>,
    pub detail: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
