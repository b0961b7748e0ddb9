//! Which of the streams that are written down a look shows again, which are new, and which are over.
//!
//! A play is one viewer, on one player, with one item, under one session key, and without a gap. The key
//! alone says little: it starts over with the server, and autoplay keeps it for the next item. So:
//!
//! - The same key, item, player and viewer is the same play, unless nobody looked for long and the
//!   position has gone back meanwhile, or nobody looked for [`LONGEST_GAP`]: then it was begun anew.
//! - Another key with the same item, player and viewer goes on as the same play where the server
//!   has started over: the old key is gone, and the position goes on from where it was.
//! - Another item under the same key is autoplay: a play of its own; the one before is over.
//! - A play that one good look misses may be a glitch, as when a server is just starting. It is over once
//!   it has been missing for [`MISSING_FOR`], or when the server has told that it was stopped.
//! - A look that failed says nothing, so it is never judged here.

use std::collections::{HashMap, HashSet};

use crate::instant::{HOUR, MINUTE, SECOND};

/// So long a play may be missing from good looks before it is over, in milliseconds.
pub const MISSING_FOR: i64 = 25 * SECOND;

/// Nobody looked for so long: what is playing now was begun anew, whatever it is. In milliseconds.
pub const LONGEST_GAP: i64 = 2 * HOUR;

/// Within so long a position that has gone back is a seek, in milliseconds.
const QUIET: i64 = 5 * MINUTE;

/// A player that goes on after the server was away may begin so far before where it was, in milliseconds.
const STEP_BACK: i64 = MINUTE;

/// At so many hundredths of its length an item counts as watched to its end, as for the server itself.
const FINISHED_AT_PERCENT: i64 = 90;

/// What makes a play a play, apart from time.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PlayKey {
    /// The server's key of the session; empty where it gives none.
    pub session: String,
    /// The item.
    pub item: String,
    /// The player; empty where it does not say which it is.
    pub player: String,
    /// The viewer's account at Plex; `None` where the server does not say.
    pub account: Option<i64>,
}

impl PlayKey {
    fn without_session(&self) -> (&str, &str, Option<i64>) {
        (&self.item, &self.player, self.account)
    }
}

/// A play that is written down and not over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Open<Id> {
    /// Which.
    pub id: Id,
    /// Its key.
    pub key: PlayKey,
    /// Time since a look last showed it, in milliseconds, by a clock that nobody sets where there is one.
    pub unseen_for: i64,
    /// Where it was.
    pub position: Option<i64>,
    /// For how long good looks have been missing it, in milliseconds; `None` when the last one showed it.
    pub missing_for: Option<i64>,
    /// The server has told that it was stopped.
    pub told_stopped: bool,
}

/// A play that a look shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Its key.
    pub key: PlayKey,
    /// Where it is.
    pub position: Option<i64>,
}

/// What a look means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sorted<Id> {
    /// For each play shown, in order: the open play that it continues, or a new one. A second one with the
    /// same key is a slip of the server and counts as none.
    pub shown: Vec<Fate<Id>>,
    /// Plays that are over.
    pub over: Vec<Id>,
    /// Plays that may be over: the next look, not before [`MISSING_FOR`], will tell.
    pub missing: Vec<Id>,
}

/// What a shown play is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate<Id> {
    /// Goes on.
    Continues(Id),
    /// Begins.
    Begins,
    /// Shown twice.
    Again,
}

