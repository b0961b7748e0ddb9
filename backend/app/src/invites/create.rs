//! Making an invite.

use pum_domain::code::InviteCode;
use pum_domain::event::EventType;
use pum_domain::{InviteId, ProblemCode};
use pum_store::invites::{self as store, Invite};
use pum_store::{Reads, Tx, history};
use serde_json::json;

use super::rules::{self, Edit};
use super::view::{self, InviteView};
use super::{hint, subject, update};
use crate::actor::Actor;
use crate::ctx::Ctx;
use crate::error::{AppError, AppResult};
use crate::idempotency::FirstAnswer;
use crate::random;

/// Writes the answer that a repeated request gets.
pub type AnswerOf<'a> = &'a dyn Fn(&InviteView) -> AppResult<String>;

/// An invite to be.
#[derive(Debug, Clone, Default)]
pub struct NewInvite {
    /// The admin's own path; otherwise a code that nobody can guess.
    pub path: Option<String>,
    /// What it is about. Libraries have to be chosen.
    pub rules: Edit,
}

/// Makes an invite. The answer to a request that carries a key is kept with it.
pub async fn create(
    ctx: &Ctx,
    actor: &Actor,
    new: &NewInvite,
    first: Option<(&FirstAnswer, AnswerOf<'_>)>,
) -> AppResult<InviteView> {
    const CREATED: u16 = 201;
    let tx = ctx.db().begin().await?;
    let view = make(ctx, &tx, actor, new).await?;
    if let Some((first, answer)) = first {
        first.keep(&tx, CREATED, &answer(&view)?).await?;
    }
    tx.commit().await?;
    Ok(view)
}

async fn make(ctx: &Ctx, tx: &Tx, actor: &Actor, new: &NewInvite) -> AppResult<InviteView> {
    if new.rules.libraries.is_none() {
        return Err(AppError::field("/libraries", "required", "choose libraries, or all of them"));
    }
    let code = code(new.path.as_deref())?;
    let now = tx.now().await?;
    let rules = rules::apply(ctx, tx, rules::blank(), &new.rules, Some(now)).await?;
    let id: InviteId = random::id();
    let row = store::NewInvite { id, code, created_by: actor.admin_id(), rules };
    store::create(tx, &row).await.map_err(|error| match error.is_conflict_on("invites.code_key") {
        true => path_taken(),
        false => error.into(),
    })?;
    let invite = store::get(tx, id).await?;
    record(tx, actor, &invite).await?;
    view::show(ctx, tx, invite, now).await
}

fn code(path: Option<&str>) -> AppResult<InviteCode> {
    match path.map(str::trim).filter(|path| !path.is_empty()) {
        Some(path) => {
            InviteCode::parse(path).map_err(|bad| AppError::field("/path", "invalid", bad.to_string()))
        }
        None => Ok(random::invite_code()),
    }
}

fn path_taken() -> AppError {
    let field = rules::field("/path", "invite_path_taken", "another invite has this path; choose another");
    AppError {
        fields: vec![field],
        ..AppError::conflict(
            ProblemCode::InvitePathTaken,
            "Another invite has this path. Choose another one.",
        )
    }
}

async fn record(tx: &Tx, actor: &Actor, invite: &Invite) -> AppResult<()> {
    let mut event = actor.event(EventType::InviteCreated);
    event.invite_id = Some(invite.id);
    event.subject = Some(subject(invite));
    let mut after = update::told(tx, &invite.rules()).await?;
    after.insert("version".to_owned(), json!(invite.version));
    event.after = Some(after.into());
    history::append(tx, event).await?;
    hint(tx, invite.id).await
}
