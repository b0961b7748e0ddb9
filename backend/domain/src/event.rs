//! The audit log's vocabulary: `noun.verb_past`.

use crate::catalogue;

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
        JobDied = "job.died",
    }
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
