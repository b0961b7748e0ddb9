//! Tells somebody something.

use serde_json::Value;

use super::{Trouble, read};
use crate::ctx::Ctx;
use crate::notices::{self, Notice};
use crate::outcome::Outcome;

pub(super) async fn run(ctx: &Ctx, payload: &Value) -> Result<Outcome, Trouble> {
    let notice: Notice = read(payload)?;
    notices::deliver(ctx, &notice).await?;
    Ok(Outcome::Done)
}
