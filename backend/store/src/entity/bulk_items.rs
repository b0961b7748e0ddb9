//! The `bulk_items` table.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "bulk_items")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub bulk_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i32,
    pub user_id: Uuid,
    pub username: String,
    pub state: String,
    pub reason: Option<String>,
    pub detail: Option<String>,
    pub change_id: Option<Uuid>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
