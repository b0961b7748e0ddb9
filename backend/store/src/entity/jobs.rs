//! The `jobs` table.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "jobs")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub kind: String,
    pub version: i32,
    pub payload: String,
    pub lane: String,
    pub state: String,
    pub blocked_on: Option<String>,
    pub run_at: i64,
    pub attempts: i32,
    pub claims_without_outcome: i32,
    pub max_attempts: i32,
    pub lease_owner: Option<String>,
    pub lease_generation: i64,
    pub lease_until: i64,
    pub unique_key: Option<String>,
    pub last_error: Option<String>,
    pub subject_id: Option<String>,
    pub created_at: i64,
    pub finished_at: Option<i64>,
    pub started_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
