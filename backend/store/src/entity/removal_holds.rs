//! The `removal_holds` table.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "removal_holds")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub source: String,
    pub state: String,
    pub users: i32,
    pub budget: i32,
    pub created_at: i64,
    pub decided_at: Option<i64>,
    pub decided_by_kind: Option<String>,
    pub decided_by_id: Option<String>,
    pub decided_by_name: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
