//! Redemptions: one person's way through an invite, and the browser that walks it.

mod forget;

use pum_domain::invite::AcceptedTerms;
use pum_domain::page::{Page, PageRequest};
use pum_domain::redemption::{RedemptionReason, RedemptionState};
use pum_domain::{ChangeId, GuestId, Instant, InviteId, PlexId, RedemptionId, UserId};
use sea_orm::sea_query::{Expr, ExprTrait, Func};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, Set};

use crate::db::parse;
use crate::db::sealed::Connected;
use crate::entity::guests;
use crate::entity::redemptions::{self, Column as C};
use crate::page::{self, Keyset, Place};
use crate::{Reads, StoreError, StoreResult, Tx};

pub use forget::forget_addresses;

/// The Plex account that somebody has signed in with. Names are clean already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkedAccount {
    /// The numeric account id.
    pub plex_id: PlexId,
    /// The name at Plex.
    pub username: String,
    /// The address at Plex.
    pub email: Option<String>,
    /// Whether Plex says that the address is confirmed.
    pub email_confirmed: Option<bool>,
    /// Where Plex keeps the picture.
    pub thumb: Option<String>,
}

/// A redemption as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redemption {
    /// Its id.
    pub id: RedemptionId,
    /// The link.
    pub invite_id: InviteId,
    /// The browser that began it.
    pub guest_id: Option<GuestId>,
    /// The person, once accepted.
    pub user_id: Option<UserId>,
    /// Who signed in.
    pub account: Option<LinkedAccount>,
    /// Where it stands.
    pub state: RedemptionState,
    /// What it waits for, or why it failed.
    pub reason: Option<RedemptionReason>,
    /// What was agreed to.
    pub terms: Option<AcceptedTerms>,
    /// The version of the invite that the page shows.
    pub invite_version: i64,
    /// Whether a seat is held or kept.
    pub has_seat: bool,
    /// The change that carries it out.
    pub change_id: Option<ChangeId>,
    /// The invitee's own Plex token, sealed.
    pub token_sealed: Option<String>,
    /// Until when that may be kept.
    pub token_expires_at: Option<Instant>,
    /// When it began.
    pub created_at: Instant,
    /// When somebody signed in.
    pub linked_at: Option<Instant>,
    /// When they pressed Accept.
    pub accepted_at: Option<Instant>,
    /// When Plex showed the invitation.
    pub invited_at: Option<Instant>,
    /// When Plex showed the access.
    pub joined_at: Option<Instant>,
    /// When it was over.
    pub finished_at: Option<Instant>,
    /// When an invitation that nobody accepts is withdrawn.
    pub pending_until: Option<Instant>,
    /// The address it came from.
    pub address: Option<String>,
    /// Counts every move.
    pub version: i64,
}

impl Redemption {
    fn from_row(row: redemptions::Model) -> StoreResult<Self> {
        let account = match (row.plex_id, row.plex_username) {
            (Some(plex_id), Some(username)) => Some(LinkedAccount {
                plex_id: PlexId(plex_id),
                username,
                email: row.plex_email,
                email_confirmed: row.plex_email_confirmed,
                thumb: row.plex_thumb,
            }),
            _ => None,
        };
        let terms = row
            .terms
            .as_deref()
            .map(serde_json::from_str)
            .transpose()
            .map_err(|_| StoreError::corrupt("redemptions.terms cannot be read"))?;
        Ok(Self {
            id: row.id.into(),
            invite_id: row.invite_id.into(),
            guest_id: row.guest_id.map(GuestId),
            user_id: row.user_id.map(UserId),
            account,
            state: parse("redemptions.state", &row.state)?,
            reason: row.reason.as_deref().map(|text| parse("redemptions.reason", text)).transpose()?,
            terms,
            invite_version: row.invite_version,
            has_seat: row.seat_key.is_some(),
            change_id: row.change_id.map(ChangeId),
            token_sealed: row.token_sealed,
            token_expires_at: row.token_expires_at.map(Instant),
            created_at: Instant(row.created_at),
            linked_at: row.linked_at.map(Instant),
            accepted_at: row.accepted_at.map(Instant),
            invited_at: row.invited_at.map(Instant),
            joined_at: row.joined_at.map(Instant),
            finished_at: row.finished_at.map(Instant),
            pending_until: row.pending_until_at.map(Instant),
            address: row.address,
            version: row.version,
        })
    }
}

