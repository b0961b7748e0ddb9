//! What the one who looks keeps in mind between looks. Losing it costs a little exactness, never a play:
//! what counts is written down.

use std::collections::HashMap;

use pum_domain::StreamId;
use pum_domain::stream::StreamState;
use pum_plex::PlayingHint;
use pum_store::streams::OpenStream;

/// Moments are milliseconds of a clock that nobody sets.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    /// The last look that succeeded.
    pub(crate) looked: Option<i64>,
    /// The last look that showed each open stream.
    pub(crate) shown: HashMap<StreamId, i64>,
    /// The first good look that missed each open stream.
    pub(crate) missed: HashMap<StreamId, i64>,
    /// When each was last counted as converting 4K.
    pub(crate) four_k: HashMap<StreamId, i64>,
    /// What the server's own hints last said of each session key.
    told: HashMap<String, Told>,
    /// What the last look showed of each session key.
    known: HashMap<String, (StreamState, Option<String>)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Told {
    state: Option<String>,
    rating_key: Option<String>,
}

const STOPPED: &str = "stopped";

impl Memory {
    /// How long ago a look last showed a stream; `None` when this memory does not reach back so far.
    pub(crate) fn since_shown(&self, id: StreamId, running: i64) -> Option<i64> {
        self.shown.get(&id).map(|at| running.saturating_sub(*at))
    }

    /// How long good looks have missed a stream.
    pub(crate) fn since_missed(&self, id: StreamId, running: i64) -> Option<i64> {
        self.missed.get(&id).map(|at| running.saturating_sub(*at))
    }

    /// How long ago a stream was counted as converting 4K.
    pub(crate) fn since_four_k(&self, id: StreamId, running: i64) -> i64 {
        self.four_k.get(&id).map_or(i64::MAX, |at| running.saturating_sub(*at))
    }

    /// Whether the server has told that this stream was stopped.
    pub(crate) fn told_stopped(&self, stream: &OpenStream) -> bool {
        let told = stream.session_key.as_ref().and_then(|key| self.told.get(key));
        told.is_some_and(|told| {
            told.state.as_deref() == Some(STOPPED)
                && (told.rating_key.is_none() || told.rating_key == stream.rating_key)
        })
    }

    /// Takes in a hint. True: it tells something new, so a look is worth its while. The server sends one for
    /// every report of every player, and most say only how far it is.
    pub(crate) fn hear(&mut self, hint: PlayingHint) -> bool {
        let Some(key) = hint.session_key else { return true };
        let told = Told { state: hint.state, rating_key: hint.rating_key };
        let known = self.known.get(&key).is_some_and(|(state, item)| {
            told.state.as_deref() == Some(state.as_str()) && told.rating_key == *item
        });
        let repeated = self.told.get(&key) == Some(&told);
        self.told.insert(key, told);
        !known && !repeated
    }

    /// Takes in what a look has shown.
    pub(crate) fn looked(&mut self, running: i64, known: HashMap<String, (StreamState, Option<String>)>) {
        self.looked = Some(running);
        // A hint that this look has answered need not wake anybody again; one of a session that is in
        // no list is kept, for it would come again and again.
        self.told.retain(|key, _| !self.known.contains_key(key) || known.contains_key(key));
        self.known = known;
    }

    /// Forgets streams that are over.
    pub(crate) fn keep_only(&mut self, open: impl Fn(&StreamId) -> bool) {
        self.shown.retain(|id, _| open(id));
        self.missed.retain(|id, _| open(id));
        self.four_k.retain(|id, _| open(id));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hint(state: &str, item: &str) -> PlayingHint {
        PlayingHint {
            session_key: Some("7".to_owned()),
            rating_key: Some(item.to_owned()),
            state: Some(state.to_owned()),
            ..PlayingHint::default()
        }
    }

    #[test]
    fn only_what_is_new_is_worth_a_look() {
        let mut memory = Memory::default();
        let known = |state| HashMap::from([("7".to_owned(), (state, Some("100".to_owned())))]);
        assert!(memory.hear(hint("playing", "100")), "a session that nobody has seen");
        assert!(!memory.hear(hint("playing", "100")), "said twice");
        memory.looked(0, known(StreamState::Playing));
        for _ in 0..3 {
            assert!(!memory.hear(hint("playing", "100")), "as the look has shown it");
        }
        assert!(memory.hear(hint("paused", "100")), "another state");
        memory.looked(1, known(StreamState::Paused));
        assert!(memory.hear(hint("paused", "101")), "the next item");
        assert!(memory.hear(hint("stopped", "101")), "the end");
        assert!(memory.hear(PlayingHint::default()), "a hint that does not say of what");
    }

    #[test]
    fn a_session_that_no_list_shows_does_not_wake_again_and_again() {
        let mut memory = Memory::default();
        assert!(memory.hear(hint("playing", "100")));
        for at in 0..3 {
            memory.looked(at, HashMap::new());
            assert!(!memory.hear(hint("playing", "100")));
        }
    }
}
