//! The other side: a person's own token finds the invitation and accepts it.

use crate::{
    client::{Host, PlexTv},
    error::PlexError,
    ids::{PlexUserId, ShareId},
    routes::Route,
    token::Token,
    tree::Node,
};

const RECEIVED: Route = "GET /api/v2/shared_servers/invites/received/pending";
const ACCEPT: Route = "POST /api/v2/shared_servers/{share}/accept";
const WHAT: &str = "a list of received invitations";

/// An invitation as its receiver sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceivedInvitation {
    /// What to accept.
    pub share_id: ShareId,
    /// Who has sent it.
    pub owner_id: PlexUserId,
    /// Their username.
    pub owner_username: Option<String>,
    /// For which server.
    pub machine_identifier: String,
    /// The server's name.
    pub server_name: Option<String>,
}

impl ReceivedInvitation {
    /// Whether it is this owner's, for this server. One person may have several that wait.
    #[must_use]
    pub fn is_of(&self, owner: PlexUserId, machine_identifier: &str) -> bool {
        self.owner_id == owner && self.machine_identifier == machine_identifier
    }
}

impl PlexTv {
    /// The invitations that wait for the token's account.
    ///
    /// # Errors
    /// `Unauthorized` if the token is dead.
    pub async fn received_invitations(&self, invitee: &Token) -> Result<Vec<ReceivedInvitation>, PlexError> {
        let call = self.reading();
        let request = self.request(Host::Clients, RECEIVED, &[])?.token(invitee).list();
        let answer = self.send(call, Host::Clients, request).await;
        self.note(RECEIVED, &answer);
        read_received(&answer?.tree(WHAT)?)
    }

    /// Accepts an invitation with the token of the person who received it; nobody else can. Its number comes
    /// from [`PlexTv::received_invitations`].
    ///
    /// # Errors
    /// `Unauthorized` if the token is dead; `ItemMissing` if the invitation was taken back meanwhile.
    pub async fn accept_invitation(&self, invitee: &Token, invitation: ShareId) -> Result<(), PlexError> {
        let call = self.writing();
        let request = self.request(Host::Clients, ACCEPT, &[&invitation.to_string()])?;
        let answer = self.send(call, Host::Clients, request.token(invitee)).await;
        self.note(ACCEPT, &answer);
        answer.map(drop)
    }
}

fn read_received(root: &Node) -> Result<Vec<ReceivedInvitation>, PlexError> {
    let mut invitations = Vec::new();
    for row in root.rows(&["invite", "Invite"], WHAT)? {
        let owner = row.child(&["owner"]).unwrap_or(row);
        for share in row.nested("sharedServers", &["sharedServer", "SharedServer"]) {
            let read = || {
                Some(ReceivedInvitation {
                    share_id: ShareId(share.id("id")?),
                    owner_id: PlexUserId(owner.id("id").or_else(|| share.id("ownerId"))?),
                    owner_username: owner.string("username"),
                    machine_identifier: share.string("machineIdentifier")?,
                    server_name: share.string("name"),
                })
            };
            invitations.push(read().ok_or(PlexError::Garbage { what: WHAT })?);
        }
    }
    Ok(invitations)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_server_of_every_owner_is_its_own_invitation() {
        let root = Node::read(include_bytes!("../fixtures/received.json")).unwrap();
        let received = read_received(&root).unwrap();
        let keys: Vec<_> = received
            .iter()
            .map(|one| (one.owner_id.0, one.machine_identifier.as_str(), one.share_id.0))
            .collect();
        assert_eq!(
            keys,
            [
                (66, "stranger-server", 930_000),
                (4_200_001, "second-server", 930_001),
                (4_200_001, "f00dcafe0000000000000000000000000000beef", 930_002),
            ]
        );
    }

    #[test]
    fn an_invitation_without_owner_is_no_answer() {
        let body = br#"[{"sharedServers":[{"id":1,"machineIdentifier":"m"}]}]"#;
        assert!(read_received(&Node::read(body).unwrap()).is_err());
    }
}
