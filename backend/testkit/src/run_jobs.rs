//! Doing what is due, as a worker would, but at once and in one place.

use pum_app::jobs as work;
use pum_app::outcome::{JobInfo, Outcome};
use pum_domain::job::{JobKind, Lane};
use pum_store::jobs::{self, Claimed};
use pum_store::{Reads, Tx};

use crate::test_app::TestApp;

/// How long each claim holds, in milliseconds.
const LEASE: i64 = 60_000;

impl TestApp {
    /// Does every job that is due, and those that they bring about, until none is left. Returns what
    /// was done, in order. Jobs that wait for later stay.
    pub async fn run_jobs(&self) -> Vec<JobKind> {
        let mut done = Vec::new();
        while let Some(claimed) = self.claim().await {
            let job = &claimed.job;
            let kind = job.known_kind().expect("a job of this version");
            let info = JobInfo { id: job.id, attempt: job.attempts, max_attempts: job.max_attempts };
            let outcome = work::run(&self.ctx, kind, &job.payload, &info).await;
            let tx = self.ctx.db().begin().await.expect("begin");
            record(&tx, &claimed, outcome).await;
            tx.commit().await.expect("commit");
            done.push(kind);
        }
        done
    }

    async fn claim(&self) -> Option<Claimed> {
        let tx = self.ctx.db().begin().await.expect("begin");
        let mut claimed = Vec::new();
        for lane in Lane::ALL {
            claimed = jobs::claim(&tx, *lane, &work::known(), "a test", 1, LEASE).await.expect("claim");
            if !claimed.is_empty() {
                break;
            }
        }
        tx.commit().await.expect("commit");
        claimed.pop()
    }
}

async fn record(tx: &Tx, claimed: &Claimed, outcome: Outcome) {
    let fence = claimed.job.fence();
    let recorded = match outcome {
        Outcome::Done => jobs::done(tx, fence).await,
        Outcome::Blocked { on } => jobs::blocked(tx, fence, on, None).await,
        Outcome::Dead { reason } => jobs::dead(tx, fence, &reason).await,
        Outcome::Again { after, error, spends_attempt } => {
            let now = tx.now().await.expect("the time");
            let after = i64::try_from(after.as_millis()).unwrap_or(i64::MAX);
            jobs::again(tx, fence, now.plus(after), &error, spends_attempt).await
        }
    };
    assert!(recorded.expect("record an outcome"), "nobody else takes a test's jobs");
}
