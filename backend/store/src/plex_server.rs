//! The one Plex server that PUM manages, and how it was when last looked at.

use pum_domain::server::{AuthState, IdentityState, TokenKind};
use pum_domain::{Instant, PlexId};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set, UpdateMany};

use crate::db::parse;
use crate::db::sealed::Connected;
use crate::entity::plex_server::{self, Column as C};
use crate::{Reads, StoreResult, Tx};

/// There is one row.
const ROW: i32 = 1;

/// The server, and who owns it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlexServer {
    /// Pinned: what tells this server from any other.
    pub machine_identifier: String,
    /// Pinned: the owner's account.
    pub owner_plex_id: PlexId,
    /// The owner's name.
    pub owner_username: String,
    /// The server's name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Where it is reached.
    pub url: String,
    /// The owner's token, sealed.
    pub token_sealed: String,
    /// What the token opens.
    pub token_kind: TokenKind,
    /// Whether Plex accepts the token.
    pub auth_state: AuthState,
    /// Whether the server that answers is this one.
    pub identity_state: IdentityState,
    /// What is wrong, in a stable word.
    pub problem: Option<String>,
    /// Whether it answered the last look.
    pub reachable: bool,
    /// When it was last looked at.
    pub checked_at: Option<Instant>,
    /// When it last answered.
    pub answered_at: Option<Instant>,
    /// When plex.tv last answered with the owner's token.
    pub plex_tv_answered_at: Option<Instant>,
    /// Since when Plex refuses to share it with more people.
    pub share_limit_reached_at: Option<Instant>,
    /// When a sync last read everybody's access with certainty.
    pub people_seen_at: Option<Instant>,
    /// Counts edits.
    pub version_counter: i64,
    /// When it was connected.
    pub created_at: Instant,
    /// When its connection was last edited.
    pub updated_at: Instant,
}

/// What an admin connects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    /// What tells this server from any other.
    pub machine_identifier: String,
    /// The owner's account.
    pub owner_plex_id: PlexId,
    /// The owner's name.
    pub owner_username: String,
    /// The server's name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Where it is reached.
    pub url: String,
    /// The owner's token, sealed.
    pub token_sealed: String,
    /// What the token opens.
    pub token_kind: TokenKind,
}

/// What a look at the server found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Whether it answered.
    pub reachable: bool,
    /// Its name, when it said so.
    pub name: Option<String>,
    /// Its version, when it said so.
    pub version: Option<String>,
    /// What is wrong, in a stable word.
    pub problem: Option<String>,
}

/// The connected server.
pub async fn get(db: &impl Reads) -> StoreResult<Option<PlexServer>> {
    let row = plex_server::Entity::find_by_id(ROW).one(db.connection()).await?;
    row.map(from_row).transpose()
}

/// Connects a server, or replaces the connection. All states begin anew.
pub async fn connect(tx: &Tx, connection: Connection) -> StoreResult<()> {
    let now = tx.now().await?.millis();
    let before = get(tx).await?;
    let row = plex_server::ActiveModel {
        id: Set(ROW),
        machine_identifier: Set(connection.machine_identifier),
        owner_plex_id: Set(connection.owner_plex_id.0),
        owner_username: Set(connection.owner_username),
        name: Set(connection.name),
        version: Set(connection.version),
        url: Set(connection.url),
        token_sealed: Set(connection.token_sealed),
        token_kind: Set(connection.token_kind.as_str().to_owned()),
        auth_state: Set(AuthState::Ok.as_str().to_owned()),
        identity_state: Set(IdentityState::Ok.as_str().to_owned()),
        problem: Set(None),
        reachable: Set(true),
        checked_at: Set(Some(now)),
        answered_at: Set(Some(now)),
        plex_tv_answered_at: Set(Some(now)),
        share_limit_reached_at: Set(None),
        share_limit_people: Set(None),
        people_seen_at: Set(None),
        version_counter: Set(before.as_ref().map_or(1, |server| server.version_counter + 1)),
        created_at: Set(before.as_ref().map_or(now, |server| server.created_at.millis())),
        updated_at: Set(now),
    };
    if before.is_some() {
        plex_server::Entity::update(row).exec(tx.connection()).await?;
    } else {
        plex_server::Entity::insert(row).exec_without_returning(tx.connection()).await?;
    }
    Ok(())
}

/// Holds the server's row until the transaction ends: what must happen one after the other begins
/// with this.
pub async fn lock(tx: &Tx) -> StoreResult<()> {
    let update = plex_server::Entity::update_many().col_expr(C::VersionCounter, Expr::col(C::VersionCounter));
    change(tx, update).await?;
    Ok(())
}

