//! Putting a link to rest, and letting it work again. People who have accepted go on.

use pum_domain::InviteId;
use pum_domain::event::EventType;
use pum_store::invites as store;
use pum_store::{Reads, history};
use serde_json::json;

use super::view::{self, InviteView};
use super::{existing, hint, subject};
use crate::actor::Actor;
use crate::ctx::Ctx;
use crate::error::AppResult;

/// Puts a link to rest. One that rests already stays so.
pub async fn pause(ctx: &Ctx, actor: &Actor, id: InviteId) -> AppResult<InviteView> {
    set(ctx, actor, id, true).await
}

/// Lets a link work again. One that works already stays so.
pub async fn resume(ctx: &Ctx, actor: &Actor, id: InviteId) -> AppResult<InviteView> {
    set(ctx, actor, id, false).await
}

async fn set(ctx: &Ctx, actor: &Actor, id: InviteId, paused: bool) -> AppResult<InviteView> {
    let tx = ctx.db().begin().await?;
    let before = existing(&tx, id).await?;
    if store::set_paused(&tx, id, paused).await? {
        let what = if paused { EventType::InvitePaused } else { EventType::InviteResumed };
        let mut event = actor.event(what);
        event.invite_id = Some(id);
        event.subject = Some(subject(&before));
        event.before = Some(json!({ "paused": !paused }));
        event.after = Some(json!({ "paused": paused }));
        history::append(&tx, event).await?;
        hint(&tx, id).await?;
    }
    let now = tx.now().await?;
    let invite = store::get(&tx, id).await?;
    let view = view::show(ctx, &tx, invite, now).await?;
    tx.commit().await?;
    Ok(view)
}
