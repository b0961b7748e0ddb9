//! Named points at which a test may stop the process, so that "what if it dies here" is a test.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Notify;

/// What happens at named points. Nothing, outside tests.
#[derive(Clone, Default)]
pub struct Hooks(Option<Arc<Plan>>);

struct Plan {
    point: String,
    /// At this passing from now on something happens; zero is never again.
    left: AtomicUsize,
    ending: Ending,
}

enum Ending {
    /// The process is gone at once, as by `kill -9`.
    Abort,
    /// The task hangs there for ever and the test is told; the test then drops it.
    Freeze(Arc<Notify>),
}

impl Hooks {
    /// Ends the process when the point is reached; `point#2` means the second time.
    pub fn abort_at(point: impl Into<String>) -> Self {
        Self::with(point.into(), Ending::Abort)
    }

    /// Hangs the first task that reaches the point, and tells; `point#2` means the second time.
    pub fn freeze_at(point: impl Into<String>) -> (Self, Arc<Notify>) {
        let reached = Arc::new(Notify::new());
        (Self::with(point.into(), Ending::Freeze(reached.clone())), reached)
    }

    fn with(point: String, ending: Ending) -> Self {
        let (point, time) = match point.split_once('#') {
            Some((name, time)) => (name.to_owned(), time.parse().unwrap_or(1)),
            None => (point, 1),
        };
        Self(Some(Arc::new(Plan { point, left: AtomicUsize::new(time), ending })))
    }

    /// Marks a point. Costs one comparison when nothing is planned.
    pub async fn at(&self, point: &str) {
        let Some(plan) = self.0.as_deref() else { return };
        if plan.point != point {
            return;
        }
        let one_less = |left: usize| left.checked_sub(1);
        if plan.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, one_less) != Ok(1) {
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
