//! Invitations the owner has sent and nobody has answered yet.

use chrono::{DateTime, Utc};

use crate::{
    client::{Host, PlexTv},
    error::PlexError,
    ids::{PlexUserId, SectionId, ShareId},
    routes::Route,
    settings::SharingSettings,
    shares::{Share, ShareState, read_v2_row},
    token::Token,
    tree::Node,
};

const BY_PERSON: Route = "GET /api/v2/shared_servers/invites/owned/pending";
const FLAT: Route = "GET /api/v2/shared_servers/owned/pending";
const REQUESTED: Route = "GET /api/invites/requested";
const LISTS: [Route; 3] = [BY_PERSON, FLAT, REQUESTED];
const CANCEL_V2: Route = "DELETE /api/v2/shared_servers/{share}";
const CANCEL_SHARE_V1: Route = "DELETE /api/servers/{server}/shared_servers/{share}";
const CANCEL_REQUEST: Route = "DELETE /api/invites/requested/{person}";
const WHAT: &str = "a list of sent invitations";

/// By what an invitation can be taken back; depends on the list it was read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InvitationHandle {
    /// The pending share.
    Share(ShareId),
    /// An entry of the older list.
    Request {
        /// The account's number, or the e-mail address where there is no account.
        id: String,
        /// The entry asks for friendship.
        friend: bool,
        /// The entry asks to join the Home.
        home: bool,
        /// The entry offers a server.
        server: bool,
    },
}

/// An invitation to a server that waits for an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentInvitation {
    /// By what to take it back.
    pub handle: InvitationHandle,
    /// Who is invited, if they have an account.
    pub plex_user_id: Option<PlexUserId>,
    /// Their username.
    pub username: Option<String>,
    /// Their address, or the one invited.
    pub email: Option<String>,
    /// Which server; the older list gives only its name.
    pub machine_identifier: Option<String>,
    /// The server's name, or names: one entry of the older list may cover several.
    pub server_names: Vec<String>,
    /// Every library; unknown in the older list.
    pub all_libraries: Option<bool>,
    /// The libraries offered; empty in the older list.
    pub section_ids: Vec<SectionId>,
    /// Downloads, filters and the like, as far as known.
    pub settings: SharingSettings,
    /// When it was sent.
    pub sent_at: Option<DateTime<Utc>>,
}

impl SentInvitation {
    /// Whether it is for this server, by identity or, where that is not known, by name.
    #[must_use]
    pub fn is_for(&self, machine_identifier: &str, server_name: &str) -> bool {
        match &self.machine_identifier {
            Some(of) => of == machine_identifier,
            None => self.server_names.iter().any(|name| name == server_name),
        }
    }

    /// The pending share, where the list shows one.
    #[must_use]
    pub const fn share_id(&self) -> Option<ShareId> {
        match self.handle {
            InvitationHandle::Share(id) => Some(id),
            InvitationHandle::Request { .. } => None,
        }
    }
}

impl PlexTv {
    /// The owner's unanswered invitations, for all their servers: see [`SentInvitation::is_for`].
    ///
    /// # Errors
    /// `Garbage` if the list is shorter than it says.
    pub async fn sent_invitations(&self, token: &Token) -> Result<Vec<SentInvitation>, PlexError> {
        self.sent_by(self.ways(&LISTS), token).await
    }

    /// The same by another list than [`PlexTv::sent_invitations`] takes: an empty one is no answer by itself.
    ///
    /// # Errors
    /// `RouteGone` if Plex offers one list only, as far as is known.
    pub async fn other_sent_invitations(&self, token: &Token) -> Result<Vec<SentInvitation>, PlexError> {
        let others = self.ways(&LISTS).into_iter().skip(1).filter(|route| self.may_offer(route));
        self.sent_by(others.collect(), token).await
    }

    async fn sent_by(&self, ways: Vec<Route>, token: &Token) -> Result<Vec<SentInvitation>, PlexError> {
        let call = self.reading();
        for route in ways {
            let host = if route == REQUESTED { Host::PlexTv } else { Host::Clients };
            let request = self.request(host, route, &[])?.token(token).list();
            let answer = self.send(call, host, request).await;
            if self.note(route, &answer) {
                continue;
            }
            let root = answer?.tree(WHAT)?;
            return if route == REQUESTED { read_requested(&root) } else { read_pending(&root) };
        }
        Err(PlexError::RouteGone)
    }

    /// Takes an invitation back. A stale share row may stay behind: look in the list of shares too.
    ///
    /// # Errors
    /// `ItemMissing` if it is not there (any more): it may have been accepted. `RouteGone`: read, call again.
    pub async fn cancel_invitation(
        &self,
        token: &Token,
        invitation: &SentInvitation,
    ) -> Result<(), PlexError> {
        let call = self.writing();
        let machine = invitation.machine_identifier.as_deref();
        let ways: &[Route] = match &invitation.handle {
            InvitationHandle::Share(_) if machine.is_some() => &[CANCEL_V2, CANCEL_SHARE_V1],
            InvitationHandle::Share(_) => &[CANCEL_V2],
            InvitationHandle::Request { .. } => &[CANCEL_REQUEST],
        };
        let (route, request) = match &invitation.handle {
            InvitationHandle::Share(share) => {
                let id = share.to_string();
                match (self.way(ways)?, machine) {
                    (route @ CANCEL_SHARE_V1, Some(machine)) => {
                        (route, self.request(Host::PlexTv, route, &[machine, &id])?)
                    }
                    _ => (CANCEL_V2, self.request(Host::PlexTv, CANCEL_V2, &[&id])?),
                }
            }
            InvitationHandle::Request { id, friend, home, server } => {
                let bit = |flag: &bool| if *flag { "1" } else { "0" };
                let flags = [("friend", bit(friend)), ("home", bit(home)), ("server", bit(server))];
                (CANCEL_REQUEST, self.request(Host::PlexTv, CANCEL_REQUEST, &[id])?.query(&flags))
            }
        };
        let answer = self.send(call, Host::PlexTv, request.token(token)).await;
        self.note_write(ways, route, answer).map(drop)
    }
}

