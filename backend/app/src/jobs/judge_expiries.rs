//! Looks each minute whose access has come to its end.

use super::Trouble;
use crate::ctx::Ctx;
use crate::outcome::Outcome;
use crate::users;

pub(super) async fn run(ctx: &Ctx) -> Result<Outcome, Trouble> {
    users::judge(ctx).await?;
    Ok(Outcome::Done)
}
