//! Seats: taken and given back by one statement each, so that a limit is exact under any rush.

use pum_domain::InviteId;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::db::sealed::Connected;
use crate::entity::invites::{Column as C, Entity};
use crate::{Reads, StoreResult, Tx};

/// Takes a seat if the link works at this moment and still says what the person saw (`version`).
/// False: it does not; read it again to learn why.
pub async fn take(tx: &Tx, id: InviteId, version: i64) -> StoreResult<bool> {
    let now = tx.now().await?.millis();
    let seats_left = C::MaxUses.is_null().or(Expr::col(C::Uses).lt(Expr::col(C::MaxUses)));
    let taken = Entity::update_many()
        .col_expr(C::Uses, Expr::col(C::Uses).add(1))
        .filter(C::Id.eq(id.uuid()))
        .filter(C::Version.eq(version))
        .filter(C::DeletedAt.is_null())
        .filter(C::PausedAt.is_null())
        .filter(C::ExpiresAt.is_null().or(C::ExpiresAt.gt(now)))
        .filter(seats_left)
        .exec(tx.connection())
        .await?;
    Ok(taken.rows_affected == 1)
}

/// Gives a seat back. The caller clears the redemption's seat in the same transaction.
pub async fn give_back(tx: &Tx, id: InviteId) -> StoreResult<()> {
    Entity::update_many()
        .col_expr(C::Uses, Expr::col(C::Uses).sub(1))
        .filter(C::Id.eq(id.uuid()))
        .filter(C::Uses.gt(0))
        .exec(tx.connection())
        .await?;
    Ok(())
}
