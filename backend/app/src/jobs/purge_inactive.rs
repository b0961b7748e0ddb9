//! Warns people who have gone quiet, and removes those whose time is over, once a night.

use super::Trouble;
use crate::ctx::Ctx;
use crate::outcome::{JobInfo, Outcome};
use crate::purge::schedule;

pub(super) async fn run(ctx: &Ctx, info: &JobInfo) -> Result<Outcome, Trouble> {
    schedule::run(ctx, info.id).await?;
    Ok(Outcome::Done)
}
