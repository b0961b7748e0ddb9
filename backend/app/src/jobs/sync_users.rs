//! Compares the users with Plex, or asks for that when the clock has ticked.

use pum_domain::SyncId;
use pum_domain::job::Lane;
use pum_store::{StoreError, Tx, jobs};
use serde::Deserialize;
use serde_json::Value;

use super::{Trouble, read};
use crate::ctx::Ctx;
use crate::error::AppResult;
use crate::outcome::{JobInfo, Outcome};
use crate::sync;

/// A tick of the clock names none.
#[derive(Deserialize)]
struct Payload {
    sync_id: Option<SyncId>,
}

pub(super) async fn run(ctx: &Ctx, payload: &Value, info: &JobInfo) -> Result<Outcome, Trouble> {
    match read::<Payload>(payload)?.sync_id {
        Some(id) => sync::run(ctx, id, info).await,
        None => {
            // An admin who has the schedule run now does not wait for its time.
            let asked_for = match jobs::get(&ctx.reader(), info.id).await {
                Ok(job) => job.lane == Lane::Manual,
                Err(StoreError::NotFound { .. }) => false,
                Err(error) => return Err(error.into()),
            };
            sync::tick(ctx, asked_for).await?;
            Ok(Outcome::Done)
        }
    }
}

/// The job is dead: the sync has failed.
pub(super) async fn buried(tx: &Tx, payload: &Value, reason: &str) -> AppResult<()> {
    match serde_json::from_value::<Payload>(payload.clone()) {
        Ok(Payload { sync_id: Some(id) }) => sync::died(tx, id, reason).await,
        _ => Ok(()),
    }
}
