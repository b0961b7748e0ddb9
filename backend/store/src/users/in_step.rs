//! What a sync writes down about users, many at once where it can.

use pum_domain::access::WantedAccess;
use pum_domain::invite::LibraryChoice;
use pum_domain::sync::{DriftKind, Known, Person, Withheld};
use pum_domain::text::name_key;
use pum_domain::user::{RemovedReason, UserState};
use pum_domain::{Instant, SyncId, UserId};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use uuid::Uuid;

use super::known::json_or_default;
use super::record::{Observation, changed};
use crate::db::parse;
use crate::db::sealed::Connected;
use crate::entity::user_libraries;
use crate::entity::users::{self, Column as C};
use crate::{Reads, StoreError, StoreResult, Tx, streams};

fn to_json(value: &impl serde::Serialize) -> StoreResult<String> {
    serde_json::to_string(value)
        .map_err(|error| StoreError::Other { detail: format!("writing JSON: {error}") })
}

/// Somebody found at Plex who becomes a user.
#[derive(Debug, Clone)]
pub struct Found {
    /// Their id.
    pub id: UserId,
    /// Who they are.
    pub person: Person,
    /// Active, or pending while the invitation waits.
    pub state: UserState,
    /// What they see, which is what is wanted from now on.
    pub wanted: WantedAccess,
    /// What Plex showed.
    pub seen: Observation,
    /// Since when they have access.
    pub joined_at: Option<Instant>,
}

/// Enters people found at Plex. They get no expiry: nobody has set one.
pub async fn add(tx: &Tx, found: &[Found]) -> StoreResult<()> {
    if found.is_empty() {
        return Ok(());
    }
    let now = tx.now().await?.millis();
    let mut rows = Vec::with_capacity(found.len());
    let mut libraries = Vec::new();
    for one in found {
        let (mode, downloads) = match &one.wanted {
            WantedAccess::Nothing => ("none", false),
            WantedAccess::Granted { libraries: LibraryChoice::All, allow_downloads } => {
                ("all", *allow_downloads)
            }
            WantedAccess::Granted { libraries: LibraryChoice::Some(ids), allow_downloads } => {
                libraries.extend(ids.iter().map(|library| user_libraries::ActiveModel {
                    user_id: Set(one.id.uuid()),
                    library_id: Set(library.uuid()),
                }));
                ("some", *allow_downloads)
            }
        };
        let person = &one.person;
        rows.push(users::ActiveModel {
            id: Set(one.id.uuid()),
            plex_id: Set(person.plex_id.map(|id| id.0)),
            plex_uuid: Set(None),
            username: Set(person.username.clone()),
            username_key: Set(name_key(&person.username)),
            email: Set(person.email.clone()),
            email_key: Set(person.email.as_deref().map(name_key)),
            title: Set(None),
            thumb: Set(person.thumb.clone()),
            state: Set(one.state.to_string()),
            removed_reason: Set(None),
            home: Set(person.home),
            restricted: Set(person.restricted),
            shares_back: Set(person.shares_back),
            blocked: Set(false),
            is_owner: Set(false),
            wanted_mode: Set(mode.to_owned()),
            wanted_downloads: Set(downloads),
            observed_mode: Set(Some(one.seen.mode.to_owned())),
            observed_libraries: Set(Some(to_json(&one.seen.sections)?)),
            observed_downloads: Set(one.seen.downloads),
            observed_share_id: Set(one.seen.share_id),
            observed_pending: Set(Some(one.seen.pending)),
            observed_at: Set(Some(one.seen.at.millis())),
            allow_4k_transcode: Set(true),
            access_expires_at: Set(None),
            membership_days: Set(None),
            purge_whitelisted: Set(false),
            bot_whitelisted: Set(false),
            discord_id: Set(None),
            discord_username: Set(None),
            notes: Set(None),
            tags: Set("[]".to_owned()),
            invited_by_invite_id: Set(None),
            last_streamed_at: Set(None),
            plays: Set(0),
            watch_seconds: Set(0),
            added_at: Set(now),
            joined_at: Set(one.joined_at.map(Instant::millis)),
            removed_at: Set(None),
            version: Set(1),
            created_at: Set(now),
            updated_at: Set(now),
            lease_owner: Set(None),
            lease_generation: Set(0),
            lease_until: Set(0),
            missing_since_at: Set(None),
            missing_sync_id: Set(None),
            drift_kind: Set(None),
            drift_since_at: Set(None),
            taken_at: Set(None),
            withheld: Set(None),
            observed_friend: Set(person.listed),
            observed_other_servers: Set(person.other_servers.as_ref().map(to_json).transpose()?),
            ..Default::default()
        });
    }
    users::Entity::insert_many(rows).exec_without_returning(tx.connection()).await?;
    for some in libraries.chunks(1_000) {
        user_libraries::Entity::insert_many(some.to_vec()).exec_without_returning(tx.connection()).await?;
    }
    let accounts = found.iter().filter_map(|one| Some((one.person.plex_id?, one.id)));
    streams::join_viewers(tx, accounts).await
}

