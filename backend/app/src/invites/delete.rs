//! Deleting invites. Their history and the people who came through them stay.

use pum_domain::InviteId;
use pum_domain::event::EventType;
use pum_domain::invite::InviteStatus;
use pum_domain::page::PageRequest;
use pum_store::invites::{self as store, Filter, Sort};
use pum_store::{Reads, Tx, history};
use serde_json::json;

use super::{existing, hint, subject, update};
use crate::actor::Actor;
use crate::ctx::Ctx;
use crate::error::AppResult;

/// Deletes an invite. Its path is free again; who has accepted goes on.
pub async fn delete(ctx: &Ctx, actor: &Actor, id: InviteId) -> AppResult<()> {
    let tx = ctx.db().begin().await?;
    delete_in(&tx, actor, id).await?;
    Ok(tx.commit().await?)
}

/// Deletes every invite, or those that have expired, and says how many.
pub async fn clear(ctx: &Ctx, actor: &Actor, expired_only: bool) -> AppResult<u64> {
    let filter = Filter { status: expired_only.then_some(InviteStatus::Expired), q: None };
    let request = PageRequest { limit: 100, cursor: None, descending: false };
    let mut deleted = 0;
    loop {
        let now = ctx.reader().now().await?;
        let page = store::list(&ctx.reader(), &filter, Sort::Created, now, &request).await?;
        if page.items.is_empty() {
            return Ok(deleted);
        }
        let tx = ctx.db().begin().await?;
        for invite in page.items {
            delete_in(&tx, actor, invite.id).await?;
            deleted += 1;
        }
        tx.commit().await?;
    }
}

async fn delete_in(tx: &Tx, actor: &Actor, id: InviteId) -> AppResult<()> {
    let invite = existing(tx, id).await?;
    if store::delete(tx, id).await? {
        let mut event = actor.event(EventType::InviteDeleted);
        event.invite_id = Some(id);
        event.subject = Some(subject(&invite));
        let mut before = update::told(tx, &invite.rules()).await?;
        before.insert("uses".to_owned(), json!(invite.uses));
        event.before = Some(before.into());
        history::append(tx, event).await?;
        hint(tx, id).await?;
    }
    Ok(())
}
