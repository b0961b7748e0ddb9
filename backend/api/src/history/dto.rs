//! A history event as the API shows it.

use pum_domain::event::{ActorKind, EventType};
use pum_store::history::{self, Event};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::name_schema;

name_schema!(
    /// What a history event records.
    EventTypeName,
    EventType
);
name_schema!(
    /// Who did something.
    ActorKindName,
    ActorKind
);

/// Who did it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Actor)]
pub struct ActorDto {
    /// What they are.
    #[schema(value_type = ActorKindName)]
    pub kind: ActorKind,
    /// Their id, where they have one.
    pub id: Option<String>,
    /// Their name as it was then.
    pub name: Option<String>,
}

/// What an event is about.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Subject)]
pub struct SubjectDto {
    /// What it is: `invite`, `library`, `setting`, …
    pub kind: String,
    /// Its id, where it has one.
    pub id: Option<String>,
    /// Its name as it was then.
    pub name: Option<String>,
}

/// Something that has happened.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "42", "at": "2026-11-22T16:04:05.000Z", "type": "invite.updated",
    "actor": {"kind": "admin", "id": "0190a7e2-7c1b-7d4e-9a55-0f3c1f7f2a15", "name": "olivia"},
    "subject": {"kind": "invite", "id": "0190a7e2-7c1b-7d4e-9a55-0f3c1f7f2a11", "name": "Movie night"},
    "user_id": null, "user_name": null, "invite_id": "0190a7e2-7c1b-7d4e-9a55-0f3c1f7f2a11",
    "invite_label": "Movie night", "address": "192.168.1.20",
    "reason": null, "before": {"max_uses": 5, "version": 1}, "after": {"max_uses": 10, "version": 2}
}))]
pub struct HistoryEvent {
    /// Ascending.
    pub id: String,
    /// When.
    #[schema(format = DateTime)]
    pub at: String,
    /// What; an older PUM may not know every type that a newer one has written.
    #[serde(rename = "type")]
    #[schema(value_type = EventTypeName)]
    pub kind: String,
    /// Who did it.
    pub actor: ActorDto,
    /// What it is about, apart from the user and the invite.
    pub subject: Option<SubjectDto>,
    /// The user it happened to.
    pub user_id: Option<String>,
    /// Their name as it was then.
    pub user_name: Option<String>,
    /// The invite it happened through.
    pub invite_id: Option<String>,
    /// Its label as it was then.
    pub invite_label: Option<String>,
    /// The address it came from.
    pub address: Option<String>,
    /// Why, in a stable word or a sentence.
    pub reason: Option<String>,
    /// What it was like before: the fields that have changed.
    #[schema(value_type = Option<Object>)]
    pub before: Option<Value>,
    /// What it is like after.
    #[schema(value_type = Option<Object>)]
    pub after: Option<Value>,
}

impl From<Event> for HistoryEvent {
    fn from(event: Event) -> Self {
        let history::Actor { kind, id, name } = event.actor;
        Self {
            id: event.id.to_string(),
            at: event.at.to_rfc3339(),
            kind: event.event,
            actor: ActorDto { kind, id, name },
            subject: event.subject.map(|subject| SubjectDto {
                kind: subject.kind,
                id: subject.id,
                name: subject.name,
            }),
            user_id: event.user_id.map(|id| id.to_string()),
            user_name: event.user_name,
            invite_id: event.invite_id.map(|id| id.to_string()),
            invite_label: event.invite_label,
            address: event.address,
            reason: event.reason,
            before: event.before,
            after: event.after,
        }
    }
}
