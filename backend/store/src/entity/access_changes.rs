//! The `access_changes` table.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "access_changes")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub user_id: Uuid,
    pub state: String,
    pub wanted: String,
    pub cause: String,
    pub redemption_id: Option<Uuid>,
    pub had_share: Option<String>,
    pub reason: Option<String>,
    pub detail: Option<String>,
    pub wrote_at: Option<i64>,
    pub attempts: i32,
    pub requested_at: i64,
    pub finished_at: Option<i64>,
    pub unconfirmed_reads: i32,
    pub version: i64,
    pub becomes: Option<String>,
    pub removed_reason: Option<String>,
    pub end_friendship: Option<bool>,
    pub not_before: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
