//! Writing down who somebody is, what is wanted for them and what Plex shows.

use pum_domain::access::WantedAccess;
use pum_domain::invite::LibraryChoice;
use pum_domain::text::name_key;
use pum_domain::user::{RemovedReason, UserState};
use pum_domain::{Instant, InviteId, PlexId, UserId};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, Set};

use crate::db::sealed::Connected;
use crate::entity::user_libraries;
use crate::entity::users::{self, Column as C};
use crate::{Reads, StoreError, StoreResult, Tx, purge, streams};

/// A person coming in through a link. Names are clean already.
#[derive(Debug, Clone)]
pub struct Enrolment {
    /// The id, if this person is new.
    pub new_id: UserId,
    /// Plex's numeric account id.
    pub plex_id: PlexId,
    /// Plex's uuid of the account.
    pub plex_uuid: Option<String>,
    /// The name at Plex.
    pub username: String,
    /// The address at Plex.
    pub email: Option<String>,
    /// Where Plex keeps the picture.
    pub thumb: Option<String>,
    /// The invite.
    pub invited_by: InviteId,
    /// Days of membership, counted from joining.
    pub membership_days: Option<i32>,
    /// Kept out of inactivity purges from now on.
    pub grant_purge_whitelist: bool,
    /// Kept out of removals by the bot from now on.
    pub grant_bot_whitelist: bool,
}

/// Enters the person as pending, or brings a known one back with notes and history. True for a new one.
pub async fn enrol(tx: &Tx, person: &Enrolment) -> StoreResult<(UserId, bool)> {
    let now = tx.now().await?.millis();
    let known = users::Entity::find().filter(C::PlexId.eq(person.plex_id.0)).one(tx.connection()).await?;
    let Some(known) = known else {
        users::ActiveModel {
            id: Set(person.new_id.uuid()),
            plex_id: Set(Some(person.plex_id.0)),
            plex_uuid: Set(person.plex_uuid.clone()),
            username: Set(person.username.clone()),
            username_key: Set(name_key(&person.username)),
            email: Set(person.email.clone()),
            email_key: Set(person.email.as_deref().map(name_key)),
            thumb: Set(person.thumb.clone()),
            state: Set(UserState::Pending.to_string()),
            home: Set(false),
            restricted: Set(false),
            shares_back: Set(false),
            blocked: Set(false),
            is_owner: Set(false),
            wanted_mode: Set("none".to_owned()),
            wanted_downloads: Set(false),
            allow_4k_transcode: Set(true),
            membership_days: Set(person.membership_days),
            purge_whitelisted: Set(person.grant_purge_whitelist),
            bot_whitelisted: Set(person.grant_bot_whitelist),
            tags: Set("[]".to_owned()),
            invited_by_invite_id: Set(Some(person.invited_by.uuid())),
            plays: Set(0),
            watch_seconds: Set(0),
            added_at: Set(now),
            version: Set(1),
            created_at: Set(now),
            updated_at: Set(now),
            lease_generation: Set(0),
            lease_until: Set(0),
            ..Default::default()
        }
        .insert(tx.connection())
        .await?;
        streams::join_viewers(tx, [(person.plex_id, person.new_id)]).await?;
        return Ok((person.new_id, true));
    };
    let id = UserId(known.id);
    let mut row: users::ActiveModel = known.clone().into();
    row.plex_uuid = Set(person.plex_uuid.clone().or(known.plex_uuid));
    row.username = Set(person.username.clone());
    row.username_key = Set(name_key(&person.username));
    row.email = Set(person.email.clone());
    row.email_key = Set(person.email.as_deref().map(name_key));
    row.thumb = Set(person.thumb.clone());
    row.state = Set(UserState::Pending.to_string());
    row.removed_reason = Set(None);
    row.removed_at = Set(None);
    row.access_expires_at = Set(None);
    row.membership_days = Set(person.membership_days);
    row.purge_whitelisted = Set(known.purge_whitelisted || person.grant_purge_whitelist);
    row.bot_whitelisted = Set(known.bot_whitelisted || person.grant_bot_whitelist);
    row.invited_by_invite_id = Set(Some(person.invited_by.uuid()));
    row.version = Set(known.version + 1);
    row.updated_at = Set(now);
    row.update(tx.connection()).await?;
    if known.state == UserState::Removed.as_str() {
        purge::begin_anew(tx, id).await?;
    }
    Ok((id, false))
}

/// Writes down what is wanted for the person. Where everything is taken away, what they had is kept for
/// a way back.
pub async fn want(tx: &Tx, id: UserId, wanted: &WantedAccess) -> StoreResult<()> {
    let had = super::get(tx, id).await?.wanted;
    let kept = match (&had, wanted) {
        (WantedAccess::Nothing, WantedAccess::Nothing) => None,
        (granted, WantedAccess::Nothing) => Some(Some(as_text(granted)?)),
        (_, WantedAccess::Granted { .. }) => Some(None),
    };
    let (mode, downloads, libraries) = match wanted {
        WantedAccess::Nothing => ("none", false, &[][..]),
        WantedAccess::Granted { libraries: LibraryChoice::All, allow_downloads } => {
            ("all", *allow_downloads, &[][..])
        }
        WantedAccess::Granted { libraries: LibraryChoice::Some(ids), allow_downloads } => {
            ("some", *allow_downloads, ids.as_slice())
        }
    };
    let now = tx.now().await?;
    let mut update = changed(id, now)
        .col_expr(C::WantedMode, Expr::value(mode))
        .col_expr(C::WantedDownloads, Expr::value(downloads));
    if let Some(kept) = kept {
        update = update.col_expr(C::KeptAccess, Expr::value(kept));
    }
    update.exec(tx.connection()).await?;
    user_libraries::Entity::delete_many()
        .filter(user_libraries::Column::UserId.eq(id.uuid()))
        .exec(tx.connection())
        .await?;
    if !libraries.is_empty() {
        let rows = libraries.iter().map(|library| user_libraries::ActiveModel {
            user_id: Set(id.uuid()),
            library_id: Set(library.uuid()),
        });
        user_libraries::Entity::insert_many(rows).exec_without_returning(tx.connection()).await?;
    }
    Ok(())
}

