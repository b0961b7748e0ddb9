//! An admin's word about a difference between Plex and what is wanted.

use std::collections::BTreeSet;

use pum_domain::access::{ChangeCause, ShareSeen, WantedAccess};
use pum_domain::event::{EventType, HintKind};
use pum_domain::job::Lane;
use pum_domain::sync::{DriftKind, Known, Shelf};
use pum_domain::user::UserState;
use pum_domain::{Instant, ProblemCode, UserId};
use pum_store::{Reads, Tx, hints, history, libraries, plex_server, users};
use serde_json::json;

use super::record::waits_by_hand;
use crate::access::{Request, request};
use crate::actor::Actor;
use crate::ctx::Ctx;
use crate::error::{AppError, AppResult};

pum_domain::catalogue! {
    /// What an admin decides.
    pub enum Decision {
        /// What Plex shows is wanted from now on.
        Accept = "accept",
        /// What is wanted is made true again.
        Reapply = "reapply",
    }
}

/// Settles a difference. Accepting changes nothing at Plex; applying again is a change like any other. True: a
/// job carries it out.
pub async fn settle(ctx: &Ctx, id: UserId, decision: Decision, actor: &Actor) -> AppResult<bool> {
    let tx = ctx.db().begin().await?;
    match settle_in(&tx, id, decision, actor).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(decision == Decision::Reapply)
        }
        Err(refused) => {
            tx.rollback().await?;
            Err(refused)
        }
    }
}

async fn settle_in(tx: &Tx, id: UserId, decision: Decision, actor: &Actor) -> AppResult<()> {
    let known = users::known_locked(tx, &[id], Instant(i64::MAX)).await?.pop();
    let known = known.ok_or_else(|| AppError::not_found("user"))?;
    let Some(kind) = known.drift.filter(|_| !known.busy) else {
        let detail = "Plex shows what is wanted for this person, or a change is under way. There is nothing to decide.";
        return Err(AppError::conflict(ProblemCode::NoDrift, detail));
    };
    let mut event = match decision {
        Decision::Accept => {
            let wanted = accept(tx, &known, kind).await?;
            let mut event = actor.event(EventType::UserAccessAdopted);
            event.before = Some(json!({ "state": known.state, "access": known.wanted }));
            event.after = Some(json!({ "access": wanted }));
            event
        }
        Decision::Reapply => {
            let wanted = match known.state {
                UserState::Active | UserState::Pending => known.wanted.clone(),
                UserState::Suspended | UserState::Removed => WantedAccess::Nothing,
            };
            if wanted == WantedAccess::Nothing && known.home {
                let detail = "A member of the Home has access without a share. Take them out of the Home at Plex first.";
                return Err(AppError::refused(ProblemCode::HomeMember, detail));
            }
            let lane = Lane::Manual;
            let cause = ChangeCause::Drift;
            request(tx, Request { user_id: id, wanted: &wanted, cause, redemption_id: None, lane }).await?;
            let mut event = actor.event(EventType::UserAccessRequested);
            event.after = Some(json!({ "access": wanted }));
            event
        }
    };
    event.user_id = Some(id);
    event.reason = Some(kind.to_string());
    history::append(tx, event).await?;
    hints::leave(tx, HintKind::Users, Some(&id.to_string())).await?;
    Ok(())
}

/// What Plex showed last is wanted from now on.
async fn accept(tx: &Tx, known: &Known, kind: DriftKind) -> AppResult<WantedAccess> {
    let shown = shown(tx, known).await?;
    users::note_decision(tx, known.id, &pum_domain::sync::Withheld::default(), false).await?;
    users::want(tx, known.id, &shown).await?;
    let now = tx.now().await?;
    let waits = known.last_seen.as_ref().is_some_and(|seen| seen.pending);
    match (kind, known.state) {
        (DriftKind::NoShare, UserState::Active) => {
            users::set_state(tx, known.id, UserState::Suspended, None).await?;
        }
        (_, UserState::Removed | UserState::Suspended) if waits => {
            users::forget_past_end(tx, known.id).await?;
            waits_by_hand(tx, known.id).await?;
        }
        (_, UserState::Removed | UserState::Suspended) => {
            let user = users::get(tx, known.id).await?;
            let expires = user.access_expires_at.filter(|end| *end > now);
            users::note_membership(tx, known.id, now, expires).await?;
            users::set_state(tx, known.id, UserState::Active, None).await?;
        }
        _ => {}
    }
    Ok(shown)
}

async fn shown(tx: &Tx, known: &Known) -> AppResult<WantedAccess> {
    let Some(seen) = &known.last_seen else { return Ok(WantedAccess::Nothing) };
    let libraries = match plex_server::get(tx).await? {
        Some(server) => libraries::of_server(tx, &server.machine_identifier).await?,
        None => Vec::new(),
    };
    let both: Vec<_> = libraries.iter().filter_map(|one| Some((one.id, one.section_id?))).collect();
    let every: BTreeSet<i64> = both.iter().map(|(_, section)| *section).collect();
    let downloads = users::observed_downloads(tx, known.id).await?;
    let share = ShareSeen {
        share_id: 0,
        accepted: !seen.pending,
        all_libraries: seen.all,
        sections: seen.sections.clone(),
        libraries_known: true,
        allow_downloads: downloads,
    };
    let shown = Shelf::new(every, both).as_shown(&share, &known.wanted);
    Ok(shown.ok().flatten().unwrap_or(WantedAccess::Nothing))
}
