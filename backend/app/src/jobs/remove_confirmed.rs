//! Removes the people whose removal an admin has confirmed.

use pum_domain::{HoldId, SyncId};
use serde::Deserialize;
use serde_json::Value;

use super::{Trouble, read};
use crate::ctx::Ctx;
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
