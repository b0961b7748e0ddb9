//! The names of durable work and of the lanes it waits in.

use crate::catalogue;

catalogue! {
    /// Which queue a job waits in; each lane has its own workers, so that bulk work never delays a person.
    pub enum Lane {
        /// Somebody is watching a page.
        Interactive = "interactive",
        /// An admin asked for it.
        Manual = "manual",
        /// The clock asked for it.
        Automatic = "automatic",
    }
}

catalogue! {
    /// Where a job stands.
    pub enum JobState {
        Queued = "queued",
        Running = "running",
        /// Waits for something outside, and spends no attempts.
        Blocked = "blocked",
        Done = "done",
        /// Out of attempts, or refused for good; an admin may retry it.
        Dead = "dead",
    }
}

catalogue! {
    /// Every kind of durable work.
    pub enum JobKind {
        ApplyAccessChange = "apply_access_change",
        WatchInvitation = "watch_invitation",
        JudgeExpiries = "judge_expiries",
        ExpireUser = "expire_user",
        RefreshLibraries = "refresh_libraries",
        CheckServer = "check_server",
        ProbePlexAuth = "probe_plex_auth",
        SignOutPlexToken = "sign_out_plex_token",
        SyncUsers = "sync_users",
        /// Carries out removals that an admin has confirmed, each read again first.
        RemoveConfirmed = "remove_confirmed",
        /// Looks once more at people whose access was changed a moment ago.
        RereadAccess = "reread_access",
        StopStream = "stop_stream",
        Housekeeping = "housekeeping",
        /// Warns people who have gone quiet, and removes those whose time is over.
        PurgeInactive = "purge_inactive",
        /// Takes back the warnings of people who stream again.
        JudgePurgeWarnings = "judge_purge_warnings",
        /// Tells somebody something.
        SendNotice = "send_notice",
        /// Begins a bulk's changes, a few at a time.
        RunBulk = "run_bulk",
        /// Forgets events that have had their time.
        ForgetHistory = "forget_history",
        /// Forgets from where invitees came and under which address they are reached.
        ForgetAddresses = "forget_addresses",
        /// Forgets streams that have had their time.
        ForgetStreams = "forget_streams",
        /// Reads the server's own play history for the times in which nobody was watching.
        ImportPlayHistory = "import_play_history",
        /// Clears what an admin asked to have cleared.
        ClearHistory = "clear_history",
    }
}