/// Sorts what a good look shows.
pub fn sort<Id: Copy + Eq + std::hash::Hash>(open: &[Open<Id>], shown: &[Shown]) -> Sorted<Id> {
    let by_key: HashMap<&PlayKey, &Open<Id>> = open.iter().map(|play| (&play.key, play)).collect();
    let mut fates = vec![Fate::Begins; shown.len()];
    let mut taken = HashSet::new();
    let mut keys = HashSet::new();
    for (fate, play) in fates.iter_mut().zip(shown) {
        if !keys.insert(&play.key) {
            *fate = Fate::Again;
        } else if let Some(before) = by_key.get(&play.key)
            && goes_on(before, play)
        {
            *fate = Fate::Continues(before.id);
            taken.insert(before.id);
        }
    }
    // A key that is still shown is not gone: somebody may well watch the same twice.
    let mut orphans: HashMap<_, Vec<&Open<Id>>> = HashMap::new();
    for play in open.iter().filter(|play| !play.key.player.is_empty() && !keys.contains(&play.key)) {
        orphans.entry(play.key.without_session()).or_default().push(play);
    }
    for (fate, play) in fates.iter_mut().zip(shown).filter(|(fate, _)| matches!(fate, Fate::Begins)) {
        let Some(candidates) = orphans.get_mut(&play.key.without_session()) else { continue };
        if let Some(at) = candidates.iter().position(|before| resumes(before, play)) {
            let before = candidates.swap_remove(at);
            *fate = Fate::Continues(before.id);
            taken.insert(before.id);
        }
    }
    let reused: HashSet<_> = shown.iter().map(|play| seat(&play.key)).collect();
    let mut sorted = Sorted { shown: fates, over: Vec::new(), missing: Vec::new() };
    for play in open.iter().filter(|play| !taken.contains(&play.id)) {
        let replaced = !play.key.session.is_empty() && reused.contains(&seat(&play.key));
        let gone = play.missing_for.is_some_and(|missing| missing >= MISSING_FOR);
        if replaced || gone || play.told_stopped || play.unseen_for >= LONGEST_GAP {
            sorted.over.push(play.id);
        } else {
            sorted.missing.push(play.id);
        }
    }
    sorted
}

/// Where autoplay puts the next item.
fn seat(key: &PlayKey) -> (&str, &str, Option<i64>) {
    (&key.session, &key.player, key.account)
}

/// The same key, seen again.
fn goes_on<Id>(before: &Open<Id>, now: &Shown) -> bool {
    if before.told_stopped && !is_ahead(before.position, now.position) {
        return false;
    }
    before.unseen_for < QUIET || (before.unseen_for < LONGEST_GAP && is_ahead(before.position, now.position))
}

/// Another key in the place of one that is gone.
fn resumes<Id>(before: &Open<Id>, now: &Shown) -> bool {
    before.unseen_for < LONGEST_GAP && before.position.is_some() && is_ahead(before.position, now.position)
}

/// Whether a position goes on from an earlier one. Where either is unknown nothing speaks against it.
fn is_ahead(before: Option<i64>, now: Option<i64>) -> bool {
    match (before, now) {
        (Some(before), Some(now)) => now >= before.saturating_sub(STEP_BACK),
        _ => true,
    }
}