/// Either newer list: a row is a share, or a person with shares in it.
fn read_pending(root: &Node) -> Result<Vec<SentInvitation>, PlexError> {
    let garbage = || PlexError::Garbage { what: WHAT };
    let mut invitations = Vec::new();
    for row in root.rows(&["invite", "Invite", "invited", "sharedServer", "SharedServer"], WHAT)? {
        if row.text("machineIdentifier").is_some() {
            add_pending(&mut invitations, row, None).ok_or_else(garbage)?;
            continue;
        }
        let person = row.child(&["invited"]).unwrap_or(row);
        for share in row.nested("sharedServers", &["sharedServer", "SharedServer"]) {
            add_pending(&mut invitations, share, Some(person)).ok_or_else(garbage)?;
        }
    }
    Ok(invitations)
}

fn add_pending(invitations: &mut Vec<SentInvitation>, row: &Node, person: Option<&Node>) -> Option<()> {
    let share: Share = read_v2_row(row, person)?;
    let is_over = row.text("deletedAt").is_some() || row.text("leftAt").is_some();
    if share.state == ShareState::Pending && !is_over {
        invitations.push(SentInvitation {
            handle: InvitationHandle::Share(share.id),
            plex_user_id: share.plex_user_id,
            username: share.username,
            email: share.email,
            machine_identifier: Some(share.machine_identifier),
            server_names: row.string("name").into_iter().collect(),
            all_libraries: Some(share.all_libraries),
            section_ids: share.section_ids,
            settings: share.settings,
            sent_at: share.invited_at.or_else(|| row.time("createdAt")),
        });
    }
    Some(())
}

fn read_requested(root: &Node) -> Result<Vec<SentInvitation>, PlexError> {
    let rows = root.complete(&["Invite"], WHAT)?;
    // Friend requests alone offer no server and are none of our business.
    let offers = rows.into_iter().filter(|row| row.flag("server") != Some(false));
    offers.map(read_request).collect::<Option<Vec<_>>>().ok_or(PlexError::Garbage { what: WHAT })
}

fn read_request(row: &Node) -> Option<SentInvitation> {
    let id = row.string("id")?;
    let account = id.parse::<i64>().ok().filter(|number| *number > 0);
    let address = Some(id.clone()).filter(|id| id.contains('@'));
    Some(SentInvitation {
        plex_user_id: account.map(PlexUserId),
        username: row.string("username"),
        email: row.string("email").or(address),
        machine_identifier: None,
        server_names: row.children(&["Server"]).filter_map(|server| server.string("name")).collect(),
        all_libraries: None,
        section_ids: Vec::new(),
        settings: SharingSettings::default(),
        sent_at: row.time("createdAt"),
        handle: InvitationHandle::Request {
            id,
            friend: row.flag("friend").unwrap_or(false),
            home: row.flag("home").unwrap_or(false),
            server: row.flag("server").unwrap_or(true),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const MACHINE: &str = "f00dcafe0000000000000000000000000000beef";

    #[test]
    fn both_newer_shapes_tell_the_same() {
        let by_person =
            read_pending(&Node::read(include_bytes!("../fixtures/pending_by_person.json")).unwrap()).unwrap();
        let flat =
            read_pending(&Node::read(include_bytes!("../fixtures/pending_flat.json")).unwrap()).unwrap();
        assert_eq!(by_person, flat);
        let [carol, address] = &flat[..] else { panic!("two invitations") };
        assert_eq!(carol.plex_user_id, Some(PlexUserId(5_003)));
        assert_eq!(carol.share_id(), Some(ShareId(920_001)));
        assert_eq!(carol.section_ids, [SectionId(118_181_361)]);
        assert!(carol.is_for(MACHINE, "whatever") && !carol.is_for("other", "Attic"));
        assert_eq!((address.plex_user_id, address.email.as_deref()), (None, Some("new@example.org")));
        assert_eq!(address.all_libraries, Some(true));
    }

    #[test]
    fn the_older_list_knows_addresses_by_themselves_and_leaves_out_friend_requests() {
        let sent =
            read_requested(&Node::read(include_bytes!("../fixtures/pending_v1.xml")).unwrap()).unwrap();
        let [carol, address] = &sent[..] else { panic!("two invitations") };
        assert_eq!(carol.plex_user_id, Some(PlexUserId(5_003)));
        assert!(carol.is_for(MACHINE, "Attic") && !carol.is_for(MACHINE, "Cellar"));
        assert_eq!((address.plex_user_id, address.email.as_deref()), (None, Some("new@example.org")));
        let InvitationHandle::Request { id, friend, home, server } = &address.handle else {
            panic!("a request")
        };
        assert_eq!((id.as_str(), *friend, *home, *server), ("new@example.org", true, false, true));
    }

    #[test]
    fn a_short_list_is_no_answer() {
        let body = br#"<MediaContainer size="1"></MediaContainer>"#;
        assert!(read_requested(&Node::read(body).unwrap()).is_err());
        assert!(read_pending(&Node::read(b"{}").unwrap()).is_err());
        assert!(read_pending(&Node::read(b"[]").unwrap()).unwrap().is_empty());
    }
}
