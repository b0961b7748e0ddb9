//! The block list: whoever is on it gets in by no link. What they have now stays until it is taken away.

use pum_domain::UserId;
use pum_domain::event::EventType;
use pum_store::Tx;
use pum_store::users as store;
use serde_json::json;

use super::tell;
use super::view::{self, UserView};
use crate::actor::Actor;
use crate::ctx::Ctx;
use crate::error::AppResult;

/// Keeps a user out of every link.
pub async fn block(ctx: &Ctx, actor: &Actor, id: UserId) -> AppResult<UserView> {
    let tx = ctx.db().begin().await?;
    block_in(&tx, actor, id).await?;
    let view = view::show(&tx, id).await?;
    tx.commit().await?;
    Ok(view)
}

/// [`block`] in a transaction of the caller's. False: they are on the list already.
pub async fn block_in(tx: &Tx, actor: &Actor, id: UserId) -> AppResult<bool> {
    set(tx, actor, id, true).await
}

/// Lets a blocked user come in by links again.
pub async fn unblock(ctx: &Ctx, actor: &Actor, id: UserId) -> AppResult<UserView> {
    let tx = ctx.db().begin().await?;
    unblock_in(&tx, actor, id).await?;
    let view = view::show(&tx, id).await?;
    tx.commit().await?;
    Ok(view)
}

/// [`unblock`] in a transaction of the caller's. False: they are not on the list.
pub async fn unblock_in(tx: &Tx, actor: &Actor, id: UserId) -> AppResult<bool> {
    set(tx, actor, id, false).await
}

async fn set(tx: &Tx, actor: &Actor, id: UserId, blocked: bool) -> AppResult<bool> {
    store::lock(tx, id).await?;
    let before = store::get(tx, id).await?;
    if blocked {
        super::refuse_untouchable(tx, &before).await?;
    }
    if !store::set_blocked(tx, id, blocked).await? {
        return Ok(false);
    }
    let what = if blocked { EventType::UserBlocked } else { EventType::UserUnblocked };
    let mut event = actor.event(what);
    event.before = Some(json!({ "blocked": !blocked, "version": before.version }));
    event.after = Some(json!({ "blocked": blocked, "version": before.version + 1 }));
    tell(tx, &before, event).await?;
    Ok(true)
}
