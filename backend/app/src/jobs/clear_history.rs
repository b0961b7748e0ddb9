//! Clears what an admin asked to have cleared, when it is much.

use serde_json::Value;

use super::{Trouble, read};
use crate::ctx::Ctx;
use crate::history;
use crate::outcome::{JobInfo, Outcome};

pub(super) async fn run(ctx: &Ctx, payload: &Value, info: &JobInfo) -> Result<Outcome, Trouble> {
    history::clear_in_batches(ctx, &info.id.to_string(), &read(payload)?).await?;
    Ok(Outcome::Done)
}
