//! What goes on now, as pages show it.

use pum_domain::page::{Page, PageRequest};
use pum_domain::stream::{StreamDecision, StreamLocation, StreamState};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Select};

use super::{Stream, from_row, is_open, list::by_time, maybe};
use crate::db::parse;
use crate::entity::streams::{self, Column as C};
use crate::page::{self, Keyset};
use crate::{Reads, StoreResult};

/// What adding streams up takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Going {
    /// What it does.
    pub state: StreamState,
    /// What the server does to it.
    pub decision: Option<StreamDecision>,
    /// Whether it goes far.
    pub location: Option<StreamLocation>,
    /// Kilobits a second.
    pub bandwidth_kbps: Option<i64>,
}

/// Lists streams that go on, by when they began.
pub async fn list_open(
    db: &impl Reads,
    machine_identifier: &str,
    request: &PageRequest,
) -> StoreResult<Page<Stream>> {
    page::read(db, open(machine_identifier), by_beginning(), request).await?.try_map(from_row)
}

/// Every stream that goes on, for adding up.
pub async fn going(db: &impl Reads, machine_identifier: &str) -> StoreResult<Vec<Going>> {
    type Row = (String, Option<String>, Option<String>, Option<i64>);
    let rows: Vec<Row> = open(machine_identifier)
        .select_only()
        .columns([C::State, C::Decision, C::Location, C::BandwidthKbps])
        .into_tuple()
        .all(db.connection())
        .await?;
    let going = rows.into_iter().map(|(state, decision, location, bandwidth_kbps)| {
        Ok(Going {
            state: parse("streams.state", &state)?,
            decision: maybe("streams.decision", decision.as_deref())?,
            location: maybe("streams.location", location.as_deref())?,
            bandwidth_kbps,
        })
    });
    going.collect()
}

pub(super) fn open(machine_identifier: &str) -> Select<streams::Entity> {
    streams::Entity::find().filter(is_open()).filter(C::MachineIdentifier.eq(machine_identifier))
}

/// As the stream history is sorted, but by a sum, which no index has: the few that go on are sorted, rather than looked
/// for along all that was ever streamed.
pub(super) fn by_beginning() -> Keyset<streams::Model> {
    Keyset { by: Expr::cust("started_at + 0"), ..by_time() }
}
