//! The history: what happened, who did it, and to whom. Rows are added, and forgotten when they have
//! had their time; names are kept as they were then, so deleting what they name changes nothing.

mod clear;

use pum_domain::event::{ActorKind, EventType};
use pum_domain::page::{Page, PageRequest};
use pum_domain::{Instant, InviteId, UserId};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Select, Set};
use serde_json::Value;

use crate::db::parse;
use crate::db::sealed::Connected;
use crate::entity::history_events as events;
use crate::page::{self, Keyset, Place};
use crate::{Reads, StoreError, StoreResult, Tx, invites, users};

pub use clear::{Batch, Clearing, clear, count_to_clear, forget_addresses};

/// Who did something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// What they are.
    pub kind: ActorKind,
    /// Their id, where they have one.
    pub id: Option<String>,
    /// Their name as it was then.
    pub name: Option<String>,
}

/// What an event is about, apart from the user and the invite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// What it is: `library`, `setting`, …, at most 32 characters.
    pub kind: String,
    /// Its id, at most 64 characters.
    pub id: Option<String>,
    /// Its name as it was then.
    pub name: Option<String>,
}

/// Something that has just happened.
#[derive(Debug, Clone)]
pub struct NewEvent {
    /// What.
    pub event: EventType,
    /// Who did it.
    pub actor: Actor,
    /// The user it happened to.
    pub user_id: Option<UserId>,
    /// The invite it happened through.
    pub invite_id: Option<InviteId>,
    /// What else it is about.
    pub subject: Option<Subject>,
    /// The address it came from.
    pub address: Option<String>,
    /// Why, in a stable word or a sentence.
    pub reason: Option<String>,
    /// How things stood before, without secrets.
    pub before: Option<Value>,
    /// How they stand now, without secrets.
    pub after: Option<Value>,
}

impl NewEvent {
    /// An event with nothing but its type and its actor.
    pub const fn new(event: EventType, actor: Actor) -> Self {
        Self {
            event,
            actor,
            user_id: None,
            invite_id: None,
            subject: None,
            address: None,
            reason: None,
            before: None,
            after: None,
        }
    }
}

/// An event as recorded. The type and the actor's kind are text: a newer version may know more.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Ascending.
    pub id: i64,
    /// When, by the database's clock.
    pub at: Instant,
    /// What.
    pub event: String,
    /// Who did it.
    pub actor: Actor,
    /// The user it happened to.
    pub user_id: Option<UserId>,
    /// Their name as it was then.
    pub user_name: Option<String>,
    /// The invite it happened through.
    pub invite_id: Option<InviteId>,
    /// Its label as it was then.
    pub invite_label: Option<String>,
    /// What else it is about.
    pub subject: Option<Subject>,
    /// The address it came from.
    pub address: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// How things stood before.
    pub before: Option<Value>,
    /// How they stood after.
    pub after: Option<Value>,
}

/// Which events to list. Everything that is set must fit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Text in the names, the address or the reason, whatever its case.
    pub q: Option<String>,
    /// Of one of these types; empty means any.
    pub types: Vec<EventType>,
    /// Done by this id.
    pub actor_id: Option<String>,
    /// Done by this kind of actor.
    pub actor_kind: Option<ActorKind>,
    /// Happened to this user.
    pub user_id: Option<UserId>,
    /// Happened through this invite.
    pub invite_id: Option<InviteId>,
    /// At or after this moment.
    pub from: Option<Instant>,
    /// Before this moment.
    pub to: Option<Instant>,
}

/// Records an event and returns its id.
pub async fn append(tx: &Tx, event: NewEvent) -> StoreResult<i64> {
    let user_name = match event.user_id {
        Some(id) => users::names(tx, &[id]).await?.remove(&id),
        None => None,
    };
    let invite_label = match event.invite_id {
        Some(id) => invites::label(tx, id).await?,
        None => None,
    };
    let row = row_of(event, tx.now().await?, user_name, invite_label);
    Ok(events::Entity::insert(row).exec(tx.connection()).await?.last_insert_id)
}

/// Records several events about users in their order, in few statements.
pub async fn append_all(tx: &Tx, all: Vec<NewEvent>) -> StoreResult<()> {
    if all.is_empty() {
        return Ok(());
    }
    let now = tx.now().await?;
    let ids: Vec<UserId> = all.iter().filter_map(|event| event.user_id).collect();
    let names = users::names(tx, &ids).await?;
    let rows = all.into_iter().map(|event| {
        let name = event.user_id.and_then(|id| names.get(&id).cloned());
        row_of(event, now, name, None)
    });
    events::Entity::insert_many(rows).exec_without_returning(tx.connection()).await?;
    Ok(())
}

fn row_of(
    event: NewEvent,
    at: Instant,
    user_name: Option<String>,
    invite_label: Option<String>,
) -> events::ActiveModel {
    let NewEvent { event, actor, user_id, invite_id, subject, address, reason, before, after } = event;
    let (id, event) = (0, event.to_string());
    let subject = with_name(subject, user_id, user_name.as_deref());
    let event = Event {
        id,
        at,
        event,
        actor,
        user_id,
        user_name,
        invite_id,
        invite_label,
        subject,
        address,
        reason,
        before,
        after,
    };
    let search = search_text(&event);
    let (subject_kind, subject_id, subject_name) = match event.subject {
        Some(subject) => (Some(subject.kind), subject.id, subject.name),
        None => (None, None, None),
    };
    events::ActiveModel {
        at: Set(event.at.millis()),
        r#type: Set(event.event),
        actor_kind: Set(event.actor.kind.as_str().to_owned()),
        actor_id: Set(event.actor.id),
        actor_name: Set(event.actor.name),
        user_id: Set(event.user_id.map(UserId::uuid)),
        user_name: Set(event.user_name),
        invite_id: Set(event.invite_id.map(InviteId::uuid)),
        invite_label: Set(event.invite_label),
        subject_kind: Set(subject_kind),
        subject_id: Set(subject_id),
        subject_name: Set(subject_name),
        address: Set(event.address),
        reason: Set(event.reason),
        before_json: Set(event.before.map(|value| value.to_string())),
        after_json: Set(event.after.map(|value| value.to_string())),
        search: Set(search),
        ..Default::default()
    }
}

