//! Reading what Plex shows for one person on the connected server.

use pum_domain::access::{Observed, ShareSeen};
use pum_plex::{InvitationHandle, PlexError, PlexTv, SentInvitation, Share, ShareState};
use pum_store::users::User;

use crate::plex_server::Connected;

/// What was read, in the terms of the rules and as Plex's own rows for the calls that need them.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    /// For the rules.
    pub observed: Observed,
    /// The share, if the list of shares has it.
    pub share: Option<Share>,
    /// The invitation, if the list of invitations has it.
    pub invitation: Option<SentInvitation>,
    /// A row that waits, though the list of invitations has none: perhaps what a withdrawn one left behind.
    pub is_loose: bool,
}

impl Seen {
    /// No share and no invitation.
    pub(super) const NOTHING: Self =
        Self { observed: Observed::Nothing, share: None, invitation: None, is_loose: false };
}

/// Reads the list of shares and, where that does not show an accepted one, the list of invitations.
pub(super) async fn observe(plex: &PlexTv, server: &Connected, user: &User) -> Result<Seen, PlexError> {
    let mut shares = plex.shares(&server.token, &server.machine_identifier).await?;
    shares.retain(|share| is(user, share.plex_user_id.map(|id| id.0), share.email.as_deref()));
    // A row that waits beside an accepted one is what a withdrawn invitation has left behind.
    let accepted = shares.iter().position(|share| share.state == ShareState::Accepted);
    let share = shares.drain(..).nth(accepted.unwrap_or(0));
    if let Some(share) = &share
        && share.state == ShareState::Accepted
    {
        return Ok(Seen {
            observed: Observed::Share(seen(share)),
            share: Some(share.clone()),
            invitation: None,
            is_loose: false,
        });
    }
    let mut sent = plex.sent_invitations(&server.token).await?;
    sent.retain(|sent| is(user, sent.plex_user_id.map(|id| id.0), sent.email.as_deref()));
    // The older list tells servers by their names alone, which change.
    let maybe_ours = sent.iter().any(|sent| sent.machine_identifier.is_none());
    let invitation = sent.into_iter().find(|sent| sent.is_for(&server.machine_identifier, &server.name));
    let is_loose = share.is_some() && invitation.is_none() && !maybe_ours;
    let observed = match (&share, &invitation) {
        (Some(share), _) => Observed::Share(seen(share)),
        (None, Some(invitation)) => Observed::Share(waiting(invitation)),
        (None, None) => Observed::Nothing,
    };
    let share = share.or_else(|| invitation.as_ref().and_then(|sent| as_share(sent, server)));
    Ok(Seen { observed, share, invitation, is_loose })
}

/// By account id; an invitation to an address that has no account yet is known by the address.
fn is(user: &User, plex_id: Option<i64>, email: Option<&str>) -> bool {
    match (plex_id, user.plex_id) {
        (Some(theirs), Some(ours)) => theirs == ours.0,
        _ => match (email, user.email.as_deref()) {
            (Some(theirs), Some(ours)) => theirs.eq_ignore_ascii_case(ours),
            _ => false,
        },
    }
}

/// A share in the terms of the rules.
pub(crate) fn seen(share: &Share) -> ShareSeen {
    ShareSeen {
        share_id: share.id.0,
        accepted: share.state == ShareState::Accepted,
        all_libraries: share.all_libraries,
        sections: share.section_ids.iter().map(|id| id.0).collect(),
        libraries_known: true,
        allow_downloads: share.settings.allow_downloads,
    }
}

/// An invitation as a share that waits.
pub(crate) fn waiting(invitation: &SentInvitation) -> ShareSeen {
    ShareSeen {
        share_id: invitation.share_id().map_or(0, |id| id.0),
        accepted: false,
        all_libraries: invitation.all_libraries.unwrap_or(false),
        sections: invitation.section_ids.iter().map(|id| id.0).collect(),
        libraries_known: invitation.share_id().is_some() && invitation.all_libraries.is_some(),
        allow_downloads: invitation.settings.allow_downloads,
    }
}

fn as_share(invitation: &SentInvitation, server: &Connected) -> Option<Share> {
    let InvitationHandle::Share(id) = invitation.handle else { return None };
    Some(Share {
        id,
        machine_identifier: server.machine_identifier.clone(),
        plex_user_id: invitation.plex_user_id,
        username: invitation.username.clone(),
        email: invitation.email.clone(),
        state: ShareState::Pending,
        all_libraries: invitation.all_libraries.unwrap_or(false),
        section_ids: invitation.section_ids.clone(),
        settings: invitation.settings.clone(),
        invited_at: invitation.sent_at,
        accepted_at: None,
    })
}
