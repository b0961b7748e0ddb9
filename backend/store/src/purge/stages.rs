//! Noting how far somebody is on the way out. Nothing of it is an edit: the version stays.

use pum_domain::purge::stage::{Carrier, Warned};
use pum_domain::{Instant, UserId};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::db::parse;
use crate::db::sealed::Connected;
use crate::entity::users::{self, Column as C};
use crate::{Reads, StoreResult, Tx};

/// How far the person of this row is on the way out.
pub(crate) fn warned(row: &users::Model) -> StoreResult<Option<Warned>> {
    warned_of(row.purge_warned_at, row.purge_remove_at, row.purge_notice.as_deref())
}

pub(super) fn warned_of(
    at: Option<i64>,
    remove_at: Option<i64>,
    notice: Option<&str>,
) -> StoreResult<Option<Warned>> {
    let (Some(at), Some(remove_at)) = (at, remove_at) else { return Ok(None) };
    let notice = notice.map(|text| parse("users.purge_notice", text)).transpose()?;
    Ok(Some(Warned { at: Instant(at), remove_at: Instant(remove_at), notice }))
}

/// Notes that somebody is warned. False: they are already.
pub async fn warn(tx: &Tx, id: UserId, warned: Warned) -> StoreResult<bool> {
    let done = users::Entity::update_many()
        .col_expr(C::PurgeWarnedAt, Expr::value(warned.at.millis()))
        .col_expr(C::PurgeRemoveAt, Expr::value(warned.remove_at.millis()))
        .col_expr(C::PurgeNotice, Expr::value(warned.notice.map(Carrier::as_str)))
        .filter(C::Id.eq(id.uuid()))
        .filter(C::PurgeWarnedAt.is_null())
        .exec(tx.connection())
        .await?;
    Ok(done.rows_affected == 1)
}

/// Notes that somebody who is warned is to be removed at another moment.
pub async fn put_off(tx: &Tx, id: UserId, remove_at: Instant) -> StoreResult<()> {
    users::Entity::update_many()
        .col_expr(C::PurgeRemoveAt, Expr::value(remove_at.millis()))
        .filter(C::Id.eq(id.uuid()))
        .filter(C::PurgeWarnedAt.is_not_null())
        .exec(tx.connection())
        .await?;
    Ok(())
}

/// Somebody is no longer on the way out. False: they were not.
pub async fn clear(tx: &Tx, id: UserId) -> StoreResult<bool> {
    let done = users::Entity::update_many()
        .col_expr(C::PurgeWarnedAt, Expr::value(None::<i64>))
        .col_expr(C::PurgeRemoveAt, Expr::value(None::<i64>))
        .col_expr(C::PurgeNotice, Expr::value(None::<String>))
        .filter(C::Id.eq(id.uuid()))
        .filter(C::PurgeWarnedAt.is_not_null())
        .exec(tx.connection())
        .await?;
    Ok(done.rows_affected == 1)
}

/// Notes what has carried the warning of this moment to somebody. False: that warning no longer counts.
pub async fn note_carried(tx: &Tx, id: UserId, warned_at: Instant, carrier: Carrier) -> StoreResult<bool> {
    let done = users::Entity::update_many()
        .col_expr(C::PurgeNotice, Expr::value(carrier.as_str()))
        .filter(C::Id.eq(id.uuid()))
        .filter(C::PurgeWarnedAt.eq(warned_at.millis()))
        .exec(tx.connection())
        .await?;
    Ok(done.rows_affected == 1)
}

/// Access was given back to somebody: they begin anew, and idle days are counted from now at the earliest.
pub async fn begin_anew(tx: &Tx, id: UserId) -> StoreResult<()> {
    let now = tx.now().await?;
    users::Entity::update_many()
        .col_expr(C::TimeGivenAt, Expr::value(now.millis()))
        .filter(C::Id.eq(id.uuid()))
        .exec(tx.connection())
        .await?;
    clear(tx, id).await?;
    Ok(())
}
