//! Carries an access change out at Plex.

use pum_domain::ChangeId;
use pum_store::Tx;
use serde::Deserialize;
use serde_json::Value;

use super::{Trouble, read};
use crate::access;
use crate::ctx::Ctx;
use crate::error::AppResult;
use crate::outcome::{JobInfo, Outcome};

#[derive(Deserialize)]
struct Payload {
    change_id: ChangeId,
}

pub(super) async fn run(ctx: &Ctx, payload: &Value, info: &JobInfo) -> Result<Outcome, Trouble> {
    let Payload { change_id } = read(payload)?;
    access::apply(ctx, change_id, info).await
}

/// The job is dead: the change has failed.
pub(super) async fn buried(ctx: &Ctx, tx: &Tx, payload: &Value, reason: &str) -> AppResult<()> {
    match serde_json::from_value::<Payload>(payload.clone()) {
        Ok(Payload { change_id }) => access::died(ctx, tx, change_id, reason).await,
        Err(_) => Ok(()),
    }
}
