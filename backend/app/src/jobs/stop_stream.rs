//! Stops a stream that somebody, or the rule on 4K, wants stopped.

use pum_store::Tx;
use serde_json::Value;

use super::{Trouble, read};
use crate::ctx::Ctx;
use crate::error::AppResult;
use crate::outcome::Outcome;
use crate::streams;

pub(super) async fn run(ctx: &Ctx, payload: &Value) -> Result<Outcome, Trouble> {
    streams::carry_out_stop(ctx, read(payload)?).await
}

/// The job is dead: the stream goes on.
pub(super) async fn buried(tx: &Tx, payload: &Value) -> AppResult<()> {
    match serde_json::from_value(payload.clone()) {
        Ok(payload) => streams::bury_stop(tx, payload).await,
        Err(_) => Ok(()),
    }
}
