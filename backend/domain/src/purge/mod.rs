//! Who has gone quiet, and whether they may be let go for it.
//!
//! Idle days are days on which PUM was looking and the person was not watching. Whatever casts doubt on
//! what was seen keeps everybody. What is known about people, and removing them, is left to others.

pub mod conditions;
pub mod rehearsal;
pub mod stage;
pub mod watch;

use serde::{Deserialize, Serialize};

use crate::instant::DAY;
use crate::user::UserState;
use crate::{Instant, catalogue};

pub use conditions::{Conditions, doubt};
pub use watch::Watch;

/// Whom to let go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// Those who have been idle for so many days.
    pub inactive_days: u32,
    /// Not those who share a server with the owner in return.
    pub exempt_shares_back: bool,
    /// Not those whom admins keep out of purges.
    pub exempt_whitelisted: bool,
    /// Not the admins' own accounts.
    pub exempt_admins: bool,
    /// When somebody joined does not count: who never streamed is idle since PUM has been looking.
    pub ignore_join_date: bool,
    /// Times that only the server's own play history covers count as watched over. It lists what was
    /// played to the end, so somebody who watches beginnings only looks idle there.
    pub count_imported: bool,
}

catalogue! {
    /// Whether somebody would be removed.
    pub enum Outcome {
        Purge = "purge",
        Keep = "keep",
    }
}

catalogue! {
    /// Why somebody would be removed, or is kept.
    pub enum Reason {
        /// They have not streamed for that long.
        Idle = "idle",
        /// They have never streamed, and have had that long to.
        NeverStreamed = "never_streamed",
        // Who they are.
        Owner = "owner",
        Home = "home",
        Managed = "managed",
        // Where they stand.
        Removed = "removed",
        Pending = "pending",
        Suspended = "suspended",
        /// Their removal is planned, under way or has failed.
        Leaving = "leaving",
        Streaming = "streaming",
        // What admins wish.
        SharesBack = "shares_back",
        Whitelisted = "whitelisted",
        Admin = "admin",
        /// Plex's number of their account is not known, so nobody can tell what they watch.
        UnknownAccount = "unknown_account",
        // What casts doubt on what was seen.
        ClockDoubted = "clock_doubted",
        NotWatched = "not_watched",
        ClockBeforeWatch = "clock_before_watch",
        ServerUnreachable = "server_unreachable",
        ImportUnderWay = "import_under_way",
        WatchStale = "watch_stale",
        // Too early.
        StreamedRecently = "streamed_recently",
        JoinedRecently = "joined_recently",
        /// Access was given back to them not long ago.
        GivenTime = "given_time",
        /// PUM has not been looking for long enough.
        WatchedTooShort = "watched_too_short",
        // About a request.
        UnknownUser = "unknown_user",
        /// The schedule no longer removes anybody.
        ScheduleOff = "schedule_off",
    }
}

impl Reason {
    /// Whether it is about what was seen, and not about the person: then nothing is decided.
    pub const fn is_doubt(self) -> bool {
        matches!(
            self,
            Self::ClockDoubted
                | Self::NotWatched
                | Self::ClockBeforeWatch
                | Self::ServerUnreachable
                | Self::ImportUnderWay
                | Self::WatchStale
        )
    }

    /// The same as a sentence.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Idle => "They have not streamed for that long.",
            Self::NeverStreamed => "They have never streamed.",
            Self::Owner => "This account owns the server.",
            Self::Home => "They are in the owner's Plex Home.",
            Self::Managed => "This is a managed account of the owner's Home.",
            Self::Removed => "They have been removed already.",
            Self::Pending => "They have not accepted their invitation yet.",
            Self::Suspended => "They are suspended, so they cannot stream.",
            Self::Leaving => "Their removal is under way or has failed.",
            Self::Streaming => "They are streaming right now.",
            Self::SharesBack => "They share a server with the owner.",
            Self::Whitelisted => "Admins keep them out of purges.",
            Self::Admin => "This is an admin's own account.",
            Self::UnknownAccount => "Their Plex account is not known, so nobody can tell what they watch.",
            Self::ClockDoubted => "The clock cannot be trusted until an admin has looked at it.",
            Self::NotWatched => "PUM has never looked at what is playing.",
            Self::ClockBeforeWatch => "The clock stands before the time of what was seen.",
            Self::ServerUnreachable => "The Plex server does not answer.",
            Self::ImportUnderWay => "The server's play history is being imported.",
            Self::WatchStale => "PUM is not looking at what is playing just now.",
            Self::StreamedRecently => "They have streamed not long ago.",
            Self::JoinedRecently => "They have joined not long ago.",
            Self::GivenTime => "Access was given back to them not long ago.",
            Self::WatchedTooShort => "PUM has not been looking for long enough.",
            Self::UnknownUser => "There is no such user.",
            Self::ScheduleOff => "The purge by the clock was turned off.",
        }
    }
}

