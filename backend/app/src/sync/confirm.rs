//! An admin confirms removals that the brake has stopped, and they are carried out: each is read again
//! first, and whoever is at Plex after all stays.

use std::collections::HashMap;
use std::time::Duration;

use pum_domain::access::READS_LAG;
use pum_domain::brake::HoldState;
use pum_domain::event::HintKind;
use pum_domain::job::{JobKind, Lane};
use pum_domain::sync::judge::{Look, judge};
use pum_domain::sync::lists::{Doubts, Witness, doubts};
use pum_domain::sync::matching::matches;
use pum_domain::sync::{Departure, Known, Person, SyncProblem, SyncState, Verdict};
use pum_domain::user::UserState;
use pum_domain::{HoldId, ProblemCode, SyncId, UserId};
use pum_store::brake::{self as store, Candidate};
use pum_store::jobs::{self, NewJob, Unique};
use pum_store::syncs::{self, Sync};
use pum_store::{hints, users};
use serde_json::json;

use super::SMALL_BATCH;
use super::departures::remove;
use super::read::{Snapshot, Unread, read};
use super::run::{patience, policy};
use crate::actor::Actor;
use crate::brake::{self, Confirmed};
use crate::clock_guard;
use crate::ctx::Ctx;
use crate::error::{AppError, AppResult};
use crate::jobs::Trouble;
use crate::outcome::{JobInfo, Outcome, backoff};

/// Until it is looked whether the clock has been looked at, or Plex answers again.
const PAUSE: Duration = Duration::from_secs(60);

/// Confirms the removals that a sync has left to an admin: of exactly these people, or not at all.
pub async fn confirm(ctx: &Ctx, id: SyncId, people: &Confirmed, actor: &Actor) -> AppResult<Sync> {
    let tx = ctx.db().begin().await?;
    let sync = syncs::get(&tx, id).await?;
    let waits = sync.state == SyncState::NeedsConfirmation;
    let Some(hold) = sync.hold_id.filter(|_| waits) else {
        tx.rollback().await?;
        let detail = "Nothing of this sync waits for a confirmation (any more).";
        return Err(AppError::conflict(ProblemCode::RemovalsChanged, detail));
    };
    if let Err(refused) = brake::confirm(&tx, hold, people, actor).await {
        tx.rollback().await?;
        return Err(refused);
    }
    let mut job =
        NewJob::new(JobKind::RemoveConfirmed, Lane::Manual, json!({ "hold_id": hold, "sync_id": id }));
    job.unique = Some(Unique::WhileOpen(format!("hold:{hold}")));
    job.subject_id = Some(id.to_string());
    jobs::enqueue(&tx, job).await?;
    hints::leave(&tx, HintKind::Sync, Some(&id.to_string())).await?;
    tx.commit().await?;
    Ok(sync)
}