/// Writes down what a resume or a restore gives back.
pub async fn keep(tx: &Tx, id: UserId, access: &WantedAccess) -> StoreResult<()> {
    let now = tx.now().await?;
    changed(id, now).col_expr(C::KeptAccess, Expr::value(as_text(access)?)).exec(tx.connection()).await?;
    Ok(())
}

fn as_text(access: &WantedAccess) -> StoreResult<String> {
    serde_json::to_string(access)
        .map_err(|error| StoreError::Other { detail: format!("writing an access: {error}") })
}

/// What Plex showed for a person at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    /// `none`, `all` or `some`.
    pub mode: &'static str,
    /// plex.tv section ids, where the mode is `some`.
    pub sections: Vec<i64>,
    /// Whether downloads are allowed, where Plex said so.
    pub downloads: Option<bool>,
    /// The share's number.
    pub share_id: Option<i64>,
    /// Whether an invitation waits.
    pub pending: bool,
    /// When the reading began.
    pub at: Instant,
}

/// Writes down what Plex showed. An observation is no edit: the version stays.
pub async fn observe(tx: &Tx, id: UserId, seen: &Observation) -> StoreResult<()> {
    let sections = serde_json::to_string(&seen.sections).unwrap_or_else(|_| "[]".to_owned());
    users::Entity::update_many()
        .col_expr(C::ObservedMode, Expr::value(seen.mode))
        .col_expr(C::ObservedLibraries, Expr::value(sections))
        .col_expr(C::ObservedDownloads, Expr::value(seen.downloads))
        .col_expr(C::ObservedShareId, Expr::value(seen.share_id))
        .col_expr(C::ObservedPending, Expr::value(seen.pending))
        .col_expr(C::ObservedAt, Expr::value(seen.at.millis()))
        .filter(C::Id.eq(id.uuid()))
        .exec(tx.connection())
        .await?;
    Ok(())
}

/// Moves the person to another state; a reason makes it a tombstone. That is no edit: the version stays. Whoever
/// was gone or suspended and is here again begins anew.
pub async fn set_state(
    tx: &Tx,
    id: UserId,
    state: UserState,
    removed: Option<RemovedReason>,
) -> StoreResult<()> {
    let now = tx.now().await?;
    if matches!(state, UserState::Active | UserState::Pending) && is_out(tx, id).await? {
        purge::begin_anew(tx, id).await?;
    }
    let removed_at = removed.map(|_| now.millis());
    touched(id, now)
        .col_expr(C::State, Expr::value(state.as_str()))
        .col_expr(C::RemovedReason, Expr::value(removed.map(RemovedReason::as_str)))
        .col_expr(C::RemovedAt, Expr::value(removed_at))
        .exec(tx.connection())
        .await?;
    Ok(())
}

async fn is_out(tx: &Tx, id: UserId) -> StoreResult<bool> {
    let out = [UserState::Removed, UserState::Suspended].map(UserState::as_str);
    let found =
        users::Entity::find_by_id(id.uuid()).filter(C::State.is_in(out)).count(tx.connection()).await?;
    Ok(found > 0)
}

/// The person has joined: membership counts from now.
pub async fn note_membership(
    tx: &Tx,
    id: UserId,
    joined_at: Instant,
    expires_at: Option<Instant>,
) -> StoreResult<()> {
    let now = tx.now().await?;
    changed(id, now)
        .col_expr(C::JoinedAt, Expr::value(joined_at.millis()))
        .col_expr(C::AccessExpiresAt, Expr::value(expires_at.map(Instant::millis)))
        .col_expr(C::MembershipDays, Expr::value(None::<i32>))
        .exec(tx.connection())
        .await?;
    Ok(())
}

/// An end of access that has passed was of an earlier membership: somebody who is on the way in again has none.
pub async fn forget_past_end(tx: &Tx, id: UserId) -> StoreResult<()> {
    let now = tx.now().await?;
    changed(id, now)
        .col_expr(C::AccessExpiresAt, Expr::value(None::<i64>))
        .filter(C::AccessExpiresAt.lte(now.millis()))
        .exec(tx.connection())
        .await?;
    Ok(())
}

/// Whether anybody else is known to have a share, by what Plex showed last.
pub async fn others_have_shares(db: &impl Reads, but: UserId) -> StoreResult<bool> {
    let others = users::Entity::find()
        .filter(C::State.eq(UserState::Active.as_str()))
        .filter(C::ObservedMode.is_in(["all", "some"]))
        .filter(C::ObservedPending.eq(false))
        .filter(C::Id.ne(but.uuid()));
    Ok(others.count(db.connection()).await? > 0)
}

/// An edit of the person: it counts as a version.
pub(super) fn changed(id: UserId, now: Instant) -> sea_orm::UpdateMany<users::Entity> {
    touched(id, now).col_expr(C::Version, Expr::col(C::Version).add(1))
}

fn touched(id: UserId, now: Instant) -> sea_orm::UpdateMany<users::Entity> {
    users::Entity::update_many().col_expr(C::UpdatedAt, Expr::value(now.millis())).filter(C::Id.eq(id.uuid()))
}
