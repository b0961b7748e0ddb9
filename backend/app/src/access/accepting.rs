//! Leaving it to the invitee to accept, where Plex does not let us do it with their token: the invitation waits, and
//! nothing has failed.

use pum_domain::redemption::RedemptionReason;
use pum_plex::PlexError;
use pum_store::redemptions;

use super::apply::{Applying, later};
use crate::invitee_token;
use crate::jobs::Trouble;
use crate::outcome::{JobInfo, Outcome};

/// After so many tries to accept for the invitee it is left to them: longer than Plex's lists have been seen to lag.
const READS_TO_ACCEPT: i32 = 8;

impl Applying<'_> {
    /// Their token is of no use any more: the next run leaves the invitation as it is.
    pub(super) async fn without_token(&self) -> Result<Outcome, Trouble> {
        if let Some(id) = self.change.redemption_id {
            let tx = self.ctx.db().begin().await?;
            let redemption = redemptions::get(&tx, id).await?;
            invitee_token::sign_out(&tx, self.ctx, &redemption).await?;
            redemptions::forget_token(&tx, id).await?;
            tx.commit().await?;
        }
        Ok(later(0, "the invitee has to accept by themselves"))
    }

    /// The invitation has not reached them yet, or never will.
    pub(super) async fn nothing_to_accept(&self) -> Result<Outcome, Trouble> {
        let reads = self.count_read().await?;
        if reads > READS_TO_ACCEPT {
            return self.without_token().await;
        }
        Ok(later(i64::from(reads) * 3_000, "the invitation has not reached the invitee yet"))
    }

    /// The invitation is there and stays: what goes on failing, the person does by themselves.
    pub(super) async fn cannot_accept(&self, error: &PlexError, info: &JobInfo) -> Result<Outcome, Trouble> {
        let reads = self.change.unconfirmed_reads + 1;
        let is_lasting = !error.is_passing() || matches!(error, PlexError::RouteGone);
        if is_lasting || reads > READS_TO_ACCEPT || info.is_last() {
            tracing::info!(%error, change.id = %self.change.id, "the invitee has to accept by themselves");
            return self.without_token().await;
        }
        let reason = Some(RedemptionReason::PlexUnavailable);
        super::record::waiting(self.ctx, &self.change, reason, reads).await?;
        Ok(Outcome::retry(info, error))
    }
}
