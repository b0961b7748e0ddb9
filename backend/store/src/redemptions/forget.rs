//! Forgetting what a redemption knows of a person beyond their account, some time after its end.

use pum_domain::Instant;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::db::sealed::Connected;
use crate::entity::redemptions::{self, Column as C};
use crate::{StoreResult, Tx};

/// Forgets the network address, the browser and the e-mail address of up to `most` redemptions that
/// ended before `before`, and says of how many.
pub async fn forget_addresses(tx: &Tx, before: Instant, most: u64) -> StoreResult<u64> {
    let known = C::Address.is_not_null().or(C::UserAgent.is_not_null()).or(C::PlexEmail.is_not_null());
    let ids: Vec<Uuid> = redemptions::Entity::find()
        .select_only()
        .column(C::Id)
        .filter(C::FinishedAt.lt(before.millis()))
        .filter(known)
        .order_by_asc(C::FinishedAt)
        .limit(most)
        .into_tuple()
        .all(tx.connection())
        .await?;
    if ids.is_empty() {
        return Ok(0);
    }
    let forgotten = redemptions::Entity::update_many()
        .col_expr(C::Address, Expr::value(None::<String>))
        .col_expr(C::UserAgent, Expr::value(None::<String>))
        .col_expr(C::PlexEmail, Expr::value(None::<String>))
        .filter(C::Id.is_in(ids))
        .exec(tx.connection())
        .await?;
    Ok(forgotten.rows_affected)
}
