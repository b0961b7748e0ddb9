//! The very moment at which somebody's access was to end, when this was put into the queue. It is judged
//! again: the end may have been put off.

use pum_domain::UserId;
use serde::Deserialize;
use serde_json::Value;

use super::{Trouble, read};
use crate::ctx::Ctx;
use crate::outcome::Outcome;
use crate::users;

#[derive(Deserialize)]
struct Payload {
    user_id: UserId,
}

pub(super) async fn run(ctx: &Ctx, payload: &Value) -> Result<Outcome, Trouble> {
    let Payload { user_id } = read(payload)?;
    users::expire(ctx, user_id).await?;
    Ok(Outcome::Done)
}
