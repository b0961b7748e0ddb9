//! When an invite lets somebody in, and what it promises.

use crate::{Instant, LibraryId, catalogue};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Which libraries: all of them, as an intent that includes later ones, or a set that is never empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "mode", content = "ids", rename_all = "snake_case")]
pub enum LibraryChoice {
    /// Every library of the server, now and later.
    All,
    /// Exactly these.
    Some(Vec<LibraryId>),
}

catalogue! {
    /// How an invite stands, as lists show it.
    pub enum InviteStatus {
        Active = "active",
        Paused = "paused",
        Expired = "expired",
        UsedUp = "used_up",
    }
}

/// What decides whether a link still works.
#[derive(Debug, Clone, Copy)]
pub struct InviteLimits {
    /// The first moment at which the link no longer works.
    pub expires_at: Option<Instant>,
    /// `None` is unlimited.
    pub max_uses: Option<i64>,
    /// Seats that are held or kept.
    pub uses: i64,
    /// Since when the link rests.
    pub paused_at: Option<Instant>,
    /// Since when the link is gone.
    pub deleted_at: Option<Instant>,
}

/// Proof that a link works at this moment. Only [`check_usable`] makes one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Permit(());

/// Why a link admits nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum InviteUnusable {
    /// Deleted: to a stranger the same as never there.
    #[error("this invite does not exist")]
    Deleted,
    /// The admin put it to rest.
    #[error("this invite is paused")]
    Paused,
    /// Its date has passed.
    #[error("this invite has expired")]
    Expired,
    /// Every seat is taken.
    #[error("this invite has been used up")]
    UsedUp,
}

/// Judges a link. The order matters to people: a deleted link says nothing else about itself.
pub fn check_usable(limits: &InviteLimits, now: Instant) -> Result<Permit, InviteUnusable> {
    if limits.deleted_at.is_some() {
        return Err(InviteUnusable::Deleted);
    }
    if limits.paused_at.is_some() {
        return Err(InviteUnusable::Paused);
    }
    if limits.expires_at.is_some_and(|end| end <= now) {
        return Err(InviteUnusable::Expired);
    }
    if limits.max_uses.is_some_and(|max| limits.uses >= max) {
        return Err(InviteUnusable::UsedUp);
    }
    Ok(Permit(()))
}

/// The status that lists show for a link that is not deleted.
pub fn status(limits: &InviteLimits, now: Instant) -> InviteStatus {
    match check_usable(limits, now) {
        Ok(_) => InviteStatus::Active,
        Err(InviteUnusable::Paused | InviteUnusable::Deleted) => InviteStatus::Paused,
        Err(InviteUnusable::Expired) => InviteStatus::Expired,
        Err(InviteUnusable::UsedUp) => InviteStatus::UsedUp,
    }
}

/// What a person agreed to when accepting: the invite may change afterwards, this does not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AcceptedTerms {
    /// The version of the invite that the person saw.
    pub invite_version: i64,
    /// What they get to see.
    pub libraries: LibraryChoice,
    /// Whether they may download.
    pub allow_downloads: bool,
    /// How long access lasts, counted from the moment Plex shows it accepted; `None` is for good.
    pub membership_days: Option<i32>,
    /// Kept out of inactivity purges.
    pub grant_purge_whitelist: bool,
    /// Kept out of removals by the bot.
    pub grant_bot_whitelist: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Instant = Instant(1_000_000);

    fn open() -> InviteLimits {
        InviteLimits { expires_at: None, max_uses: None, uses: 0, paused_at: None, deleted_at: None }
    }

    #[test]
    fn a_link_works_until_a_limit_is_met_exactly() {
        let cases = [
            ("no limits", open(), Ok(())),
            ("unlimited stays open", InviteLimits { uses: 1_000_000, ..open() }, Ok(())),
            ("one seat left", InviteLimits { max_uses: Some(5), uses: 4, ..open() }, Ok(())),
            (
                "last seat taken",
                InviteLimits { max_uses: Some(5), uses: 5, ..open() },
                Err(InviteUnusable::UsedUp),
            ),
            (
                "lowered below its uses",
                InviteLimits { max_uses: Some(2), uses: 5, ..open() },
                Err(InviteUnusable::UsedUp),
            ),
            ("a moment before its end", InviteLimits { expires_at: Some(NOW.plus(1)), ..open() }, Ok(())),
            ("at its end", InviteLimits { expires_at: Some(NOW), ..open() }, Err(InviteUnusable::Expired)),
            ("paused", InviteLimits { paused_at: Some(NOW), ..open() }, Err(InviteUnusable::Paused)),
            (
                "paused and expired",
                InviteLimits { paused_at: Some(NOW), expires_at: Some(NOW), ..open() },
                Err(InviteUnusable::Paused),
            ),
            (
                "deleted hides the rest",
                InviteLimits { deleted_at: Some(NOW), paused_at: Some(NOW), ..open() },
                Err(InviteUnusable::Deleted),
            ),
        ];
        for (what, limits, expected) in cases {
            assert_eq!(check_usable(&limits, NOW).map(|_| ()), expected, "{what}");
        }
    }
}