/// Writes down who they are now. A name is no edit of an admin's, yet pages that show it are behind:
/// the version counts on.
pub async fn note_person(tx: &Tx, known: &Known, person: &Person) -> StoreResult<()> {
    let now = tx.now().await?;
    let email = person.email.as_ref().or(known.email.as_ref());
    let other_servers = person.other_servers.as_ref().unwrap_or(&known.other_servers);
    changed(known.id, now)
        .col_expr(C::PlexId, Expr::value(person.plex_id.or(known.plex_id).map(|id| id.0)))
        .col_expr(C::Username, Expr::value(person.username.as_str()))
        .col_expr(C::UsernameKey, Expr::value(name_key(&person.username)))
        .col_expr(C::Email, Expr::value(email.map(String::as_str)))
        .col_expr(C::EmailKey, Expr::value(email.map(|email| name_key(email))))
        .col_expr(C::Home, Expr::value(person.home))
        .col_expr(C::Restricted, Expr::value(person.restricted))
        .col_expr(C::SharesBack, Expr::value(person.shares_back))
        .col_expr(C::ObservedFriend, Expr::value(person.listed.or(known.listed)))
        .col_expr(C::ObservedOtherServers, Expr::value(to_json(other_servers)?))
        .exec(tx.connection())
        .await?;
    match (known.plex_id, person.plex_id) {
        // Until now only their address was known.
        (None, Some(account)) => streams::join_viewers(tx, [(account, known.id)]).await,
        _ => Ok(()),
    }
}

/// Writes down where their picture is; no more has changed.
pub async fn note_picture(tx: &Tx, id: UserId, thumb: Option<&str>) -> StoreResult<()> {
    users::Entity::update_many()
        .col_expr(C::Thumb, Expr::value(thumb))
        .filter(C::Id.eq(id.uuid()))
        .exec(tx.connection())
        .await?;
    Ok(())
}

/// They are as they were at this moment too.
pub async fn note_seen(tx: &Tx, ids: &[UserId], at: Instant) -> StoreResult<()> {
    if ids.is_empty() {
        return Ok(());
    }
    users::Entity::update_many()
        .col_expr(C::ObservedAt, Expr::value(at.millis()))
        .filter(of(ids))
        .exec(tx.connection())
        .await?;
    Ok(())
}

/// They were not there at a first look, which was a sync's where one is named. An earlier one stays the
/// first.
pub async fn note_missing(tx: &Tx, ids: &[UserId], sync: Option<SyncId>, at: Instant) -> StoreResult<()> {
    if ids.is_empty() {
        return Ok(());
    }
    users::Entity::update_many()
        .col_expr(C::MissingSinceAt, Expr::value(at.millis()))
        .col_expr(C::MissingSyncId, Expr::value(sync.map(SyncId::uuid)))
        .filter(of(ids))
        .filter(C::MissingSinceAt.is_null())
        .exec(tx.connection())
        .await?;
    Ok(())
}

/// They are there after all.
pub async fn note_found(tx: &Tx, ids: &[UserId]) -> StoreResult<()> {
    if ids.is_empty() {
        return Ok(());
    }
    users::Entity::update_many()
        .col_expr(C::MissingSinceAt, Expr::value(None::<i64>))
        .col_expr(C::MissingSyncId, Expr::value(None::<Uuid>))
        .filter(of(ids))
        .exec(tx.connection())
        .await?;
    Ok(())
}