/// Begins a redemption and makes it the browser's current one.
pub async fn start(
    tx: &Tx,
    id: RedemptionId,
    invite: InviteId,
    invite_version: i64,
    guest: GuestId,
    address: Option<&str>,
) -> StoreResult<()> {
    let now = tx.now().await?.millis();
    redemptions::ActiveModel {
        id: Set(id.uuid()),
        invite_id: Set(invite.uuid()),
        guest_id: Set(Some(guest.uuid())),
        state: Set(RedemptionState::Open.to_string()),
        failure_final: Set(false),
        invite_version: Set(invite_version),
        address: Set(address.map(str::to_owned)),
        created_at: Set(now),
        retries: Set(0),
        version: Set(1),
        ..Default::default()
    }
    .insert(tx.connection())
    .await?;
    make_current(tx, guest, id).await
}

/// Makes a redemption the one that the browser is shown.
pub async fn make_current(tx: &Tx, guest: GuestId, id: RedemptionId) -> StoreResult<()> {
    guests::Entity::update_many()
        .col_expr(guests::Column::CurrentRedemptionId, Expr::value(Some(id.uuid())))
        .filter(guests::Column::Id.eq(guest.uuid()))
        .exec(tx.connection())
        .await?;
    Ok(())
}

/// The redemption with this id.
pub async fn get(db: &impl Reads, id: RedemptionId) -> StoreResult<Redemption> {
    let row = redemptions::Entity::find_by_id(id.uuid()).one(db.connection()).await?;
    Redemption::from_row(row.ok_or(StoreError::NotFound { what: "redemption" })?)
}

/// The redemption that the browser is shown: its current one, or with an invite named the latest
/// it has for that invite.
pub async fn of_guest(
    db: &impl Reads,
    guest: GuestId,
    invite: Option<InviteId>,
) -> StoreResult<Option<Redemption>> {
    let row = guests::Entity::find_by_id(guest.uuid()).one(db.connection()).await?;
    let current = match row.and_then(|row| row.current_redemption_id) {
        Some(id) => redemptions::Entity::find_by_id(id).one(db.connection()).await?,
        None => None,
    };
    let Some(invite) = invite else {
        return current.map(Redemption::from_row).transpose();
    };
    let own = redemptions::Entity::find()
        .filter(C::GuestId.eq(guest.uuid()))
        .filter(C::InviteId.eq(invite.uuid()))
        .order_by_desc(C::CreatedAt)
        .order_by_desc(C::Id)
        .one(db.connection())
        .await?;
    match (own, current) {
        // A link that led to a redemption begun elsewhere leads there again.
        (Some(own), Some(current)) if own.reason.as_deref() == Some(RedemptionReason::Replaced.as_str()) => {
            Redemption::from_row(current).map(Some)
        }
        (None, Some(current)) if current.invite_id == invite.uuid() => {
            Redemption::from_row(current).map(Some)
        }
        (own, _) => own.map(Redemption::from_row).transpose(),
    }
}

/// The redemption of this Plex account that is under way, whatever its link.
pub async fn under_way(db: &impl Reads, plex_id: PlexId) -> StoreResult<Option<Redemption>> {
    let row =
        redemptions::Entity::find().filter(C::OpenKey.eq(plex_id.to_string())).one(db.connection()).await?;
    row.map(Redemption::from_row).transpose()
}

/// The redemption that holds or keeps this account's seat of an invite.
pub async fn seated(db: &impl Reads, invite: InviteId, plex_id: PlexId) -> StoreResult<Option<Redemption>> {
    let row = redemptions::Entity::find()
        .filter(C::SeatKey.eq(seat_key(invite, plex_id)))
        .one(db.connection())
        .await?;
    row.map(Redemption::from_row).transpose()
}

/// Who signed in, and their sealed token.
pub async fn link(
    tx: &Tx,
    id: RedemptionId,
    state: RedemptionState,
    account: &LinkedAccount,
    token_sealed: Option<&str>,
    token_expires_at: Instant,
) -> StoreResult<()> {
    let now = tx.now().await?;
    moved(id, state, None)
        .col_expr(C::PlexId, Expr::value(account.plex_id.0))
        .col_expr(C::PlexUsername, Expr::value(account.username.as_str()))
        .col_expr(C::PlexEmail, Expr::value(account.email.clone()))
        .col_expr(C::PlexEmailConfirmed, Expr::value(account.email_confirmed))
        .col_expr(C::PlexThumb, Expr::value(account.thumb.clone()))
        .col_expr(C::TokenSealed, Expr::value(token_sealed.map(str::to_owned)))
        .col_expr(C::TokenExpiresAt, Expr::value(token_sealed.map(|_| token_expires_at.millis())))
        .col_expr(C::LinkedAt, Expr::value(now.millis()))
        .exec(tx.connection())
        .await?;
    Ok(())
}

