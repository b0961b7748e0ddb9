//! The `watching` table.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "watching")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    pub lease_owner: Option<String>,
    pub lease_generation: i64,
    pub lease_until: i64,
    pub state: String,
    pub reason: Option<String>,
    pub machine_identifier: Option<String>,
    pub seen_at: Option<i64>,
    pub may_stop: Option<bool>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