/// Writes down how Plex differs from what is wanted, or that it does not (any more). The moment stays
/// where the difference does.
pub async fn note_drift(tx: &Tx, id: UserId, kind: Option<DriftKind>, at: Instant) -> StoreResult<()> {
    let update = users::Entity::update_many()
        .col_expr(C::DriftKind, Expr::value(kind.map(DriftKind::as_str)))
        .col_expr(C::DriftSinceAt, Expr::value(kind.map(|_| at.millis())))
        .filter(C::Id.eq(id.uuid()));
    let update = match kind {
        Some(kind) => update.filter(C::DriftKind.is_null().or(C::DriftKind.ne(kind.as_str()))),
        None => update.filter(C::DriftKind.is_not_null()),
    };
    update.exec(tx.connection()).await?;
    Ok(())
}

/// They are gone: a tombstone with everything kept, what was wanted included.
pub async fn note_left(tx: &Tx, id: UserId, reason: RemovedReason, seen: &Observation) -> StoreResult<()> {
    super::record::set_state(tx, id, UserState::Removed, Some(reason)).await?;
    super::record::observe(tx, id, seen).await?;
    users::Entity::update_many()
        .col_expr(C::MissingSinceAt, Expr::value(None::<i64>))
        .col_expr(C::MissingSyncId, Expr::value(None::<Uuid>))
        .col_expr(C::DriftKind, Expr::value(None::<String>))
        .col_expr(C::DriftSinceAt, Expr::value(None::<i64>))
        .col_expr(C::ObservedFriend, Expr::value(Some(false)))
        .filter(C::Id.eq(id.uuid()))
        .exec(tx.connection())
        .await?;
    Ok(())
}

/// PUM has decided what is wanted: what it withholds from now on, and whether it has taken everything
/// away. Whatever Plex showed differently before is settled by the change that carries it out.
pub async fn note_decision(tx: &Tx, id: UserId, withheld: &Withheld, taken: bool) -> StoreResult<()> {
    let now = tx.now().await?;
    let withheld = match *withheld == Withheld::default() {
        true => None,
        false => Some(to_json(withheld)?),
    };
    users::Entity::update_many()
        .col_expr(C::Withheld, Expr::value(withheld))
        .col_expr(C::TakenAt, Expr::value(taken.then_some(now.millis())))
        .col_expr(C::DriftKind, Expr::value(None::<String>))
        .col_expr(C::DriftSinceAt, Expr::value(None::<i64>))
        .col_expr(C::MissingSinceAt, Expr::value(None::<i64>))
        .col_expr(C::MissingSyncId, Expr::value(None::<Uuid>))
        .filter(C::Id.eq(id.uuid()))
        .exec(tx.connection())
        .await?;
    Ok(())
}

/// Somebody whose access at Plex differs from what is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drifted {
    /// Who.
    pub id: UserId,
    /// Their name.
    pub username: String,
    /// How.
    pub kind: DriftKind,
    /// Since when.
    pub since: Option<Instant>,
}

/// Whose access at Plex differs from what is wanted, the latest first, at most `limit`.
pub async fn drifted(db: &impl Reads, limit: u64) -> StoreResult<Vec<Drifted>> {
    let rows: Vec<(Uuid, String, String, Option<i64>)> = users::Entity::find()
        .select_only()
        .columns([C::Id, C::Username, C::DriftKind, C::DriftSinceAt])
        .filter(C::DriftKind.is_not_null())
        .order_by_desc(C::DriftSinceAt)
        .limit(limit)
        .into_tuple()
        .all(db.connection())
        .await?;
    rows.into_iter()
        .map(|(id, username, kind, since)| {
            let kind = parse("users.drift_kind", &kind)?;
            Ok(Drifted { id: UserId(id), username, kind, since: since.map(Instant) })
        })
        .collect()
}

/// Whether Plex last showed downloads as allowed.
pub async fn observed_downloads(db: &impl Reads, id: UserId) -> StoreResult<Option<bool>> {
    let shown: Option<Option<bool>> = users::Entity::find_by_id(id.uuid())
        .select_only()
        .column(C::ObservedDownloads)
        .into_tuple()
        .one(db.connection())
        .await?;
    Ok(shown.flatten())
}

/// What PUM withholds from somebody.
pub async fn withheld(db: &impl Reads, id: UserId) -> StoreResult<Withheld> {
    let text: Option<Option<String>> = users::Entity::find_by_id(id.uuid())
        .select_only()
        .column(C::Withheld)
        .into_tuple()
        .one(db.connection())
        .await?;
    json_or_default("users.withheld", text.flatten())
}

fn of(ids: &[UserId]) -> sea_orm::sea_query::SimpleExpr {
    C::Id.is_in(ids.iter().map(|id| id.uuid()))
}
