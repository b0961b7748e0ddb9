//! Stopping a stream: asked for here, done by a job. What came of it the next look shows.

use pum_domain::event::{EventType, HintKind};
use pum_domain::job::{JobKind, Lane};
use pum_domain::settings::SettingKey;
use pum_domain::stream::four_k::{self, Verdict};
use pum_domain::stream::stopping::{CannotStop, can_stop};
use pum_domain::{ProblemCode, StreamId};
use pum_plex::{PlexError, StopOutcome};
use pum_store::history::Subject;
use pum_store::jobs::{self, NewJob, Unique};
use pum_store::streams::{self, Stream};
use pum_store::{Reads, StoreError, Tx, hints, history, watching};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::actor::Actor;
use crate::ctx::Ctx;
use crate::error::{AppError, AppResult};
use crate::jobs::Trouble;
use crate::outcome::Outcome;
use crate::plex_server::{self, NotReady, connected_server, verify_identity};

/// The longest message to a viewer, in characters.
pub const LONGEST_MESSAGE: usize = 200;

/// What the job is told.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Payload {
    stream_id: StreamId,
    actor: Actor,
}

/// Asks for a stream's end. Asking twice is asking once.
pub async fn request(ctx: &Ctx, actor: &Actor, id: StreamId, message: Option<&str>) -> AppResult<()> {
    let message = message.map(str::trim).filter(|message| !message.is_empty());
    if message.is_some_and(|message| message.chars().count() > LONGEST_MESSAGE) {
        let detail = format!("use at most {LONGEST_MESSAGE} characters");
        return Err(AppError::field("/message", "too_long", detail));
    }
    let tx = ctx.db().begin().await?;
    let stream = streams::get(&tx, id).await?;
    if stream.ended_at.is_some() {
        let detail = "This stream has ended already.";
        return Err(AppError::conflict(ProblemCode::StreamEnded, detail));
    }
    let may_stop = watching::get(&tx).await?.and_then(|watching| watching.may_stop);
    can_stop(stream.delivery.session_id.as_deref(), may_stop).map_err(refusal)?;
    if stream.stop_requested_at.is_none() {
        let said = message.unwrap_or_else(|| usual_message(ctx));
        ask(&tx, actor, &stream, said, None).await?;
    }
    Ok(tx.commit().await?)
}

fn refusal(reason: CannotStop) -> AppError {
    match reason {
        CannotStop::PlexPassMissing => AppError::conflict(
            ProblemCode::PlexPassMissing,
            "Stopping streams takes a Plex Pass on the account of the server's owner.",
        ),
        CannotStop::NoSessionId => AppError::conflict(
            ProblemCode::NoSessionId,
            "This player gives the server no id to stop it by. Ask the viewer to stop, or stop it there.",
        ),
    }
}

/// What a viewer reads when the admin says nothing.
fn usual_message(ctx: &Ctx) -> &'static str {
    match language(ctx).as_str() {
        "de" => "Die Wiedergabe wurde vom Besitzer des Servers beendet.",
        _ => "The owner of this server has stopped this stream.",
    }
}

fn language(ctx: &Ctx) -> String {
    ctx.setting(SettingKey::Language).unwrap_or_default()
}

/// What the rule on 4K wants with a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stop {
    /// To be stopped.
    Now,
    /// To be stopped, but nobody can.
    Cannot(CannotStop),
}

impl Stop {
    /// What a verdict asks for. That nobody can is told once.
    pub(crate) fn of(verdict: Verdict, looks: i32) -> Option<Self> {
        match verdict {
            // Where it comes to nothing it is tried again, ever more seldom.
            Verdict::Stop if looks.cast_unsigned().is_power_of_two() => Some(Self::Now),
            Verdict::Helpless(reason) if looks == 2 => Some(Self::Cannot(reason)),
            _ => None,
        }
    }
}

/// The reason that the history gives for what the rule does.
const FOUR_K: &str = "four_k_transcode";

/// Does what the rule on 4K wants, in the transaction of the look that has found it.
pub(crate) async fn by_rule(ctx: &Ctx, tx: &Tx, stream: &Stream, stop: Stop) -> AppResult<()> {
    match stop {
        Stop::Now => {
            let message = four_k::message(&language(ctx));
            ask(tx, &Actor::system(), stream, message, Some(FOUR_K)).await
        }
        Stop::Cannot(reason) => failed(tx, stream, reason.as_str()).await,
    }
}