/// Shows the invite's new terms to somebody who has not accepted yet.
pub async fn see_terms(tx: &Tx, id: RedemptionId, invite_version: i64) -> StoreResult<()> {
    redemptions::Entity::update_many()
        .col_expr(C::InviteVersion, Expr::value(invite_version))
        .filter(C::Id.eq(id.uuid()))
        .filter(C::AcceptedAt.is_null())
        .exec(tx.connection())
        .await?;
    Ok(())
}

/// The seat is taken: from here on the redemption is under way. A clash on the seat or on the
/// person means that another redemption came first.
pub async fn seat(
    tx: &Tx,
    redemption: &Redemption,
    plex_id: PlexId,
    user: UserId,
    change: ChangeId,
    terms: &AcceptedTerms,
) -> StoreResult<()> {
    let now = tx.now().await?;
    let text = serde_json::to_string(terms)
        .map_err(|error| StoreError::Other { detail: format!("writing terms: {error}") })?;
    moved(redemption.id, RedemptionState::SeatTaken, None)
        .col_expr(C::SeatKey, Expr::value(seat_key(redemption.invite_id, plex_id)))
        .col_expr(C::OpenKey, Expr::value(plex_id.to_string()))
        .col_expr(C::UserId, Expr::value(user.uuid()))
        .col_expr(C::ChangeId, Expr::value(change.uuid()))
        .col_expr(C::Terms, Expr::value(text))
        .col_expr(C::AcceptedAt, Expr::value(now.millis()))
        .col_expr(C::FinishedAt, Expr::value(None::<i64>))
        .exec(tx.connection())
        .await?;
    Ok(())
}

/// Moves a redemption that is under way. False: it is not, or it stands there already.
pub async fn advance(
    tx: &Tx,
    id: RedemptionId,
    state: RedemptionState,
    reason: Option<RedemptionReason>,
) -> StoreResult<bool> {
    let now = tx.now().await?;
    let reason_differs = match reason {
        Some(reason) => C::Reason.is_null().or(C::Reason.ne(reason.as_str())),
        None => C::Reason.is_not_null(),
    };
    let mut update = moved(id, state, reason);
    if state == RedemptionState::Invited {
        update = update.col_expr(
            C::InvitedAt,
            Func::coalesce([Expr::col(C::InvitedAt), Expr::value(now.millis())]).into(),
        );
    }
    let moved = update
        .filter(C::State.is_in([RedemptionState::SeatTaken.as_str(), RedemptionState::Invited.as_str()]))
        .filter(C::State.ne(state.as_str()).or(reason_differs))
        .exec(tx.connection())
        .await?;
    Ok(moved.rows_affected == 1)
}

/// Another change carries on what is under way.
pub async fn hand_over(tx: &Tx, id: RedemptionId, change: ChangeId) -> StoreResult<()> {
    redemptions::Entity::update_many()
        .col_expr(C::ChangeId, Expr::value(change.uuid()))
        .filter(C::Id.eq(id.uuid()))
        .filter(C::State.is_in([RedemptionState::SeatTaken.as_str(), RedemptionState::Invited.as_str()]))
        .exec(tx.connection())
        .await?;
    Ok(())
}

/// Until when an invitation may stay unaccepted.
pub async fn wait_until(tx: &Tx, id: RedemptionId, until: Instant) -> StoreResult<()> {
    redemptions::Entity::update_many()
        .col_expr(C::PendingUntilAt, Expr::value(until.millis()))
        .filter(C::Id.eq(id.uuid()))
        .filter(C::PendingUntilAt.is_null())
        .exec(tx.connection())
        .await?;
    Ok(())
}

/// How a redemption ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ending {
    /// A final state.
    pub state: RedemptionState,
    /// Why, unless all went well.
    pub reason: Option<RedemptionReason>,
    /// Whether the seat stays taken.
    pub keep_seat: bool,
}

