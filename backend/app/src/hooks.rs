//! Named points at which a test may stop the process, so that "what if it dies here" is a test.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;

/// What happens at named points. Nothing, outside tests.
#[derive(Clone, Default)]
pub struct Hooks(Option<Arc<Plan>>);

struct Plan {
    point: String,
    spent: AtomicBool,
    ending: Ending,
}

enum Ending {
    /// The process is gone at once, as by `kill -9`.
    Abort,
    /// The task hangs there for ever and the test is told; the test then drops it.
    Freeze(Arc<Notify>),
}

impl Hooks {
    /// Ends the process when the point is reached.
    pub fn abort_at(point: impl Into<String>) -> Self {
        Self::with(point.into(), Ending::Abort)
    }

    /// Hangs the first task that reaches the point, and tells.
    pub fn freeze_at(point: impl Into<String>) -> (Self, Arc<Notify>) {
        let reached = Arc::new(Notify::new());
        (Self::with(point.into(), Ending::Freeze(reached.clone())), reached)
    }

    fn with(point: String, ending: Ending) -> Self {
        Self(Some(Arc::new(Plan { point, spent: AtomicBool::new(false), ending })))
    }

    /// Marks a point. Costs one comparison when nothing is planned.
    pub async fn at(&self, point: &str) {
        let Some(plan) = self.0.as_deref() else { return };
        if plan.point != point || plan.spent.swap(true, Ordering::SeqCst) {
            return;
        }
        match &plan.ending {
            Ending::Abort => std::process::abort(),
            Ending::Freeze(reached) => {
                reached.notify_one();
                std::future::pending::<()>().await;
            }
        }
    }
}