async fn ask(tx: &Tx, actor: &Actor, stream: &Stream, message: &str, reason: Option<&str>) -> AppResult<()> {
    let now = tx.now().await?;
    if !streams::note_stop(tx, stream.id, Some(now), Some(message)).await? {
        return Ok(());
    }
    let payload = json!(Payload { stream_id: stream.id, actor: actor.clone() });
    let mut job = NewJob::new(JobKind::StopStream, Lane::Interactive, payload);
    job.unique = Some(Unique::WhileOpen(format!("stop_stream:{}", stream.id)));
    job.subject_id = Some(stream.id.to_string());
    job.max_attempts = 4;
    jobs::enqueue(tx, job).await?;
    let mut event = actor.event(EventType::StreamStopRequested);
    event.user_id = stream.user_id;
    event.subject = Some(subject(stream));
    event.reason = reason.map(str::to_owned);
    event.after = Some(json!({ "message": message }));
    history::append(tx, event).await?;
    hints::leave(tx, HintKind::Streams, Some(&stream.id.to_string())).await?;
    Ok(())
}

/// Records that a stream could not be stopped, and why.
pub(crate) async fn failed(tx: &Tx, stream: &Stream, reason: &str) -> AppResult<()> {
    let mut event = Actor::system().event(EventType::StreamStopFailed);
    event.user_id = stream.user_id;
    event.subject = Some(subject(stream));
    event.reason = Some(reason.to_owned());
    history::append(tx, event).await?;
    hints::leave(tx, HintKind::Streams, Some(&stream.id.to_string())).await?;
    Ok(())
}

fn subject(stream: &Stream) -> Subject {
    let title = match &stream.item.grandparent_title {
        Some(show) => format!("{show}: {}", stream.item.title),
        None => stream.item.title.clone(),
    };
    Subject { kind: "stream".to_owned(), id: Some(stream.id.to_string()), name: Some(title) }
}

/// Stops it, in the job. The stream ends when a look no longer shows it.
pub(crate) async fn carry_out(ctx: &Ctx, payload: Payload) -> Result<Outcome, Trouble> {
    let stream = match streams::get(&ctx.reader(), payload.stream_id).await {
        Err(StoreError::NotFound { .. }) => return Ok(Outcome::Done),
        stream => stream?,
    };
    if stream.ended_at.is_some() || stream.stop_requested_at.is_none() {
        return Ok(Outcome::Done);
    }
    let server = connected_server(ctx).await?;
    if server.machine_identifier != stream.machine_identifier {
        give_up(ctx, &stream, "other_server").await?;
        return Ok(Outcome::Done);
    }
    let media_server = verify_identity(ctx, &server).await?;
    let session_id = stream.delivery.session_id.as_deref().unwrap_or_default();
    let message = stream.stop_message.as_deref().unwrap_or_default();
    ctx.hooks().at("stop_stream.before_call").await;
    let outcome = match media_server.stop_stream(&server.token, session_id, message).await {
        Err(PlexError::Unauthorized) => {
            let reason = match plex_server::refused_by_server(ctx, &server).await {
                NotReady::Unanswered(error) => error.code(),
                NotReady::Failed(error) => return Err(error.into()),
                _ => PlexError::Unauthorized.code(),
            };
            give_up(ctx, &stream, reason).await?;
            return Ok(Outcome::Done);
        }
        Err(error @ PlexError::Forbidden) => {
            give_up(ctx, &stream, error.code()).await?;
            return Ok(Outcome::Done);
        }
        outcome => outcome?,
    };
    match outcome {
        StopOutcome::Done | StopOutcome::NoSuchSession => {
            let tx = ctx.db().begin().await?;
            let mut event = payload.actor.event(EventType::StreamStopped);
            event.user_id = stream.user_id;
            event.subject = Some(subject(&stream));
            history::append(&tx, event).await?;
            hints::leave(&tx, HintKind::Streams, Some(&stream.id.to_string())).await?;
            tx.commit().await?;
        }
        StopOutcome::PlexPassMissing => {
            let tx = ctx.db().begin().await?;
            watching::note_may_stop(&tx, Some(false)).await?;
            tx.commit().await?;
            give_up(ctx, &stream, CannotStop::PlexPassMissing.as_str()).await?;
        }
        StopOutcome::NoSessionId => give_up(ctx, &stream, CannotStop::NoSessionId.as_str()).await?,
    }
    Ok(Outcome::Done)
}

/// The job has died: the stream goes on, and may be stopped by another try.
pub(crate) async fn buried(tx: &Tx, payload: Payload) -> AppResult<()> {
    let stream = match streams::get(tx, payload.stream_id).await {
        Err(StoreError::NotFound { .. }) => return Ok(()),
        stream => stream?,
    };
    if streams::note_stop(tx, stream.id, None, None).await? {
        failed(tx, &stream, "unreachable").await?;
    }
    Ok(())
}

async fn give_up(ctx: &Ctx, stream: &Stream, reason: &str) -> AppResult<()> {
    let tx = ctx.db().begin().await?;
    if streams::note_stop(&tx, stream.id, None, None).await? {
        failed(&tx, stream, reason).await?;
    }
    Ok(tx.commit().await?)
}
