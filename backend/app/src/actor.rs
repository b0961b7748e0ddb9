//! Who is asking, for the history.

use pum_domain::AdminId;
use pum_domain::event::{ActorKind, EventType};
use pum_store::history::{self, NewEvent};
use serde::{Deserialize, Serialize};

/// Somebody, or something, that makes a use case run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// What they are.
    pub kind: ActorKind,
    /// Their id, where they have one.
    pub id: Option<String>,
    /// Their name as it is now.
    pub name: Option<String>,
    /// The address the request came from.
    pub address: Option<String>,
    /// What they do it as a part of, such as a bulk: the reason that their events give.
    #[serde(default)]
    pub part_of: Option<String>,
}

impl Actor {
    /// An admin at the given address.
    pub fn admin(id: AdminId, name: &str, address: &str) -> Self {
        Self {
            kind: ActorKind::Admin,
            id: Some(id.to_string()),
            name: Some(name.to_owned()),
            address: Some(address.to_owned()),
            part_of: None,
        }
    }

    /// An invitee; the name is known once they have signed in with Plex.
    pub fn invitee(name: Option<&str>, address: &str) -> Self {
        Self {
            kind: ActorKind::Invitee,
            id: None,
            name: name.map(str::to_owned),
            address: Some(address.to_owned()),
            part_of: None,
        }
    }

    /// Somebody who has not proven who they are.
    pub fn stranger(address: &str) -> Self {
        Self { address: Some(address.to_owned()), ..Self::bare(ActorKind::System) }
    }

    /// The clock.
    pub fn schedule() -> Self {
        Self::bare(ActorKind::Schedule)
    }

    /// PUM itself, in a job.
    pub fn system() -> Self {
        Self::bare(ActorKind::System)
    }

    /// Whoever sits at the machine.
    pub fn command_line() -> Self {
        Self::bare(ActorKind::CommandLine)
    }

    fn bare(kind: ActorKind) -> Self {
        Self { kind, id: None, name: None, address: None, part_of: None }
    }

    /// The admin's id, when it is one.
    pub fn admin_id(&self) -> Option<AdminId> {
        match self.kind {
            ActorKind::Admin => self.id.as_deref()?.parse().ok(),
            _ => None,
        }
    }

    /// An event that this actor has just caused, with their address.
    pub fn event(&self, event: EventType) -> NewEvent {
        let actor = history::Actor { kind: self.kind, id: self.id.clone(), name: self.name.clone() };
        NewEvent {
            address: self.address.clone(),
            reason: self.part_of.clone(),
            ..NewEvent::new(event, actor)
        }
    }
}