/// Whether an item that ended here was watched to its end, or nearly.
pub fn is_finished(position: Option<i64>, duration: Option<i64>) -> bool {
    match (position, duration) {
        (Some(position), Some(duration)) if duration > 0 => {
            position.saturating_mul(100) >= duration.saturating_mul(FINISHED_AT_PERCENT)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::Fate::{Again, Begins, Continues};
    use super::*;

    fn key(session: &str, item: &str, player: &str, account: i64) -> PlayKey {
        PlayKey {
            session: session.to_owned(),
            item: item.to_owned(),
            player: player.to_owned(),
            account: Some(account),
        }
    }

    fn open(key: &PlayKey, unseen_for: i64) -> Open<i64> {
        Open {
            id: 1,
            key: key.clone(),
            unseen_for,
            position: Some(20 * MINUTE),
            missing_for: None,
            told_stopped: false,
        }
    }

    fn shown(key: &PlayKey, position: i64) -> Shown {
        Shown { key: key.clone(), position: Some(position) }
    }

    #[test]
    fn what_makes_a_play_a_play() {
        let film = key("7", "100", "tv", 42);
        let at = 20 * MINUTE;
        let cases = [
            ("a minute on", film.clone(), MINUTE, at + MINUTE, Continues(1)),
            ("a seek back", film.clone(), MINUTE, 0, Continues(1)),
            ("ten minutes without a look", film.clone(), 10 * MINUTE, at + 10 * MINUTE, Continues(1)),
            ("paused in those", film.clone(), 10 * MINUTE, at, Continues(1)),
            ("begun anew in those", film.clone(), 10 * MINUTE, 2 * MINUTE, Begins),
            ("the clock jumped an hour", film.clone(), HOUR, at + MINUTE, Continues(1)),
            ("the clock jumped back", film.clone(), -HOUR, at + MINUTE, Continues(1)),
            ("the next day", film.clone(), 24 * HOUR, at + MINUTE, Begins),
            ("autoplay", key("7", "101", "tv", 42), MINUTE, 0, Begins),
            ("another player", key("7", "100", "phone", 42), MINUTE, at, Begins),
            ("another viewer", key("7", "100", "tv", 43), MINUTE, at, Begins),
            ("the server started over", key("1", "100", "tv", 42), MINUTE, at + MINUTE, Continues(1)),
            (
                "and the player went back a little",
                key("1", "100", "tv", 42),
                MINUTE,
                at - 30_000,
                Continues(1),
            ),
            ("and ten minutes passed", key("1", "100", "tv", 42), 10 * MINUTE, at + 9 * MINUTE, Continues(1)),
            ("stopped, begun anew", key("8", "100", "tv", 42), MINUTE, 0, Begins),
            ("started over, the next day", key("1", "100", "tv", 42), 24 * HOUR, at, Begins),
        ];
        for (what, now, unseen_for, position, expected) in cases {
            let sorted = sort(&[open(&film, unseen_for)], &[shown(&now, position)]);
            assert_eq!(sorted.shown, [expected], "{what}");
        }
    }

    #[test]
    fn what_is_missing_from_one_good_look_may_be_a_glitch() {
        let film = key("7", "100", "tv", 42);
        let missing = open(&film, MINUTE);
        let autoplay = [shown(&key("7", "101", "tv", 42), 0)];
        let elsewhere = [shown(&key("8", "100", "phone", 42), 0)];
        let cases: [(&str, Open<i64>, &[Shown], bool); 8] = [
            ("once", missing.clone(), &[], false),
            ("a moment later", Open { missing_for: Some(MISSING_FOR - 1), ..missing.clone() }, &[], false),
            ("for a while", Open { missing_for: Some(MISSING_FOR), ..missing.clone() }, &[], true),
            ("told", Open { told_stopped: true, ..missing.clone() }, &[], true),
            ("the next item in its place", missing.clone(), &autoplay, true),
            ("somebody else elsewhere", missing.clone(), &elsewhere, false),
            ("after ten minutes without a look", open(&film, 10 * MINUTE), &[], false),
            ("after a day without a look", open(&film, 24 * HOUR), &[], true),
        ];
        for (what, play, shown, over) in cases {
            let sorted = sort(&[play], shown);
            assert_eq!((sorted.over.len(), sorted.missing.len()), (over.into(), (!over).into()), "{what}");
        }
    }

    #[test]
    fn the_same_twice_stays_twice_and_a_slip_counts_once() {
        let (one, two) = (key("7", "100", "", 42), key("8", "100", "", 42));
        let opened = [open(&one, MINUTE), Open { id: 2, ..open(&two, MINUTE) }];
        let at = 21 * MINUTE;
        let sorted = sort(&opened, &[shown(&two, at), shown(&one, at), shown(&one, at)]);
        assert_eq!(sorted.shown, [Continues(2), Continues(1), Again]);
        assert!(sorted.over.is_empty() && sorted.missing.is_empty());
        // Players that do not say which they are cannot be told apart, so nothing goes on under another key.
        let sorted = sort(&opened[..1], &[shown(&key("9", "100", "", 42), at)]);
        assert_eq!((sorted.shown, sorted.missing), (vec![Begins], vec![1]));
        // One play goes on as one, not as two.
        let film = key("7", "100", "tv", 42);
        let twice = [shown(&key("1", "100", "tv", 42), at), shown(&key("2", "100", "tv", 42), at)];
        assert_eq!(sort(&[open(&film, MINUTE)], &twice).shown, [Continues(1), Begins]);
    }

    #[test]
    fn a_play_without_positions_goes_on_under_its_own_key_only() {
        let tv = key("7", "100", "tv", 42);
        let before = Open { position: None, ..open(&tv, 10 * MINUTE) };
        let now = |session| Shown { key: key(session, "100", "tv", 42), position: None };
        assert_eq!(sort(std::slice::from_ref(&before), &[now("7")]).shown, [Continues(1)]);
        assert_eq!(sort(&[before], &[now("1")]).shown, [Begins]);
    }

    #[test]
    fn the_end_is_the_last_tenth() {
        let cases = [
            (Some(90), Some(100), true),
            (Some(89), Some(100), false),
            (Some(100), None, false),
            (None, Some(100), false),
            (Some(5), Some(0), false),
        ];
        for (position, duration, expected) in cases {
            assert_eq!(is_finished(position, duration), expected, "{position:?} of {duration:?}");
        }
    }
}
