//! Writing down who is gone, as far as the brake admits it. Nothing is sent to Plex where there is nothing
//! left to take away.

use pum_domain::Instant;
use pum_domain::UserId;
use pum_domain::access::{ChangeCause, WantedAccess};
use pum_domain::brake::RemovalSource;
use pum_domain::event::{EventType, HintKind};
use pum_domain::job::Lane;
use pum_domain::sync::judge::judge;
use pum_domain::sync::{
    Departure, DriftKind, FieldChange, Known, Person, SyncItemKind, SyncProblem, Verdict,
};
use pum_domain::user::UserState;
use pum_store::brake::Candidate;
use pum_store::syncs::Item;
use pum_store::{Tx, access_changes, hints, history, users};
use serde_json::json;

use super::record::Recording;
use super::run::note_items;
use super::{BATCH, SMALL_BATCH};
use crate::access::{Request, observation_of, remove_invited, request};
use crate::actor::Actor;
use crate::brake;
use crate::ctx::Ctx;
use crate::error::AppResult;

/// Removes those who were not there at two looks, as far as the brake admits it. False: it does not,
/// and whoever was not removed yet is still there.
pub(super) async fn leave(
    recording: &Recording<'_>,
    people: &[Person],
    gone: &[(Candidate, Option<usize>)],
) -> AppResult<bool> {
    for some in gone.chunks(SMALL_BATCH) {
        let tx = recording.ctx.db().begin().await?;
        let ids: Vec<UserId> = some.iter().map(|(one, _)| one.user_id).collect();
        let fresh = users::known_locked(&tx, &ids, recording.since).await?;
        let mut leaving = Vec::new();
        for (candidate, place) in some {
            let Some(known) = fresh.iter().find(|known| known.id == candidate.user_id) else { continue };
            let person = place.and_then(|index| people.get(index));
            if let Verdict::Gone(departure) = judge(known, person, &recording.look).verdict {
                leaving.push((known, departure, candidate.clone()));
            }
        }
        let candidates: Vec<Candidate> = leaving.iter().map(|(_, _, candidate)| candidate.clone()).collect();
        if !brake::admit(&tx, RemovalSource::Sync, &candidates).await? {
            tx.rollback().await?;
            return Ok(false);
        }
        let mut items = Vec::new();
        for (known, departure, _) in leaving {
            items.push(remove(&tx, recording.ctx, known, departure, recording.look.read_at).await?);
        }
        note_items(&tx, recording.sync, &items).await?;
        hints::leave(&tx, HintKind::Users, None).await?;
        tx.commit().await?;
    }
    Ok(true)
}

/// Makes a tombstone, takes the access of somebody who is still among the owner's people, or has an
/// invitation withdrawn.
pub(super) async fn remove(
    tx: &Tx,
    ctx: &Ctx,
    known: &Known,
    departure: Departure,
    read_at: Instant,
) -> AppResult<Item> {
    let nothing = observation_of(None, read_at);
    let mut event = Actor::system().event(EventType::UserLeft);
    event.user_id = Some(known.id);
    event.reason = Some(departure.reason().to_string());
    event.before = Some(json!({ "state": known.state, "access": known.wanted }));
    if matches!(departure, Departure::Left | Departure::InvitationGone)
        && access_changes::give_up(tx, known.id).await?
    {
        hints::leave(tx, HintKind::Changes, None).await?;
    }
    let state = match departure {
        Departure::Left => {
            // What they had is kept for a way back.
            users::want(tx, known.id, &WantedAccess::Nothing).await?;
            users::note_left(tx, known.id, departure.reason(), &nothing).await?;
            history::append(tx, event).await?;
            UserState::Removed
        }
        Departure::InvitationGone => {
            users::want(tx, known.id, &WantedAccess::Nothing).await?;
            users::note_left(tx, known.id, departure.reason(), &nothing).await?;
            match access_changes::latest_of(tx, known.id).await? {
                Some(latest) => remove_invited(tx, ctx, &latest).await?,
                None => {
                    event.event = EventType::UserRemoved;
                    history::append(tx, event).await?;
                }
            }
            UserState::Removed
        }
        Departure::Unanswered => {
            // Withdrawn by a change like any other: they are a tombstone once Plex shows that it is so.
            let redemption_id =
                access_changes::latest_of(tx, known.id).await?.and_then(|one| one.redemption_id);
            let wanted = &WantedAccess::Nothing;
            let cause = ChangeCause::InvitationGone;
            let lane = Lane::Automatic;
            request(tx, Request { user_id: known.id, wanted, cause, redemption_id, lane }).await?;
            UserState::Removed
        }
        Departure::Unshared => {
            users::want(tx, known.id, &WantedAccess::Nothing).await?;
            users::observe(tx, known.id, &nothing).await?;
            users::set_state(tx, known.id, UserState::Suspended, None).await?;
            users::note_found(tx, &[known.id]).await?;
            event.event = EventType::UserAccessAdopted;
            event.reason = Some(DriftKind::NoShare.to_string());
            event.after = Some(json!({ "state": UserState::Suspended, "access": WantedAccess::Nothing }));
            history::append(tx, event).await?;
            UserState::Suspended
        }
    };
    let change = FieldChange::of("state", known.state.as_str(), state.as_str());
    let left = state == UserState::Removed;
    Ok(Item {
        kind: if left { SyncItemKind::Left } else { SyncItemKind::Updated },
        user_id: Some(known.id),
        name: known.username.clone(),
        changes: change.into_iter().collect(),
        reason: Some(if left { departure.reason().to_string() } else { DriftKind::NoShare.to_string() }),
        detail: None,
    })
}

/// Tells of people who would have been removed, and were not.
pub(super) async fn not_removed(
    recording: &Recording<'_>,
    candidates: &[Candidate],
    why: SyncProblem,
) -> AppResult<()> {
    for some in candidates.chunks(BATCH) {
        let items: Vec<Item> = some
            .iter()
            .map(|one| Item {
                kind: SyncItemKind::Missing,
                user_id: Some(one.user_id),
                name: one.name.clone(),
                changes: Vec::new(),
                reason: Some(why.to_string()),
                detail: None,
            })
            .collect();
        let tx = recording.ctx.db().begin().await?;
        note_items(&tx, recording.sync, &items).await?;
        tx.commit().await?;
    }
    Ok(())
}