/// Records a look at the server.
pub async fn note_seen(tx: &Tx, seen: &Seen) -> StoreResult<()> {
    let now = tx.now().await?.millis();
    let mut update = plex_server::Entity::update_many()
        .col_expr(C::Reachable, Expr::value(seen.reachable))
        .col_expr(C::CheckedAt, Expr::value(now))
        .col_expr(C::Problem, Expr::value(seen.problem.as_deref()));
    if seen.reachable {
        update = update.col_expr(C::AnsweredAt, Expr::value(now));
    }
    if let Some(name) = &seen.name {
        update = update.col_expr(C::Name, Expr::value(name.as_str()));
    }
    if let Some(version) = &seen.version {
        update = update.col_expr(C::Version, Expr::value(version.as_str()));
    }
    change(tx, update).await?;
    Ok(())
}

/// Records whether Plex accepts the token. `false` when that was known.
///
/// Only for the token it is about: a verdict on one that has been replaced meanwhile changes nothing.
pub async fn set_auth_state(tx: &Tx, token_sealed: &str, state: AuthState) -> StoreResult<bool> {
    let update = plex_server::Entity::update_many()
        .col_expr(C::AuthState, Expr::value(state.as_str()))
        .filter(C::TokenSealed.eq(token_sealed))
        .filter(C::AuthState.ne(state.as_str()));
    change(tx, update).await
}

/// Records whether the right server answers. `false` when that was known.
pub async fn set_identity_state(tx: &Tx, state: IdentityState) -> StoreResult<bool> {
    let update = plex_server::Entity::update_many()
        .col_expr(C::IdentityState, Expr::value(state.as_str()))
        .filter(C::IdentityState.ne(state.as_str()));
    change(tx, update).await
}

/// Notes that plex.tv has answered with the owner's token.
pub async fn note_plex_tv_answered(tx: &Tx) -> StoreResult<()> {
    let now = tx.now().await?.millis();
    change(tx, plex_server::Entity::update_many().col_expr(C::PlexTvAnsweredAt, Expr::value(now))).await?;
    Ok(())
}

/// Notes that Plex refuses to share with more people, or that there is room again. `false` when
/// that was known.
pub async fn set_share_limit_reached(tx: &Tx, reached: bool) -> StoreResult<bool> {
    let now = tx.now().await?.millis();
    let update = plex_server::Entity::update_many();
    let update = match reached {
        true => update
            .col_expr(C::ShareLimitReachedAt, Expr::value(now))
            .col_expr(C::ShareLimitPeople, Expr::value(None::<i64>))
            .filter(C::ShareLimitReachedAt.is_null()),
        false => update
            .col_expr(C::ShareLimitReachedAt, Expr::value(None::<i64>))
            .filter(C::ShareLimitReachedAt.is_not_null()),
    };
    change(tx, update).await
}

/// Notes that everybody's access was read at this moment, and is as their rows tell, those aside who are missing.
/// Nothing, when another server than the one that was read has been connected since.
pub async fn note_people_seen(tx: &Tx, machine_identifier: &str, at: Instant) -> StoreResult<()> {
    let update = plex_server::Entity::update_many()
        .col_expr(C::PeopleSeenAt, Expr::value(at.millis()))
        .filter(C::MachineIdentifier.eq(machine_identifier));
    change(tx, update).await?;
    Ok(())
}

/// Notes how many people have a share or an invitation. Where Plex refused more, fewer than at the
/// first look after that are room again: true then.
pub async fn note_people(tx: &Tx, people: i64) -> StoreResult<bool> {
    let limited = || plex_server::Entity::update_many().filter(C::ShareLimitReachedAt.is_not_null());
    let first =
        limited().col_expr(C::ShareLimitPeople, Expr::value(people)).filter(C::ShareLimitPeople.is_null());
    change(tx, first).await?;
    let room = limited()
        .col_expr(C::ShareLimitReachedAt, Expr::value(None::<i64>))
        .col_expr(C::ShareLimitPeople, Expr::value(None::<i64>))
        .filter(C::ShareLimitPeople.gt(people));
    change(tx, room).await
}

async fn change(tx: &Tx, update: UpdateMany<plex_server::Entity>) -> StoreResult<bool> {
    let done = update.filter(C::Id.eq(ROW)).exec(tx.connection()).await?;
    Ok(done.rows_affected == 1)
}

fn from_row(row: plex_server::Model) -> StoreResult<PlexServer> {
    Ok(PlexServer {
        machine_identifier: row.machine_identifier,
        owner_plex_id: PlexId(row.owner_plex_id),
        owner_username: row.owner_username,
        name: row.name,
        version: row.version,
        url: row.url,
        token_sealed: row.token_sealed,
        token_kind: parse("plex_server.token_kind", &row.token_kind)?,
        auth_state: parse("plex_server.auth_state", &row.auth_state)?,
        identity_state: parse("plex_server.identity_state", &row.identity_state)?,
        problem: row.problem,
        reachable: row.reachable,
        checked_at: row.checked_at.map(Instant),
        answered_at: row.answered_at.map(Instant),
        plex_tv_answered_at: row.plex_tv_answered_at.map(Instant),
        share_limit_reached_at: row.share_limit_reached_at.map(Instant),
        people_seen_at: row.people_seen_at.map(Instant),
        version_counter: row.version_counter,
        created_at: Instant(row.created_at),
        updated_at: Instant(row.updated_at),
    })
}
