//! Takes back the warnings of people who stream again, or are not to go for another reason.

use super::Trouble;
use crate::ctx::Ctx;
use crate::outcome::Outcome;
use crate::purge::schedule;

pub(super) async fn run(ctx: &Ctx) -> Result<Outcome, Trouble> {
    schedule::judge_warnings(ctx).await?;
    Ok(Outcome::Done)
}
