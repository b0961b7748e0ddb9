//! What was read, remembered until anybody commits anything.
//!
//! One page of the app asks several things at once, each with the same session, and lists are asked for again and
//! again while nothing changes. SQLite tells cheaply whether something was committed, by whichever process, so
//! what is remembered is always what a read would find. The other databases don't tell: there everything is read.

use std::any::Any;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError};

use tokio::sync::Mutex;

use crate::changes::Changes;
use crate::{Reads, StoreError, StoreResult};

/// So many answers are remembered: pages of 200 rows take some hundred kilobytes each.
const MOST: usize = 32;

/// What is remembered.
#[derive(Default)]
pub struct Memory {
    watch: Mutex<Watch>,
    /// Looks for commits that have begun.
    begun: AtomicU64,
    answers: std::sync::Mutex<Answers>,
}

/// The connection that looks for commits.
#[derive(Default)]
struct Watch {
    changes: Option<Changes>,
    /// The number of the latest look that is over.
    ended: u64,
    /// Goes up whenever a look finds a commit.
    age: u64,
}

#[derive(Default)]
struct Answers {
    /// The age that they are of.
    age: u64,
    by_question: HashMap<String, Arc<dyn Any + Send + Sync>>,
}

impl Memory {
    /// How often commits have been noticed, as of now. Whoever asks while another looks is served by one look
    /// that begins after both have asked.
    async fn age(&self, db: &impl Reads) -> StoreResult<u64> {
        let asked = self.begun.load(Ordering::SeqCst);
        let mut watch = self.watch.lock().await;
        if watch.ended > asked {
            return Ok(watch.age);
        }
        let number = self.begun.fetch_add(1, Ordering::SeqCst) + 1;
        let changes = match &mut watch.changes {
            Some(changes) => changes,
            none => none.insert(db.db().changes().await?),
        };
        let changed = changes.any().await?;
        watch.ended = number;
        watch.age += u64::from(changed);
        Ok(watch.age)
    }

    fn recall<T: Clone + 'static>(&self, question: &str, age: u64) -> Option<T> {
        let answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let answer = answers.by_question.get(question).filter(|_| answers.age == age)?;
        answer.downcast_ref().cloned()
    }

    fn keep<T: Send + Sync + 'static>(&self, question: String, age: u64, answer: T) {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        if answers.age > age {
            return;
        }
        if answers.age < age || answers.by_question.len() >= MOST {
            answers.by_question.clear();
            answers.age = age;
        }
        answers.by_question.insert(question, Arc::new(answer));
    }
}

/// The answer to `question` as it is now: remembered, or else read. The question has to name everything that the
/// answer depends on besides the database; in a transaction, which sees what nobody else does, all is read.
///
/// # Errors
/// Those of `read`, and those of looking for commits.
pub async fn remembered<T, E>(
    db: &impl Reads,
    question: String,
    read: impl Future<Output = Result<T, E>> + Send,
) -> Result<T, E>
where
    T: Clone + Send + Sync + 'static,
    E: From<StoreError>,
{
    let Some(memory) = db.memory() else { return read.await };
    let age = memory.age(db).await?;
    if let Some(answer) = memory.recall(&question, age) {
        return Ok(answer);
    }
    // Read after the look: what is committed from here on is noticed by the next look.
    let answer = read.await?;
    memory.keep(question, age, answer.clone());
    Ok(answer)
}
