//! What another look found of streams that go on, in few statements.

use std::collections::HashMap;

use pum_domain::stream::StreamState;
use pum_domain::{Instant, StreamId};
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, Value};

use super::figures::{self, Figures};
use super::open::{OpenStream, all_open, held};
use super::{Delivery, LONG, clip_some};
use crate::entity::streams::Column as C;
use crate::{StoreResult, Tx};

/// What another look at a stream found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advance {
    /// Which.
    pub id: StreamId,
    /// When it was looked at.
    pub at: Instant,
    /// What it does.
    pub state: StreamState,
    /// How far into the item it is.
    pub position_ms: Option<i64>,
    /// How long was watched since the last look, in milliseconds.
    pub watched_ms_more: i64,
    /// How long it was paused since, in milliseconds.
    pub paused_ms_more: i64,
    /// In how many looks in a row a 4K picture was being converted, this one included.
    pub four_k_looks: i32,
    /// How it is sent now, where that has changed.
    pub delivery: Option<Delivery>,
}

/// Writes down what another look found. `open` is what [`super::open_ones`] has read in this transaction; the rest is read
/// now. Streams that have ended meanwhile, or are gone, are left out.
pub async fn advance(tx: &Tx, open: &[OpenStream], looks: &[Advance]) -> StoreResult<()> {
    let known: HashMap<StreamId, &OpenStream> = open.iter().map(|stream| (stream.id, stream)).collect();
    let new: Vec<i64> =
        looks.iter().filter(|look| !known.contains_key(&look.id)).map(|look| look.id.0).collect();
    let mut begun = Vec::new();
    for some in new.chunks(AT_ONCE) {
        let which = all_open().filter(C::Id.is_in(some.iter().copied())).order_by_asc(C::Id);
        begun.extend(held(tx, which).await?);
    }
    let known: HashMap<StreamId, &OpenStream> =
        known.into_iter().chain(begun.iter().map(|stream| (stream.id, stream))).collect();
    let mut figures = Figures::default();
    for some in looks.chunks(AT_ONCE) {
        let mut values = Vec::with_capacity(some.len() * ADVANCED.len());
        let mut changed = Vec::new();
        let mut rows = 0;
        for look in some {
            let Some(stream) = known.get(&look.id) else { continue };
            let more = look.watched_ms_more.max(0);
            let mut shares = stream.watched_in.clone();
            let viewer = stream.account_id.map(|id| id.0);
            for (quarter, ms) in shares.add(look.at, more) {
                figures.watched(viewer, &stream.player, &stream.kind, quarter, ms);
            }
            if more > 0 {
                figures.streamed(viewer, look.at);
            }
            let of_row: [Value; 8] = [
                stream.id.0.into(),
                look.at.max(stream.seen_at).millis().into(),
                look.state.as_str().into(),
                look.position_ms.into(),
                (stream.watched_ms + more).into(),
                (stream.paused_ms + look.paused_ms_more.max(0)).into(),
                look.four_k_looks.into(),
                shares.to_text(stream.started_at).into(),
            ];
            values.extend(of_row);
            changed.extend(look.delivery.as_ref().map(|delivery| (look.id, delivery)));
            rows += 1;
        }
        figures::update_rows(tx, "streams", &ADVANCED, rows, values).await?;
        redeliver(tx, &changed).await?;
    }
    figures.add(tx).await
}

/// How many rows go into one statement.
const AT_ONCE: usize = 100;

const ADVANCED: [&str; 8] =
    ["id", "seen_at", "state", "position_ms", "watched_ms", "paused_ms", "four_k_looks", "watched_in"];

async fn redeliver(tx: &Tx, changed: &[(StreamId, &Delivery)]) -> StoreResult<()> {
    let mut values = Vec::with_capacity(changed.len() * DELIVERED.len());
    for (id, delivery) in changed {
        let of_row: [Value; 10] = [
            id.0.into(),
            clip_some(delivery.session_id.as_deref(), LONG).into(),
            clip_some(delivery.address.as_deref(), LONG).into(),
            delivery.location.map(|location| location.to_string()).into(),
            delivery.decision.map(|decision| decision.to_string()).into(),
            clip_some(delivery.transcode_reason.as_deref(), LONG).into(),
            clip_some(delivery.source_quality.as_deref(), 32).into(),
            clip_some(delivery.stream_quality.as_deref(), 32).into(),
            delivery.bandwidth_kbps.into(),
            delivery.details.clone().into(),
        ];
        values.extend(of_row);
    }
    figures::update_rows(tx, "streams", &DELIVERED, changed.len(), values).await
}

const DELIVERED: [&str; 10] = [
    "id",
    "session_id",
    "address",
    "location",
    "decision",
    "transcode_reason",
    "source_quality",
    "stream_quality",
    "bandwidth_kbps",
    "details",
];
