//! Forgets streams that have had their time, as the setting says.

use pum_domain::instant::DAY;
use pum_domain::settings::SettingKey;
use pum_store::Reads;

use super::Trouble;
use crate::ctx::Ctx;
use crate::outcome::Outcome;
use crate::{settings, stream_history};

pub(super) async fn run(ctx: &Ctx) -> Result<Outcome, Trouble> {
    let days = settings::number(ctx, SettingKey::StreamHistoryDays).await?;
    if days > 0 {
        let before = ctx.reader().now().await?.plus(-days * DAY);
        stream_history::forget(ctx, days, before).await?;
    }
    Ok(Outcome::Done)
}