/// What is known about somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Person {
    /// Where they stand.
    pub state: UserState,
    /// They own the server.
    pub owner: bool,
    /// In the owner's Home.
    pub home: bool,
    /// A managed account.
    pub managed: bool,
    /// Sharing a server with the owner in return.
    pub shares_back: bool,
    /// Kept out of purges.
    pub whitelisted: bool,
    /// An admin's own account.
    pub admin: bool,
    /// Plex's number of their account is known.
    pub has_account: bool,
    /// Their removal is planned, under way or has failed.
    pub leaving: bool,
    /// They are streaming right now.
    pub streaming: bool,
    /// When they last streamed.
    pub last_streamed_at: Option<Instant>,
    /// Since when they have access.
    pub joined_at: Option<Instant>,
    /// Since when PUM knows them.
    pub added_at: Instant,
    /// When access was last given back to them.
    pub time_given_at: Option<Instant>,
}

impl Person {
    /// Since when nothing was heard of them, gaps of ours included; `None` is for ever.
    pub fn quiet_since(&self, terms: &Terms) -> Option<Instant> {
        let joined = (!terms.ignore_join_date).then(|| self.joined_at.unwrap_or(self.added_at));
        [self.last_streamed_at, joined, self.time_given_at].into_iter().flatten().max()
    }
}

/// What is decided about somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// Whether they would be removed.
    pub outcome: Outcome,
    /// Why.
    pub reason: Reason,
    /// For how many days PUM was looking since they were last heard of.
    pub idle_days: i64,
}

/// Decides about one person. `doubt` is what keeps everybody just now.
pub fn judge(person: &Person, terms: &Terms, watch: &Watch, doubt: Option<Reason>, now: Instant) -> Verdict {
    let quiet_since = person.quiet_since(terms);
    let idle_days = match person.streaming {
        true => 0,
        false => watch.watched(quiet_since.unwrap_or(Instant(i64::MIN)), now) / DAY,
    };
    let keep = |reason| Verdict { outcome: Outcome::Keep, reason, idle_days };
    if let Some(reason) = exempt(person, terms).or(doubt) {
        return keep(reason);
    }
    if idle_days >= i64::from(terms.inactive_days) {
        let reason = match person.last_streamed_at {
            Some(_) => Reason::Idle,
            None => Reason::NeverStreamed,
        };
        return Verdict { outcome: Outcome::Purge, reason, idle_days };
    }
    let long_ago = now.plus(-i64::from(terms.inactive_days) * DAY);
    let recent = |moment: Option<Instant>| moment.is_some_and(|at| at > long_ago);
    if recent(person.last_streamed_at) {
        keep(Reason::StreamedRecently)
    } else if recent(person.time_given_at) {
        keep(Reason::GivenTime)
    } else if !terms.ignore_join_date && recent(Some(person.joined_at.unwrap_or(person.added_at))) {
        keep(Reason::JoinedRecently)
    } else {
        keep(Reason::WatchedTooShort)
    }
}

/// Why this person is kept, however idle.
pub fn exempt(person: &Person, terms: &Terms) -> Option<Reason> {
    let cases = [
        (person.owner, Reason::Owner),
        (person.managed, Reason::Managed),
        (person.home, Reason::Home),
        (person.state == UserState::Removed, Reason::Removed),
        (person.state == UserState::Pending, Reason::Pending),
        (person.state == UserState::Suspended, Reason::Suspended),
        (person.leaving, Reason::Leaving),
        (person.streaming, Reason::Streaming),
        (person.shares_back && terms.exempt_shares_back, Reason::SharesBack),
        (person.whitelisted && terms.exempt_whitelisted, Reason::Whitelisted),
        (person.admin && terms.exempt_admins, Reason::Admin),
        (!person.has_account, Reason::UnknownAccount),
    ];
    cases.into_iter().find_map(|(applies, reason)| applies.then_some(reason))
}

#[cfg(test)]
mod tests;
