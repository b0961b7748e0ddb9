//! What a bulk would do: each person's part is done in a transaction that is then taken back, so the
//! preview cannot say anything else than what would happen.

use pum_domain::UserId;
use pum_domain::page::{Page, PageRequest};
use pum_store::{StoreError, Tx, history};
use serde_json::Value;

use super::act::{Acted, act};
use super::wish::{Wish, is_refusal, people};
use crate::error::AppResult;
use crate::{Actor, Ctx};

pum_domain::catalogue! {
    /// What would become of somebody.
    pub enum Verdict {
        Changes = "changes",
        Unchanged = "unchanged",
        Refused = "refused",
    }
}

/// What would become of one person.
#[derive(Debug, Clone, PartialEq)]
pub struct Preview {
    /// Who.
    pub user_id: UserId,
    /// Their name.
    pub username: String,
    /// What would become of them.
    pub verdict: Verdict,
    /// The fields that would change, as they are.
    pub before: Option<Value>,
    /// The same as they would be.
    pub after: Option<Value>,
    /// Why not, in a stable word.
    pub reason: Option<String>,
    /// The same as a sentence.
    pub detail: Option<String>,
}

/// A page of what the bulk would do, by id.
pub async fn preview(
    ctx: &Ctx,
    actor: &Actor,
    wish: &Wish,
    request: &PageRequest,
) -> AppResult<Page<Preview>> {
    let after = match &request.cursor {
        Some(cursor) => Some(cursor.parse::<UserId>().map_err(|_| StoreError::BadCursor)?),
        None => None,
    };
    let people = people(&ctx.reader(), &wish.who).await?;
    let total = i64::try_from(people.len()).unwrap_or(i64::MAX);
    let limit = request.limit.clamp(1, 200) as usize;
    let mut rest = people.into_iter().filter(|(id, _)| after.is_none_or(|after| *id > after));
    let mut items = Vec::with_capacity(limit);
    for (id, username) in rest.by_ref().take(limit) {
        items.push(look(ctx, actor, wish, id, username).await?);
    }
    let next_cursor = match (rest.next(), items.last()) {
        (Some(_), Some(last)) => Some(last.user_id.to_string()),
        _ => None,
    };
    Ok(Page { items, next_cursor, total, total_is_minimum: false })
}

async fn look(ctx: &Ctx, actor: &Actor, wish: &Wish, id: UserId, username: String) -> AppResult<Preview> {
    let seen = |verdict| Preview {
        user_id: id,
        username: username.clone(),
        verdict,
        before: None,
        after: None,
        reason: None,
        detail: None,
    };
    let tx = ctx.db().begin().await?;
    let told = match act(ctx, &tx, actor, id, &wish.action, None).await {
        Ok(Acted::Unchanged) => seen(Verdict::Unchanged),
        Ok(_) => {
            let (before, after) = changed(&tx, id).await?;
            Preview { before, after, ..seen(Verdict::Changes) }
        }
        Err(error) if is_refusal(&error) => Preview {
            reason: Some(error.code.to_string()),
            detail: Some(error.detail),
            ..seen(Verdict::Refused)
        },
        Err(error) => return Err(error),
    };
    tx.rollback().await?;
    Ok(told)
}

/// As the history would tell it.
async fn changed(tx: &Tx, id: UserId) -> AppResult<(Option<Value>, Option<Value>)> {
    let filter = history::Filter { user_id: Some(id), ..history::Filter::default() };
    let latest = PageRequest { limit: 1, cursor: None, descending: true };
    let (events, _) = history::walk(tx, &filter, &latest).await?;
    let without_version = |value: Option<Value>| {
        value.map(|mut value| {
            if let Some(fields) = value.as_object_mut() {
                fields.remove("version");
            }
            value
        })
    };
    Ok(match events.into_iter().next() {
        Some(event) => (without_version(event.before), without_version(event.after)),
        None => (None, None),
    })
}
