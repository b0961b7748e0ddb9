//! One person's way through an invite, and what they are told at each point of it.

use serde::{Deserialize, Serialize};

use crate::catalogue;
use crate::instant::{DAY, HOUR};
use crate::user::{Becomes, UserState};

/// How long the invitee's own Plex token may be kept, in milliseconds.
pub const INVITEE_TOKEN_LIFETIME: i64 = 24 * HOUR;
/// How long a browser keeps its redemptions without a visit, in milliseconds.
pub const GUEST_IDLE: i64 = 24 * HOUR;
/// How long an invitation may stay unaccepted before it is withdrawn, in days.
pub const PENDING_DAYS: i64 = 14;

/// [`PENDING_DAYS`] in milliseconds.
pub const PENDING_LIFETIME: i64 = PENDING_DAYS * DAY;

catalogue! {
    /// Where a redemption stands.
    pub enum RedemptionState {
        /// Begun; nobody has signed in.
        Open = "open",
        /// Signed in with Plex; another step (Discord) is still missing.
        PlexLinked = "plex_linked",
        /// Everything is known; waits for the person to accept.
        Ready = "ready",
        /// Accepted; the seat is theirs and Plex is being asked.
        SeatTaken = "seat_taken",
        /// Plex shows the invitation; it is not accepted yet.
        Invited = "invited",
        /// Plex shows the share with its libraries.
        Done = "done",
        /// They had access before; no seat is spent.
        AlreadyMember = "already_member",
        /// It came to nothing, for a named reason.
        Failed = "failed",
    }
}

impl RedemptionState {
    /// Nothing more will happen by itself.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Done | Self::AlreadyMember | Self::Failed)
    }

    /// A job is at work or waiting.
    pub const fn is_under_way(self) -> bool {
        matches!(self, Self::SeatTaken | Self::Invited)
    }
}

catalogue! {
    /// Why a redemption failed, or what it waits for.
    pub enum RedemptionReason {
        /// Waits: Plex does not answer or asks for patience.
        PlexUnavailable = "plex_unavailable",
        /// Waits: Plex does not show our latest step yet.
        PlexBehind = "plex_behind",
        /// Waits: the owner has to sign in to Plex again.
        PlexAuth = "plex_auth",
        /// Waits: another server or owner answers; the admin has been asked.
        PlexIdentity = "plex_identity",
        /// Waits: the person has to accept the e-mail from Plex.
        AcceptByEmail = "accept_by_email",
        /// Final: Plex allows no more people on this server.
        PlexShareLimit = "plex_share_limit",
        /// None of the chosen libraries exists any more.
        LibrariesGone = "libraries_gone",
        /// Plex said no, in a way that another try will not change.
        PlexRefused = "plex_refused",
        /// What the owner has set for the person at Plex, such as a content filter, is not as it was before.
        SettingsNotKept = "settings_not_kept",
        /// The tries are used up.
        GaveUp = "gave_up",
        /// Plex does not know the account any more.
        AccountUnknown = "account_unknown",
        /// Nobody accepted the invitation in time, or it was declined or withdrawn.
        InvitationGone = "invitation_gone",
        /// The admin changed this person's access meanwhile.
        Superseded = "superseded",
        /// The person is a member of the owner's Home: access there is not a share.
        HomeMember = "home_member",
        /// Another redemption of the same person came first; this one joined it.
        Replaced = "replaced",
        /// The person left it unfinished.
        Abandoned = "abandoned",
    }
}

impl RedemptionReason {
    /// Whether another try by the invitee makes sense. An admin may always try again.
    pub const fn invitee_may_retry(self) -> bool {
        matches!(self, Self::PlexRefused | Self::GaveUp | Self::AccountUnknown | Self::LibrariesGone)
    }
}

/// A change of somebody's access that is planned, asked for, or failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenChange {
    /// What becomes of the person, where it takes everything away.
    pub becomes: Option<Becomes>,
    /// Whether a link brought it about.
    pub by_link: bool,
}

/// What a link may do for somebody that PUM knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry {
    /// Let them in.
    Open,
    /// Nothing: they are kept out, or on their way out. Only the host may change that.
    AskTheHost,
    /// Nothing: they have access, and an admin's change of it goes on.
    Member,
}

/// What a link may do for somebody in this state, with these changes under way. Who is gone for good comes
/// in like anybody; a way out that has begun is never turned round by a link.
pub fn entry(state: UserState, blocked: bool, open: &[OpenChange]) -> Entry {
    let leaves = state != UserState::Removed && open.iter().any(|change| change.becomes.is_some());
    if blocked || leaves || state == UserState::Suspended {
        Entry::AskTheHost
    } else if state == UserState::Active && open.iter().any(|change| !change.by_link) {
        Entry::Member
    } else {
        Entry::Open
    }
}

catalogue! {
    /// The steps that the page draws, in order.
    pub enum StepName {
        PlexSignIn = "plex_sign_in",
        Discord = "discord",
        Accept = "accept",
        Seat = "seat",
        InvitationSent = "invitation_sent",
        InvitationAccepted = "invitation_accepted",
        LibrariesVisible = "libraries_visible",
    }
}

