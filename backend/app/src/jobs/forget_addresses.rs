//! Forgets from where invitees came, and under which e-mail address, once it has had its time: on
//! their redemptions and in the history; and from where streams were watched.

use pum_domain::instant::DAY;
use pum_domain::settings::SettingKey;
use pum_store::{Reads, history, redemptions};

use super::Trouble;
use crate::ctx::Ctx;
use crate::outcome::Outcome;
use crate::{settings, stream_history};

/// Rows in one transaction.
const BATCH: u64 = 200;

pub(super) async fn run(ctx: &Ctx) -> Result<Outcome, Trouble> {
    let days = settings::number(ctx, SettingKey::ForgetAddressesDays).await?;
    if days == 0 {
        return Ok(Outcome::Done);
    }
    let before = ctx.reader().now().await?.plus(-days * DAY);
    stream_history::forget_addresses(ctx, before).await?;
    loop {
        let tx = ctx.db().begin().await?;
        let redemptions = redemptions::forget_addresses(&tx, before, BATCH).await?;
        let events = history::forget_addresses(&tx, before, BATCH).await?;
        tx.commit().await?;
        if redemptions < BATCH && events < BATCH {
            return Ok(Outcome::Done);
        }
    }
}
