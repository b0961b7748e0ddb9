//! How many rows a list has, remembered until anybody commits anything.
//!
//! Counting to ten thousand takes SQLite far longer than reading a page, and pages are asked for again
//! and again while nothing changes. SQLite tells cheaply whether something was committed; the other
//! databases don't, so there every list is counted anew.

use std::collections::HashMap;

use sea_orm::{DbBackend, Statement};
use tokio::sync::Mutex;

use crate::changes::Changes;
use crate::{Reads, StoreResult, page};

/// So many counts are remembered; the time of the day is part of some questions, which never repeat.
const MOST: usize = 256;

/// What is remembered.
#[derive(Default)]
pub struct Counts(Mutex<Option<Known>>);

struct Known {
    changes: Changes,
    counts: HashMap<String, i64>,
    /// Goes up whenever the counts are forgotten.
    age: u64,
}

impl Counts {
    /// The answer to `question`, as it is now.
    pub(crate) async fn of(&self, db: &impl Reads, question: Statement) -> StoreResult<i64> {
        if question.db_backend != DbBackend::Sqlite {
            return page::counted(db.connection(), question).await;
        }
        let key = question.to_string();
        let age = {
            let mut known = self.0.lock().await;
            let known = match known.as_mut() {
                Some(known) => known,
                None => {
                    known.insert(Known { changes: db.db().changes().await?, counts: HashMap::new(), age: 0 })
                }
            };
            if known.changes.any().await? {
                known.counts.clear();
                known.age += 1;
            }
            if let Some(count) = known.counts.get(&key) {
                return Ok(*count);
            }
            known.age
        };
        // Counted after the look: what is committed from here on is noticed by the next look.
        let count = page::counted(db.connection(), question).await?;
        let mut known = self.0.lock().await;
        if let Some(known) = known.as_mut().filter(|known| known.age == age && known.counts.len() < MOST) {
            known.counts.insert(key, count);
        }
        Ok(count)
    }
}