catalogue! {
    /// How a step stands.
    pub enum StepState {
        Pending = "pending",
        Current = "current",
        Waiting = "waiting",
        Done = "done",
        Failed = "failed",
    }
}

/// One step as the page draws it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepView {
    /// Which one.
    pub name: StepName,
    /// How it stands.
    pub state: StepState,
    /// A reason to show beside it.
    pub detail: Option<RedemptionReason>,
}

/// What [`steps`] needs to know.
#[derive(Debug, Clone, Copy)]
pub struct Progress {
    /// Where the redemption stands.
    pub state: RedemptionState,
    /// Why it waits or failed.
    pub reason: Option<RedemptionReason>,
    /// Whether a Plex account is linked.
    pub plex_linked: bool,
    /// Whether the person pressed Accept.
    pub accepted: bool,
    /// Whether Plex has shown the invitation.
    pub invited: bool,
}

/// The whole way as the page draws it: what is done, what is going on, what comes.
pub fn steps(progress: &Progress) -> Vec<StepView> {
    use RedemptionState as S;
    let reached = match progress.state {
        S::Open => 0,
        S::PlexLinked | S::Ready => 1,
        S::SeatTaken => 3,
        S::Invited => 4,
        S::Done => 6,
        S::AlreadyMember => 2,
        S::Failed if progress.invited => 4,
        S::Failed if progress.accepted => 3,
        S::Failed if progress.plex_linked => 1,
        S::Failed => 0,
    };
    let order = [
        StepName::PlexSignIn,
        StepName::Accept,
        StepName::Seat,
        StepName::InvitationSent,
        StepName::InvitationAccepted,
        StepName::LibrariesVisible,
    ];
    order
        .into_iter()
        .enumerate()
        .map(|(index, name)| {
            let state = match () {
                () if index < reached => StepState::Done,
                () if index > reached || progress.state == S::AlreadyMember => StepState::Pending,
                () if progress.state == S::Failed => StepState::Failed,
                () if progress.reason.is_some() => StepState::Waiting,
                () => StepState::Current,
            };
            let detail = progress.reason.filter(|_| index == reached);
            StepView { name, state, detail }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::user::RemovedReason;

    fn drawn(state: RedemptionState, reason: Option<RedemptionReason>) -> String {
        let past_accept =
            matches!(state, RedemptionState::SeatTaken | RedemptionState::Invited | RedemptionState::Failed);
        let progress = Progress {
            state,
            reason,
            plex_linked: true,
            accepted: past_accept,
            invited: state == RedemptionState::Invited,
        };
        steps(&progress)
            .iter()
            .map(|step| match step.state {
                StepState::Done => 'x',
                StepState::Current => '>',
                StepState::Waiting => '~',
                StepState::Failed => '!',
                StepState::Pending => '.',
            })
            .collect()
    }

    #[test]
    fn a_link_turns_no_change_round() {
        use UserState as S;
        let leaves = |becomes| OpenChange { becomes: Some(becomes), by_link: false };
        let suspension = leaves(Becomes::Suspended);
        let removal = leaves(Becomes::Removed(RemovedReason::Expired));
        let edit = OpenChange { becomes: None, by_link: false };
        let link = OpenChange { becomes: None, by_link: true };
        let cases: [(&str, S, bool, &[OpenChange], Entry); 13] = [
            ("a member", S::Active, false, &[], Entry::Open),
            ("a member who is blocked", S::Active, true, &[], Entry::AskTheHost),
            ("a member about to be suspended", S::Active, false, &[suspension], Entry::AskTheHost),
            ("a member about to be removed", S::Active, false, &[removal], Entry::AskTheHost),
            ("a member who is edited, then removed", S::Active, false, &[edit, removal], Entry::AskTheHost),
            ("a member who is being edited", S::Active, false, &[edit], Entry::Member),
            ("a member on the way by another link", S::Active, false, &[link], Entry::Open),
            ("invited", S::Pending, false, &[link], Entry::Open),
            ("invited, with other libraries than before", S::Pending, false, &[edit], Entry::Open),
            ("an invitation being withdrawn", S::Pending, false, &[removal], Entry::AskTheHost),
            ("suspended", S::Suspended, false, &[edit], Entry::AskTheHost),
            ("gone", S::Removed, false, &[], Entry::Open),
            ("gone by themselves, before a removal was through", S::Removed, false, &[removal], Entry::Open),
        ];
        for (what, state, blocked, open, expected) in cases {
            assert_eq!(entry(state, blocked, open), expected, "{what}");
        }
    }

    #[test]
    fn the_way_is_drawn_from_the_state() {
        use RedemptionReason as R;
        use RedemptionState as S;
        let cases = [
            (S::Open, None, ">....."),
            (S::Ready, None, "x>...."),
            (S::SeatTaken, None, "xxx>.."),
            (S::SeatTaken, Some(R::PlexUnavailable), "xxx~.."),
            (S::Invited, None, "xxxx>."),
            (S::Invited, Some(R::AcceptByEmail), "xxxx~."),
            (S::Done, None, "xxxxxx"),
            (S::AlreadyMember, None, "xx...."),
            (S::Failed, Some(R::PlexShareLimit), "xxx!.."),
        ];
        for (state, reason, expected) in cases {
            assert_eq!(drawn(state, reason), expected, "{state} {reason:?}");
        }
    }
}
