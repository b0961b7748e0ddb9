//! Sign-ins with Plex that are under way: one browser, one purpose, one PIN, once.

use pum_domain::sign_in::SignInPurpose;
use pum_domain::{Instant, SignInId};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use uuid::Uuid;

use crate::db::parse;
use crate::db::sealed::Connected;
use crate::entity::sign_ins::{self, Column as C};
use crate::{Reads, StoreResult, Tx};

/// A PIN that a browser has made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttachedPin {
    /// Its number at Plex.
    pub id: i64,
    /// Its code, sealed.
    pub code_sealed: String,
}

/// A sign-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignIn {
    /// The id.
    pub id: SignInId,
    /// What its result may be used for.
    pub purpose: SignInPurpose,
    /// Under which name the PIN is made at Plex.
    pub client_identifier: String,
    /// The hash of what tells the browser apart.
    pub browser_hash: String,
    /// Whom it is for: a redemption, an admin.
    pub subject_id: Option<Uuid>,
    /// The address to which Plex returns the browser.
    pub return_to: String,
    /// The PIN, once the browser has handed it over.
    pub pin: Option<AttachedPin>,
    /// When it began.
    pub created_at: Instant,
    /// When it ends.
    pub expires_at: Instant,
    /// When its result was used.
    pub completed_at: Option<Instant>,
    /// Where in PUM to go afterwards.
    pub next: Option<String>,
}

/// A sign-in to begin.
#[derive(Debug, Clone)]
pub struct NewSignIn {
    /// The id.
    pub id: SignInId,
    /// What its result may be used for.
    pub purpose: SignInPurpose,
    /// Under which name the PIN is made at Plex.
    pub client_identifier: String,
    /// The hash of what tells the browser apart, 64 bytes at most.
    pub browser_hash: String,
    /// Whom it is for.
    pub subject_id: Option<Uuid>,
    /// The address to which Plex returns the browser.
    pub return_to: String,
    /// How long it may take, in milliseconds.
    pub lifetime_ms: i64,
    /// Where in PUM to go afterwards.
    pub next: Option<String>,
}

/// Begins a sign-in. An older one of the same browser for the same purpose is forgotten.
pub async fn begin(tx: &Tx, new: NewSignIn) -> StoreResult<()> {
    let now = tx.now().await?;
    sign_ins::Entity::delete_many()
        .filter(C::BrowserHash.eq(&new.browser_hash))
        .filter(C::Purpose.eq(new.purpose.as_str()))
        .exec(tx.connection())
        .await?;
    let row = sign_ins::ActiveModel {
        id: Set(new.id.uuid()),
        purpose: Set(new.purpose.as_str().to_owned()),
        client_identifier: Set(new.client_identifier),
        browser_hash: Set(new.browser_hash),
        subject_id: Set(new.subject_id),
        origin: Set(new.return_to),
        pin_id: Set(None),
        pin_code_sealed: Set(None),
        created_at: Set(now.millis()),
        expires_at: Set(now.plus(new.lifetime_ms).millis()),
        attached_at: Set(None),
        completed_at: Set(None),
        next: Set(new.next),
    };
    sign_ins::Entity::insert(row).exec_without_returning(tx.connection()).await?;
    Ok(())
}

/// The latest sign-in of a browser for a purpose, also when it has ended.
pub async fn latest(
    db: &impl Reads,
    browser_hash: &str,
    purpose: SignInPurpose,
) -> StoreResult<Option<SignIn>> {
    let row = sign_ins::Entity::find()
        .filter(C::BrowserHash.eq(browser_hash))
        .filter(C::Purpose.eq(purpose.as_str()))
        .order_by_desc(C::CreatedAt)
        .order_by_desc(C::Id)
        .one(db.connection())
        .await?;
    row.map(from_row).transpose()
}

/// Ties a PIN to a sign-in that has none yet. `false` when it has one or is over.
pub async fn attach(tx: &Tx, id: SignInId, pin: &AttachedPin) -> StoreResult<bool> {
    let now = tx.now().await?;
    let done = sign_ins::Entity::update_many()
        .col_expr(C::PinId, Expr::value(pin.id))
        .col_expr(C::PinCodeSealed, Expr::value(pin.code_sealed.as_str()))
        .col_expr(C::AttachedAt, Expr::value(now.millis()))
        .filter(C::Id.eq(id.uuid()))
        .filter(C::PinId.is_null())
        .filter(C::CompletedAt.is_null())
        .filter(C::ExpiresAt.gt(now.millis()))
        .exec(tx.connection())
        .await?;
    Ok(done.rows_affected == 1)
}

/// Has a sign-in end at this moment already.
pub async fn end_by(tx: &Tx, id: SignInId, expires_at: Instant) -> StoreResult<()> {
    sign_ins::Entity::update_many()
        .col_expr(C::ExpiresAt, Expr::value(expires_at.millis()))
        .filter(C::Id.eq(id.uuid()))
        .filter(C::ExpiresAt.gt(expires_at.millis()))
        .exec(tx.connection())
        .await?;
    Ok(())
}

/// Spends a sign-in. `false` when it was spent before: its result must not be used then.
pub async fn spend(tx: &Tx, id: SignInId) -> StoreResult<bool> {
    let now = tx.now().await?;
    let done = sign_ins::Entity::update_many()
        .col_expr(C::CompletedAt, Expr::value(now.millis()))
        .col_expr(C::PinCodeSealed, Expr::value(None::<String>))
        .filter(C::Id.eq(id.uuid()))
        .filter(C::CompletedAt.is_null())
        .exec(tx.connection())
        .await?;
    Ok(done.rows_affected == 1)
}

/// Deletes up to `most` sign-ins that ended before `before`, and says how many.
pub async fn prune(tx: &Tx, before: Instant, most: u64) -> StoreResult<u64> {
    let ids: Vec<Uuid> = sign_ins::Entity::find()
        .select_only()
        .column(C::Id)
        .filter(C::ExpiresAt.lt(before.millis()))
        .limit(most)
        .into_tuple()
        .all(tx.connection())
        .await?;
    if ids.is_empty() {
        return Ok(0);
    }
    let deleted = sign_ins::Entity::delete_many().filter(C::Id.is_in(ids)).exec(tx.connection()).await?;
    Ok(deleted.rows_affected)
}

fn from_row(row: sign_ins::Model) -> StoreResult<SignIn> {
    let pin = row.pin_id.map(|id| AttachedPin { id, code_sealed: row.pin_code_sealed.unwrap_or_default() });
    Ok(SignIn {
        id: SignInId(row.id),
        purpose: parse("sign_ins.purpose", &row.purpose)?,
        client_identifier: row.client_identifier,
        browser_hash: row.browser_hash,
        subject_id: row.subject_id,
        return_to: row.origin,
        pin,
        created_at: Instant(row.created_at),
        expires_at: Instant(row.expires_at),
        completed_at: row.completed_at.map(Instant),
        next: row.next,
    })
}
