//! The `play_imports` table.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "play_imports")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub machine_identifier: String,
    pub settled_until: Option<i64>,
    pub reaching: Option<i64>,
    pub page_from: Option<i64>,
    pub page_skip: i32,
    pub rows_total: Option<i64>,
    pub rows_left: Option<i64>,
    pub imported: i64,
    pub oldest_at: Option<i64>,
    pub first_done_at: Option<i64>,
    pub read_at: Option<i64>,
    pub problem: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
