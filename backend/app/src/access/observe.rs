//! Reading what Plex shows for one person on the connected server.

use std::collections::HashSet;

use pum_domain::access::{Observed, ShareSeen};
use pum_domain::text::name_key;
use pum_domain::user::UserState;
use pum_plex::{InvitationHandle, PlexError, PlexTv, SentInvitation, Share, ShareState};
use pum_store::users::{self, User};
use pum_store::{Reads, StoreResult};

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

/// By what somebody's rows are told from everybody else's.
///
/// By account id. An invitation to an address has none: it is known by its share, whoever claims that and with
/// whatever address, and before that by the address.
pub(super) struct Whom {
    plex_id: Option<i64>,
    share_id: Option<i64>,
    email: Option<String>,
    /// Accounts that are somebody else's for certain.
    others: HashSet<i64>,
    /// An invitation of theirs was seen that they have yet to accept.
    has_waited: bool,
}

impl Whom {
    /// What PUM knows this person by.
    pub(super) async fn of(db: &impl Reads, user: &User) -> StoreResult<Self> {
        let others = match user.plex_id {
            Some(_) => HashSet::new(),
            None => users::accounts(db).await?.into_iter().map(|id| id.0).collect(),
        };
        Ok(Self {
            plex_id: user.plex_id.map(|id| id.0),
            share_id: user.share_id.filter(|_| user.plex_id.is_none()),
            email: user.email.as_deref().map(name_key),
            others,
            has_waited: user.state == UserState::Pending && user.share_id.is_some(),
        })
    }

    fn is(&self, plex_id: Option<i64>, share_id: Option<i64>, email: Option<&str>) -> bool {
        match (plex_id, self.plex_id) {
            (Some(theirs), Some(ours)) => theirs == ours,
            (Some(theirs), None) if self.others.contains(&theirs) => false,
            _ => {
                let by_share = share_id.is_some() && share_id == self.share_id;
                by_share || (email.is_some() && email.map(name_key) == self.email)
            }
        }
    }
}

/// Reads the list of shares and, where that does not show an accepted one, the list of invitations.
pub(super) async fn observe(plex: &PlexTv, server: &Connected, whom: &Whom) -> Result<Seen, PlexError> {
    let mut shares = plex.shares(&server.token, &server.machine_identifier).await?;
    shares.retain(|one| whom.is(one.plex_user_id.map(|id| id.0), Some(one.id.0), one.email.as_deref()));
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
    let mut is_answer = !sent.is_empty();
    if !is_answer && (share.is_some() || whom.has_waited) {
        // An empty list is none by itself: nobody's invitation is over because of it.
        match plex.other_sent_invitations(&server.token).await {
            Ok(others) => (sent, is_answer) = (others, true),
            Err(PlexError::RouteGone) => {}
            Err(error) => return Err(error),
        }
    }
    sent.retain(|one| {
        whom.is(one.plex_user_id.map(|id| id.0), one.share_id().map(|id| id.0), one.email.as_deref())
    });
    // The older list tells servers by their names alone, which change.
    let maybe_ours = sent.iter().any(|sent| sent.machine_identifier.is_none());
    let invitation = sent.into_iter().find(|sent| sent.is_for(&server.machine_identifier, &server.name));
    let is_loose = is_answer && share.is_some() && invitation.is_none() && !maybe_ours;
    let observed = match (&share, &invitation) {
        (Some(share), _) => Observed::Share(seen(share)),
        (None, Some(invitation)) => Observed::Share(waiting(invitation)),
        (None, None) => Observed::Nothing,
    };
    let share = share.or_else(|| invitation.as_ref().and_then(|sent| as_share(sent, server)));
    Ok(Seen { observed, share, invitation, is_loose })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_known_by_its_share_whoever_claims_it() {
        let address = Whom {
            plex_id: None,
            share_id: Some(20),
            email: Some("b@example.org".to_owned()),
            others: HashSet::from([7]),
            has_waited: true,
        };
        let account = Whom {
            plex_id: Some(5),
            share_id: None,
            email: Some("a@example.org".to_owned()),
            others: HashSet::new(),
            has_waited: false,
        };
        let cases = [
            ("waits", &address, None, Some(20), Some("B@example.org"), true),
            ("claimed with another address", &address, Some(9), Some(20), Some("x@example.org"), true),
            ("claimed, in a list without shares", &address, Some(9), None, Some("b@example.org"), true),
            ("claimed by somebody PUM knows", &address, Some(7), Some(20), Some("x@example.org"), false),
            ("another share", &address, Some(9), Some(21), Some("x@example.org"), false),
            ("nothing known", &address, Some(9), None, None, false),
            ("by account", &account, Some(5), Some(1), Some("new@example.org"), true),
            ("another account with their address", &account, Some(6), Some(1), Some("a@example.org"), false),
            ("their address, not claimed", &account, None, Some(1), Some("a@example.org"), true),
        ];
        for (what, whom, plex_id, share_id, email, expected) in cases {
            assert_eq!(whom.is(plex_id, share_id, email), expected, "{what}");
        }
    }
}
