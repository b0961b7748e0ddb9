//! The `streams` table.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "streams")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub machine_identifier: String,
    pub source: String,
    pub viewer_account_id: Option<i64>,
    pub viewer_name: String,
    pub user_id: Option<Uuid>,
    pub open_key: Option<String>,
    pub history_key: Option<String>,
    pub session_key: Option<String>,
    pub session_id: Option<String>,
    pub player_id: Option<String>,
    pub rating_key: Option<String>,
    pub state: String,
    pub kind: String,
    pub title: String,
    pub parent_title: Option<String>,
    pub grandparent_title: Option<String>,
    pub season_number: Option<i32>,
    pub episode_number: Option<i32>,
    pub year: Option<i32>,
    pub library_key: Option<i64>,
    pub library_title: Option<String>,
    pub thumb: Option<String>,
    pub player: String,
    pub player_title: Option<String>,
    pub product: Option<String>,
    pub platform: Option<String>,
    pub device: Option<String>,
    pub address: Option<String>,
    pub location: Option<String>,
    pub decision: Option<String>,
    pub transcode_reason: Option<String>,
    pub source_quality: Option<String>,
    pub stream_quality: Option<String>,
    pub bandwidth_kbps: Option<i64>,
    pub details: Option<String>,
    pub started_at: i64,
    pub seen_at: i64,
    pub ended_at: Option<i64>,
    pub end_reason: Option<String>,
    pub position_ms: Option<i64>,
    pub duration_ms: Option<i64>,
    pub watched_ms: i64,
    pub paused_ms: i64,
    pub watched_in: String,
    pub four_k_looks: i32,
    pub stop_requested_at: Option<i64>,
    pub stop_message: Option<String>,
    pub search: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
