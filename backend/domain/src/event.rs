//! The audit log's vocabulary: `noun.verb_past`.

use crate::instant::DAY;
use crate::{Instant, catalogue};

catalogue! {
    /// What a history event records.
    pub enum EventType {
        SetupCompleted = "setup.completed",
        SetupReset = "setup.reset",
        SetupCodeRefused = "setup.code_refused",
        AdminCreated = "admin.created",
        AdminSignedIn = "admin.signed_in",
        AdminSignInFailed = "admin.sign_in_failed",
        AdminSignedOut = "admin.signed_out",
        AdminPasswordChanged = "admin.password_changed",
        AdminPasswordReset = "admin.password_reset",
        AdminPlexLinked = "admin.plex_linked",
        AdminPlexUnlinked = "admin.plex_unlinked",
        SettingChanged = "setting.changed",
        ServerConnected = "server.connected",
        ServerTokenReplaced = "server.token_replaced",
        ServerReplaced = "server.replaced",
        ServerAuthLost = "server.auth_lost",
        ServerAuthRestored = "server.auth_restored",
        ServerIdentityChanged = "server.identity_changed",
        LibrariesRefreshed = "libraries.refreshed",
        LibraryAdded = "library.added",
        LibraryVanished = "library.vanished",
        LibraryReturned = "library.returned",
        InviteCreated = "invite.created",
        InviteUpdated = "invite.updated",
        InvitePaused = "invite.paused",
        InviteResumed = "invite.resumed",
        InviteDeleted = "invite.deleted",
        RedemptionStarted = "redemption.started",
        RedemptionAccepted = "redemption.accepted",
        RedemptionCompleted = "redemption.completed",
        RedemptionFailed = "redemption.failed",
        RedemptionRetried = "redemption.retried",
        UserEnrolled = "user.enrolled",
        UserReturned = "user.returned",
        UserAccessRequested = "user.access_requested",
        UserAccessGranted = "user.access_granted",
        UserAccessChanged = "user.access_changed",
        UserAccessRevoked = "user.access_revoked",
        UserAccessFailed = "user.access_failed",
        UserAccessExpired = "user.access_expired",
        UserUpdated = "user.updated",
        UserRemovalRequested = "user.removal_requested",
        UserRemovalUndone = "user.removal_undone",
        UserRemoved = "user.removed",
        UserSuspended = "user.suspended",
        UserResumed = "user.resumed",
        UserRestored = "user.restored",
        UserBlocked = "user.blocked",
        UserUnblocked = "user.unblocked",
        UserAccessRetried = "user.access_retried",
        UserAdded = "user.added",
        UserPurgeWarned = "user.purge_warned",
        UserPurgeCancelled = "user.purge_cancelled",
        UserPurged = "user.purged",
        UserRenamed = "user.renamed",
        UserJoined = "user.joined",
        UserLeft = "user.left",
        UserAccessDrifted = "user.access_drifted",
        UserAccessAdopted = "user.access_adopted",
        SyncCompleted = "sync.completed",
        SyncFailed = "sync.failed",
        RemovalsHeld = "removals.held",
        RemovalsConfirmed = "removals.confirmed",
        StreamStopRequested = "stream.stop_requested",
        StreamStopped = "stream.stopped",
        StreamStopFailed = "stream.stop_failed",
        ClockJumped = "clock.jumped",
        ClockConfirmed = "clock.confirmed",
        BulkStarted = "bulk.started",
        BulkStopped = "bulk.stopped",
        BulkRetried = "bulk.retried",
        BulkFinished = "bulk.finished",
        JobDied = "job.died",
        JobRunRequested = "job.run_requested",
        JobRetried = "job.retried",
        HistoryCleared = "history.cleared",
        StreamHistoryDeleted = "stream_history.deleted",
    }
}

/// The nouns of events that tell who got in, who was given what right, and what was trusted: they
/// are kept for [`SECURITY_KEPT`], whatever is cleared. Settings and the server are among them, for
/// they hold secrets; so is clearing itself.
pub const SECURITY_NOUNS: &[&str] = &["setup", "admin", "role", "token", "setting", "server", "history"];

/// How long security events are kept at least, in milliseconds.
pub const SECURITY_KEPT: i64 = 365 * DAY;

/// Nothing younger than so many days is ever cleared.
pub const YOUNGEST_CLEARED: u32 = 30;

impl EventType {
    /// Whether the event is kept for [`SECURITY_KEPT`].
    pub fn is_security(self) -> bool {
        let noun = self.as_str().split('.').next().unwrap_or_default();
        SECURITY_NOUNS.contains(&noun)
    }
}

/// Up to when events may be cleared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClearUpTo {
    /// For ordinary events.
    pub ordinary: Instant,
    /// For security events.
    pub security: Instant,
}

/// What "older than so many days" clears: nothing younger than [`YOUNGEST_CLEARED`], and security
/// events only after [`SECURITY_KEPT`].
pub fn clear_up_to(older_than_days: u32, now: Instant) -> ClearUpTo {
    let days = i64::from(older_than_days.max(YOUNGEST_CLEARED));
    let ordinary = now.plus(-days * DAY);
    ClearUpTo { ordinary, security: ordinary.min(now.plus(-SECURITY_KEPT)) }
}

catalogue! {
    /// Who did it.
    pub enum ActorKind {
        Admin = "admin",
        ApiToken = "api_token",
        Invitee = "invitee",
        Schedule = "schedule",
        CommandLine = "command_line",
        System = "system",
    }
}

catalogue! {
    /// Hints that tell a listening page what to fetch again.
    pub enum HintKind {
        Users = "users",
        Invites = "invites",
        Changes = "changes",
        Streams = "streams",
        Sync = "sync",
        Jobs = "jobs",
        Server = "server",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_tells_who_got_in_is_kept_longer() {
        let cases = [
            (EventType::AdminSignedIn, true),
            (EventType::AdminSignInFailed, true),
            (EventType::AdminPasswordChanged, true),
            (EventType::SetupCodeRefused, true),
            (EventType::ServerTokenReplaced, true),
            (EventType::SettingChanged, true),
            (EventType::HistoryCleared, true),
            (EventType::InviteCreated, false),
            (EventType::UserAccessRevoked, false),
            (EventType::LibraryVanished, false),
            (EventType::JobDied, false),
        ];
        for (event, expected) in cases {
            assert_eq!(event.is_security(), expected, "{event}");
        }
    }

    #[test]
    fn nothing_young_is_cleared() {
        let now = Instant(1_000 * DAY);
        let cases = [(0, 30, 365), (30, 30, 365), (90, 90, 365), (365, 365, 365), (400, 400, 400)];
        for (asked, ordinary, security) in cases {
            let up_to = clear_up_to(asked, now);
            let days = |at: Instant| now.since(at) / DAY;
            assert_eq!((days(up_to.ordinary), days(up_to.security)), (ordinary, security), "{asked}");
        }
    }
}
