//! Removes the people whose removal an admin has confirmed.

use pum_domain::{HoldId, SyncId};
use pum_store::Tx;
use serde::Deserialize;
use serde_json::Value;

use super::{Trouble, read};
use crate::brake;
use crate::ctx::Ctx;
use crate::error::AppResult;
use crate::outcome::{JobInfo, Outcome};
use crate::sync;

#[derive(Deserialize)]
struct Payload {
    hold_id: HoldId,
    sync_id: SyncId,
}

pub(super) async fn run(ctx: &Ctx, payload: &Value, info: &JobInfo) -> Result<Outcome, Trouble> {
    let Payload { hold_id, sync_id } = read(payload)?;
    sync::remove_confirmed(ctx, hold_id, sync_id, info).await
}

/// The job is dead, and nobody was removed: they wait for an admin again.
pub(super) async fn buried(tx: &Tx, payload: &Value) -> AppResult<()> {
    match serde_json::from_value::<Payload>(payload.clone()) {
        Ok(Payload { hold_id, .. }) => brake::put_back(tx, hold_id).await,
        Err(_) => Ok(()),
    }
}