/// Removes those of the confirmed list who are not at Plex.
pub(crate) async fn remove_confirmed(
    ctx: &Ctx,
    hold: HoldId,
    sync: SyncId,
    info: &JobInfo,
) -> Result<Outcome, Trouble> {
    let held = store::get(&ctx.reader(), hold).await?;
    if held.state != HoldState::Confirmed {
        return Ok(Outcome::Done);
    }
    if !clock_guard::may_take_away(ctx).await? {
        return Ok(Outcome::wait(
            PAUSE,
            "the clock is in doubt: nobody is removed until an admin has looked",
        ));
    }
    let snapshot = match read(ctx, pum_plex::Lane::Manual).await {
        Ok(snapshot) => snapshot,
        Err(unread) => return Ok(not_read(unread, info)),
    };
    let listed = store::listed(&ctx.reader(), hold).await?;
    if is_no_answer(ctx, &snapshot, &listed, sync).await? {
        // They were held by lists with people in them: those without any do not say that they are gone.
        let error = "Plex's lists are empty, which is no answer".to_owned();
        return Ok(Outcome::Again { after: backoff(info.attempt).max(PAUSE), error, spends_attempt: true });
    }
    let witness = snapshot.lengths.witness;
    let since = snapshot.read_at.plus(-READS_LAG);
    let look = Look {
        shelf: &snapshot.shelf,
        policy: policy(ctx).await?,
        read_at: snapshot.read_at,
        // The admin has decided about these.
        doubts: Doubts { witness, ..Doubts::default() },
        patience: patience(ctx).await?,
    };
    let mut left = 0;
    for some in listed.chunks(SMALL_BATCH) {
        let tx = ctx.db().begin().await?;
        let ids: Vec<UserId> = some.iter().map(|one| one.user_id).collect();
        let fresh = users::known_locked(&tx, &ids, since).await?;
        let there: HashMap<usize, &Person> = matches(&fresh, &snapshot.people)
            .into_iter()
            .zip(&snapshot.people)
            .filter_map(|(user, person)| Some((user?, person)))
            .collect();
        let (mut items, mut gone) = (Vec::new(), Vec::new());
        for (index, known) in fresh.iter().enumerate() {
            let person = there.get(&index).copied();
            let departure = match judge(known, person, &look).verdict {
                Verdict::Gone(Departure::Unanswered) => Some(Departure::Unanswered),
                _ if known.busy || person.is_some_and(|one| one.belongs_here() || one.doubtful) => {
                    users::note_found(&tx, &[known.id]).await?;
                    continue;
                }
                _ => departure(known, person.is_some() || witness != Witness::People),
            };
            let Some(departure) = departure else { continue };
            items.push(remove(&tx, ctx, known, departure, snapshot.read_at).await?);
            gone.push(Candidate {
                user_id: known.id,
                name: known.username.clone(),
                reason: departure.reason(),
            });
        }
        brake::confirmed(&tx, &held, &gone).await?;
        syncs::add_items(&tx, sync, &items).await?;
        left += i32::try_from(gone.len()).unwrap_or(0);
        hints::leave(&tx, HintKind::Users, None).await?;
        tx.commit().await?;
    }
    let tx = ctx.db().begin().await?;
    syncs::settle(&tx, hold, left).await?;
    hints::leave(&tx, HintKind::Sync, Some(&sync.to_string())).await?;
    tx.commit().await?;
    tracing::info!(sync.id = %sync, left, "confirmed removals are carried out");
    Ok(Outcome::Done)
}

/// What is confirmed waits until it can be read; what keeps Plex from answering for good is for an admin to see.
fn not_read(unread: Unread, info: &JobInfo) -> Outcome {
    match (unread.blocked_on, unread.passing) {
        (Some(on), _) => Outcome::Blocked { on },
        (None, Some(error)) => {
            let after = error.retry_after().unwrap_or_default().max(PAUSE);
            Outcome::wait(after, &error.to_string())
        }
        (None, None) => {
            let after = backoff(info.attempt).max(PAUSE);
            Outcome::Again { after, error: unread.detail, spends_attempt: true }
        }
    }
}

/// Whether a list is empty now that was not when these people were held.
async fn is_no_answer(ctx: &Ctx, snapshot: &Snapshot, listed: &[Candidate], sync: SyncId) -> AppResult<bool> {
    if syncs::get(&ctx.reader(), sync).await?.problem == Some(SyncProblem::ListEmptied) {
        return Ok(false);
    }
    let known = users::known(&ctx.reader(), snapshot.read_at).await?;
    let now = doubts(snapshot.lengths, &known, &snapshot.people);
    let waits =
        |one: &Known| one.state == UserState::Pending && listed.iter().any(|listed| listed.user_id == one.id);
    Ok(now.emptied || (now.no_invitations && known.iter().any(waits)))
}

/// `listed`: they are among the owner's people, or nothing says that they are not.
fn departure(known: &Known, listed: bool) -> Option<Departure> {
    match known.state {
        UserState::Active if listed => Some(Departure::Unshared),
        UserState::Active => Some(Departure::Left),
        UserState::Pending => Some(Departure::InvitationGone),
        UserState::Suspended | UserState::Removed => None,
    }
}
