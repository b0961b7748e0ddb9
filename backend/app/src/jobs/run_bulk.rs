//! Begins the changes of a bulk, a few at a time, until everybody's part is over.

use pum_domain::BulkId;
use serde::Deserialize;
use serde_json::Value;

use super::{Trouble, read};
use crate::bulk;
use crate::ctx::Ctx;
use crate::outcome::Outcome;

#[derive(Deserialize)]
struct Payload {
    bulk_id: BulkId,
}

pub(super) async fn run(ctx: &Ctx, payload: &Value) -> Result<Outcome, Trouble> {
    let Payload { bulk_id } = read(payload)?;
    Ok(bulk::run(ctx, bulk_id).await?)
}
