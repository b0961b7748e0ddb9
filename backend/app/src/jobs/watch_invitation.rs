//! Watches an invitation that the person has to accept by themselves.

use pum_domain::UserId;
use serde::Deserialize;
use serde_json::Value;

use super::{Trouble, read};
use crate::access;
use crate::ctx::Ctx;
use crate::outcome::Outcome;

#[derive(Deserialize)]
struct Payload {
    user_id: UserId,
}

pub(super) async fn run(ctx: &Ctx, payload: &Value) -> Result<Outcome, Trouble> {
    let Payload { user_id } = read(payload)?;
    access::watch(ctx, user_id).await
}
