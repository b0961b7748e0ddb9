//! Asks for a fresh reading of the libraries, by a job.

use pum_domain::event::{EventType, HintKind};
use pum_domain::job::{JobKind, Lane};
use pum_store::jobs::{self, NewJob, Unique};
use pum_store::{Tx, hints, history};
use serde_json::json;

use crate::actor::Actor;
use crate::ctx::Ctx;
use crate::error::AppResult;
use crate::plex_server::{self, NotReady};

/// Has the libraries read again because somebody asked. One job at a time: asking twice is asking once.
pub async fn request_refresh(ctx: &Ctx, actor: &Actor) -> AppResult<()> {
    let tx = ctx.db().begin().await?;
    let Some(subject) = plex_server::subject(&tx).await? else {
        return Err(NotReady::NotConnected.into());
    };
    if enqueue_refresh(&tx, Lane::Manual).await? {
        let mut event = actor.event(EventType::LibrariesRefreshed);
        event.subject = Some(subject);
        history::append(&tx, event).await?;
        hints::leave(&tx, HintKind::Jobs, None).await?;
    }
    Ok(tx.commit().await?)
}

/// Has the libraries read once `tx` is committed. False: that is under way already.
pub async fn enqueue_refresh(tx: &Tx, lane: Lane) -> AppResult<bool> {
    let mut job = NewJob::new(JobKind::RefreshLibraries, lane, json!({}));
    job.unique = Some(Unique::WhileOpen(JobKind::RefreshLibraries.to_string()));
    Ok(jobs::enqueue(tx, job).await?.created)
}