/// Ends a redemption: nothing is under way any more, and the token is forgotten. False: it was over.
pub async fn end(tx: &Tx, id: RedemptionId, ending: Ending) -> StoreResult<bool> {
    let now = tx.now().await?;
    let mut update = moved(id, ending.state, ending.reason)
        .col_expr(C::OpenKey, Expr::value(None::<String>))
        .col_expr(C::TokenSealed, Expr::value(None::<String>))
        .col_expr(C::TokenExpiresAt, Expr::value(None::<i64>))
        .col_expr(C::FinishedAt, Expr::value(now.millis()));
    if ending.state == RedemptionState::Done {
        update = update.col_expr(C::JoinedAt, Expr::value(now.millis()));
    }
    if !ending.keep_seat {
        update = update.col_expr(C::SeatKey, Expr::value(None::<String>));
    }
    let finals = RedemptionState::ALL.iter().filter(|state| state.is_final()).map(|state| state.as_str());
    let ended = update.filter(C::State.is_not_in(finals)).exec(tx.connection()).await?;
    Ok(ended.rows_affected == 1)
}

/// Forgets the invitee's token.
pub async fn forget_token(tx: &Tx, id: RedemptionId) -> StoreResult<()> {
    redemptions::Entity::update_many()
        .col_expr(C::TokenSealed, Expr::value(None::<String>))
        .col_expr(C::TokenExpiresAt, Expr::value(None::<i64>))
        .filter(C::Id.eq(id.uuid()))
        .exec(tx.connection())
        .await?;
    Ok(())
}

/// Redemptions whose kept token has outlived its time, at most `limit`.
pub async fn with_stale_tokens(db: &impl Reads, now: Instant, limit: u64) -> StoreResult<Vec<Redemption>> {
    use sea_orm::QuerySelect;
    let rows = redemptions::Entity::find()
        .filter(C::TokenExpiresAt.lte(now.millis()))
        .limit(limit)
        .all(db.connection())
        .await?;
    rows.into_iter().map(Redemption::from_row).collect()
}

/// Redemptions that nobody accepted and whose browser has not come since `idle_since`, at most `limit`.
pub async fn left_lying(db: &impl Reads, idle_since: Instant, limit: u64) -> StoreResult<Vec<Redemption>> {
    use sea_orm::QuerySelect;
    let awake = sea_orm::sea_query::Query::select()
        .column(guests::Column::Id)
        .from(guests::Entity)
        .and_where(guests::Column::LastSeenAt.gte(idle_since.millis()))
        .take();
    let unaccepted = [RedemptionState::Open, RedemptionState::PlexLinked, RedemptionState::Ready];
    let rows = redemptions::Entity::find()
        .filter(C::State.is_in(unaccepted.map(RedemptionState::as_str)))
        .filter(C::CreatedAt.lt(idle_since.millis()))
        .filter(C::GuestId.is_null().or(C::GuestId.not_in_subquery(awake)))
        .limit(limit)
        .all(db.connection())
        .await?;
    rows.into_iter().map(Redemption::from_row).collect()
}

/// The redemptions of an invite, by their beginning.
pub async fn list(db: &impl Reads, invite: InviteId, request: &PageRequest) -> StoreResult<Page<Redemption>> {
    let order = Keyset {
        name: "redemptions",
        by: Expr::col(C::CreatedAt),
        id: Expr::col(C::Id),
        place: |row: &redemptions::Model| (Place::Number(row.created_at), Place::Id(row.id)),
        kinds: (Place::Number(0), Place::Id(uuid::Uuid::nil())),
    };
    let select = redemptions::Entity::find().filter(C::InviteId.eq(invite.uuid()));
    let found = page::read(db, select, order, request).await?;
    let items = found.items.into_iter().map(Redemption::from_row).collect::<StoreResult<Vec<_>>>()?;
    Ok(Page {
        items,
        next_cursor: found.next_cursor,
        total: found.total,
        total_is_minimum: found.total_is_minimum,
    })
}

fn seat_key(invite: InviteId, plex_id: PlexId) -> String {
    format!("{invite}:{plex_id}")
}

fn moved(
    id: RedemptionId,
    state: RedemptionState,
    reason: Option<RedemptionReason>,
) -> sea_orm::UpdateMany<redemptions::Entity> {
    redemptions::Entity::update_many()
        .col_expr(C::State, Expr::value(state.as_str()))
        .col_expr(C::Reason, Expr::value(reason.map(RedemptionReason::as_str)))
        .col_expr(C::Version, Expr::col(C::Version).add(1))
        .filter(C::Id.eq(id.uuid()))
}
