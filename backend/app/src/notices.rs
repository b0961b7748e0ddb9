//! What PUM has to tell people. Each notice is a job, so that none is lost and none is sent twice.
//!
//! Nothing outside carries notices yet: whoever looks at the user sees them. What will carry them is decided
//! in [`deliver`], and nowhere else.

use pum_domain::event::HintKind;
use pum_domain::job::{JobKind, Lane};
use pum_domain::purge::stage::Carrier;
use pum_domain::{Instant, UserId};
use pum_store::jobs::{self, NewJob, Unique};
use pum_store::{Tx, hints, purge};
use serde::{Deserialize, Serialize};

use crate::ctx::Ctx;
use crate::error::{AppError, AppResult};

/// Something that somebody is to be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "notice", rename_all = "snake_case")]
pub enum Notice {
    /// They will be removed unless they stream again. The warning is known by its moment: one that was taken
    /// back meanwhile is not told any more.
    PurgeWarning {
        /// Who.
        user_id: UserId,
        /// When they were warned.
        warned_at: Instant,
    },
}

/// Has somebody told, once the caller's transaction counts.
pub(crate) async fn send_in(tx: &Tx, notice: &Notice) -> AppResult<()> {
    let payload =
        serde_json::to_value(notice).map_err(|error| AppError::internal("writing a notice", error))?;
    let Notice::PurgeWarning { user_id, warned_at } = notice;
    let mut job = NewJob::new(JobKind::SendNotice, Lane::Automatic, payload);
    job.unique = Some(Unique::WhileOpen(format!("notice:purge:{user_id}:{}", warned_at.millis())));
    job.subject_id = Some(user_id.to_string());
    jobs::enqueue(tx, job).await?;
    Ok(())
}

/// Tells somebody, unless it no longer holds.
pub(crate) async fn deliver(ctx: &Ctx, notice: &Notice) -> AppResult<()> {
    let Notice::PurgeWarning { user_id, warned_at } = notice;
    let tx = ctx.db().begin().await?;
    if purge::note_carried(&tx, *user_id, *warned_at, Carrier::Shown).await? {
        hints::leave(&tx, HintKind::Users, Some(&user_id.to_string())).await?;
    }
    Ok(tx.commit().await?)
}
