//! The `sign_ins` table.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sign_ins")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub purpose: String,
    pub client_identifier: String,
    pub browser_hash: String,
    pub subject_id: Option<Uuid>,
    pub origin: String,
    pub pin_id: Option<i64>,
    pub pin_code_sealed: Option<String>,
    pub created_at: i64,
    pub expires_at: i64,
    pub attached_at: Option<i64>,
    pub completed_at: Option<i64>,
    pub next: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
