//! Doing what is due, as a worker would, but at once and in one place.

use pum_domain::job::JobKind;
use pum_worker::handler::AppJobs;

use crate::test_app::TestApp;

impl TestApp {
    /// Does every job that is due, and those that they bring about, until none is left. Returns what
    /// was done, in order. Jobs that wait for later stay.
    pub async fn run_jobs(&self) -> Vec<JobKind> {
        pum_worker::run_due(self.ctx.db(), AppJobs::new(self.ctx.clone())).await.expect("ask the queue")
    }
}
