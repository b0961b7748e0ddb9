//! Forgets events that have had their time, as the setting says.

use pum_domain::settings::SettingKey;
use pum_store::Reads;

use super::Trouble;
use crate::ctx::Ctx;
use crate::history::{Wish, clear_in_batches};
use crate::outcome::Outcome;
use crate::{Actor, settings};

pub(super) async fn run(ctx: &Ctx) -> Result<Outcome, Trouble> {
    let days = settings::number(ctx, SettingKey::HistoryRetentionDays).await?;
    let Some(days) = u32::try_from(days).ok().filter(|days| *days > 0) else { return Ok(Outcome::Done) };
    let now = ctx.reader().now().await?;
    clear_in_batches(ctx, "retention", &Wish::of(days, &[], &Actor::schedule(), now)).await?;
    Ok(Outcome::Done)
}
