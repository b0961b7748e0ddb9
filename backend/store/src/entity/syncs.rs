//! The `syncs` table.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "syncs")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub state: String,
    pub actor_kind: String,
    pub actor_id: Option<String>,
    pub actor_name: Option<String>,
    pub requested_at: i64,
    pub started_at: Option<i64>,
    pub read_at: Option<i64>,
    pub finished_at: Option<i64>,
    pub added: i32,
    pub updated: i32,
    pub missing: i32,
    pub left_plex: i32,
    pub returned: i32,
    pub unchanged: i32,
    pub skipped: i32,
    pub problems: i32,
    pub problem: Option<String>,
    pub detail: Option<String>,
    pub hold_id: Option<Uuid>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
