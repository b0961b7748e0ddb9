//! An invite as admins see it: with its link, how it stands, and who made it.

use std::collections::HashMap;

use pum_domain::invite::{self, InviteStatus};
use pum_domain::page::{Page, PageRequest};
use pum_domain::{Instant, InviteId};
use pum_store::invites::{self as store, Filter, Invite, Sort};
use pum_store::{Reads, admins, remembered};

use super::existing;
use crate::ctx::Ctx;
use crate::error::AppResult;

/// An invite as admins see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InviteView {
    /// The invite.
    pub invite: Invite,
    /// How it stands now.
    pub status: InviteStatus,
    /// The link to pass on. Without a base address only its path.
    pub url: String,
    /// The name of the admin who made it.
    pub created_by: Option<String>,
}

/// One invite.
pub async fn get(ctx: &Ctx, id: InviteId) -> AppResult<InviteView> {
    let reader = ctx.reader();
    let invite = existing(&reader, id).await?;
    let now = reader.now().await?;
    show(ctx, &reader, invite, now).await
}

/// A page of invites.
pub async fn list(
    ctx: &Ctx,
    filter: &Filter,
    sort: Sort,
    request: &PageRequest,
) -> AppResult<Page<InviteView>> {
    let reader = ctx.reader();
    let now = reader.now().await?;
    // How a link stands depends on the moment.
    let question = format!("invites {filter:?} {sort:?} {request:?} {:?}", filter.status.map(|_| now));
    let (page, names) = remembered(&reader, question, async {
        let page = store::list(&reader, filter, sort, now, request).await?;
        let made = page.items.iter().any(|invite| invite.created_by.is_some());
        let names = if made { admins::names(&reader).await? } else { HashMap::new() };
        AppResult::Ok((page, names))
    })
    .await?;
    let links = links(ctx);
    Ok(page.map(|invite| {
        let created_by = invite.created_by.and_then(|id| names.get(&id).cloned());
        view(&links, invite, created_by, now)
    }))
}

pub(super) async fn show(ctx: &Ctx, db: &impl Reads, invite: Invite, now: Instant) -> AppResult<InviteView> {
    let created_by = match invite.created_by {
        Some(id) => admins::get(db, id).await?.map(|admin| admin.username),
        None => None,
    };
    Ok(view(&links(ctx), invite, created_by, now))
}

fn view(links: &str, invite: Invite, created_by: Option<String>, now: Instant) -> InviteView {
    InviteView {
        status: invite::status(&invite.limits(), now),
        url: format!("{links}{}", invite.code),
        created_by,
        invite,
    }
}

/// What every link begins with: the address from the settings, never what a request claims.
fn links(ctx: &Ctx) -> String {
    let base = ctx.base_url().map(String::from).unwrap_or_default();
    format!("{}/invite/", base.trim_end_matches('/'))
}