/// Lists show the subject, so what happened to a user is about them unless it says something else, and
/// bears their name unless that has one.
fn with_name(subject: Option<Subject>, user: Option<UserId>, name: Option<&str>) -> Option<Subject> {
    let Some(user) = user else { return subject };
    let subject = subject.unwrap_or_else(|| Subject {
        kind: "user".to_owned(),
        id: Some(user.to_string()),
        name: None,
    });
    Some(Subject { name: subject.name.or_else(|| name.map(str::to_owned)), ..subject })
}

/// What [`Filter::q`] looks through: lower case, because databases differ in what else they fold.
fn search_text(event: &Event) -> String {
    let subject = event.subject.as_ref();
    let mut parts = vec![
        Some(event.event.as_str()),
        event.actor.name.as_deref(),
        subject.and_then(|subject| subject.name.as_deref()),
        event.address.as_deref(),
        event.reason.as_deref(),
    ];
    for name in [event.user_name.as_deref(), event.invite_label.as_deref()] {
        // Often the subject's name or the actor's already.
        if !parts.contains(&name) {
            parts.push(name);
        }
    }
    parts.into_iter().flatten().collect::<Vec<_>>().join("\n").to_lowercase()
}

/// Lists events by the time they happened.
pub async fn list(db: &impl Reads, filter: &Filter, request: &PageRequest) -> StoreResult<Page<Event>> {
    page::read(db, select(filter), by_time(), request).await?.try_map(from_row)
}

/// As [`list`], without counting: the events of a page, and where the next one begins.
pub async fn walk(
    db: &impl Reads,
    filter: &Filter,
    request: &PageRequest,
) -> StoreResult<(Vec<Event>, Option<String>)> {
    let (rows, next) = page::walk(db.connection(), select(filter), by_time(), request).await?;
    Ok((rows.into_iter().map(from_row).collect::<StoreResult<_>>()?, next))
}

/// How the database would go about [`list`].
pub async fn explain(db: &impl Reads, filter: &Filter, request: &PageRequest) -> StoreResult<Vec<String>> {
    page::explain(db.connection(), select(filter), by_time(), request).await
}

fn select(filter: &Filter) -> Select<events::Entity> {
    use events::Column as C;
    let mut select = events::Entity::find();
    if let Some(q) = filter.q.as_deref().map(str::trim).filter(|q| !q.is_empty()) {
        select = select.filter(page::contains(Expr::col(C::Search), &q.to_lowercase()));
    }
    if !filter.types.is_empty() {
        select = select.filter(C::Type.is_in(filter.types.iter().map(|event| event.as_str())));
    }
    if let Some(id) = &filter.actor_id {
        select = select.filter(C::ActorId.eq(id));
    }
    if let Some(kind) = filter.actor_kind {
        select = select.filter(C::ActorKind.eq(kind.as_str()));
    }
    if let Some(id) = filter.user_id {
        select = select.filter(C::UserId.eq(id.uuid()));
    }
    if let Some(id) = filter.invite_id {
        select = select.filter(C::InviteId.eq(id.uuid()));
    }
    if let Some(from) = filter.from {
        select = select.filter(C::At.gte(from.millis()));
    }
    if let Some(to) = filter.to {
        select = select.filter(C::At.lt(to.millis()));
    }
    select
}

fn by_time() -> Keyset<events::Model> {
    use events::Column as C;
    Keyset {
        name: "at",
        by: Expr::col(C::At),
        id: Expr::col(C::Id),
        place: |row: &events::Model| (Place::Number(row.at), Place::Number(row.id)),
        kinds: (Place::Number(0), Place::Number(0)),
    }
}

/// One event.
pub async fn get(db: &impl Reads, id: i64) -> StoreResult<Event> {
    let row = events::Entity::find_by_id(id).one(db.connection()).await?;
    from_row(row.ok_or(StoreError::NotFound { what: "event" })?)
}

fn from_row(row: events::Model) -> StoreResult<Event> {
    let json = |column: &'static str, text: Option<String>| {
        text.map(|text| serde_json::from_str(&text))
            .transpose()
            .map_err(|_| StoreError::corrupt(format!("{column} is not JSON")))
    };
    Ok(Event {
        id: row.id,
        at: Instant(row.at),
        event: row.r#type,
        actor: Actor {
            kind: parse("history_events.actor_kind", &row.actor_kind)?,
            id: row.actor_id,
            name: row.actor_name,
        },
        user_id: row.user_id.map(UserId),
        user_name: row.user_name,
        invite_id: row.invite_id.map(InviteId),
        invite_label: row.invite_label,
        subject: row.subject_kind.map(|kind| Subject { kind, id: row.subject_id, name: row.subject_name }),
        address: row.address,
        reason: row.reason,
        before: json("history_events.before_json", row.before_json)?,
        after: json("history_events.after_json", row.after_json)?,
    })
}
