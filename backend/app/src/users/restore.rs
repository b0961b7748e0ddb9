//! Taking a removal back: without a trace while it has not begun, otherwise by giving the same access again.

use pum_domain::access::{ChangeCause, ChangeState, WantedAccess};
use pum_domain::event::EventType;
use pum_domain::invite::LibraryChoice;
use pum_domain::job::Lane;
use pum_domain::user::{Becomes, UserState};
use pum_domain::{ProblemCode, UserId};
use pum_store::access_changes::Change;
use pum_store::users::{self as store, User};
use pum_store::{Reads, Tx, access_changes, libraries, purge};
use serde_json::json;

use super::remove::removal_of;
use super::view::{self, UserView};
use super::{is_blocked, tell};
use crate::access::{self, Request, TakeAway};
use crate::actor::Actor;
use crate::ctx::Ctx;
use crate::error::{AppError, AppResult};

/// Takes a removal back. True beside the user: a job gives access again; false: nothing had happened yet.
pub async fn restore(ctx: &Ctx, actor: &Actor, id: UserId) -> AppResult<(UserView, bool)> {
    let tx = ctx.db().begin().await?;
    let requested = restore_in(&tx, actor, id).await?;
    let view = view::show(&tx, id).await?;
    tx.commit().await?;
    Ok((view, requested))
}

/// [`restore`] in a transaction of the caller's.
pub async fn restore_in(tx: &Tx, actor: &Actor, id: UserId) -> AppResult<bool> {
    store::lock(tx, id).await?;
    let user = store::get(tx, id).await?;
    purge::begin_anew(tx, id).await?;
    if access_changes::cancel_planned(tx, id).await? {
        tell(tx, &user, actor.event(EventType::UserRemovalUndone)).await?;
        return Ok(false);
    }
    if user.blocked {
        return Err(is_blocked());
    }
    if user.state == UserState::Removed {
        give_back(tx, &user).await?;
        store::set_state(tx, id, UserState::Pending, None).await?;
    } else if let Some(removal) = removal_of(tx, &user).await? {
        turn_round(tx, &user, &removal).await?;
    } else {
        let detail = "This person has not been removed.";
        return Err(AppError::conflict(ProblemCode::Conflict, detail));
    }
    let after = store::get(tx, id).await?;
    let mut event = actor.event(EventType::UserRestored);
    event.before = Some(json!({ "state": user.state, "removed_reason": user.removed_reason }));
    event.after = Some(json!({ "state": after.state, "access": after.wanted, "version": after.version }));
    tell(tx, &user, event).await?;
    Ok(true)
}

/// Access that has run out is not given back.
async fn refuse_expired(tx: &Tx, user: &User) -> AppResult<()> {
    let now = tx.now().await?;
    if user.access_expires_at.is_some_and(|end| end <= now) {
        let detail = "This person's access has run out. Give it a later end, or none, then try again.";
        return Err(AppError::refused(ProblemCode::AccessExpired, detail));
    }
    Ok(())
}

/// A removal that has begun is not wanted any more: whoever was suspended, or was to be, stays so; everybody else has
/// again what they had.
pub(super) async fn turn_round(tx: &Tx, user: &User, removal: &Change) -> AppResult<()> {
    // One that was carried out shows in their state.
    let was_asked_for = access_changes::before_removal(tx, removal).await?.is_some_and(|change| {
        change.becomes == Some(Becomes::Suspended) && change.state != ChangeState::Applied
    });
    if user.state != UserState::Suspended && !was_asked_for {
        return give_back(tx, user).await;
    }
    let wish = TakeAway {
        user_id: user.id,
        becomes: Becomes::Suspended,
        cause: ChangeCause::Admin,
        end_friendship: false,
        not_before: None,
        due_since: None,
        lane: Lane::Manual,
    };
    access::take_away(tx, wish).await?;
    Ok(())
}

/// What they had is wanted again: the libraries of it that are still there.
pub(super) async fn give_back(tx: &Tx, user: &User) -> AppResult<()> {
    refuse_expired(tx, user).await?;
    let had = match (&user.wanted, &user.kept) {
        (granted @ WantedAccess::Granted { .. }, _) => Some(granted),
        (WantedAccess::Nothing, kept) => kept.as_ref(),
    };
    let Some(WantedAccess::Granted { libraries, allow_downloads }) = had else {
        let detail = "PUM does not know what this person had. Choose libraries for them first.";
        return Err(AppError::refused(ProblemCode::NothingToRestore, detail));
    };
    let wanted = WantedAccess::Granted {
        libraries: still_there(tx, libraries).await?,
        allow_downloads: *allow_downloads,
    };
    let request = Request {
        user_id: user.id,
        wanted: &wanted,
        cause: ChangeCause::Admin,
        redemption_id: None,
        lane: Lane::Manual,
    };
    access::request(tx, request).await?;
    Ok(())
}

async fn still_there(db: &impl Reads, choice: &LibraryChoice) -> AppResult<LibraryChoice> {
    let LibraryChoice::Some(ids) = choice else { return Ok(LibraryChoice::All) };
    let known = libraries::by_ids(db, ids).await?;
    let left: Vec<_> =
        known.into_iter().filter(|library| library.vanished_at.is_none()).map(|library| library.id).collect();
    if left.is_empty() {
        let detail =
            "None of the libraries that this person had exists any more. Choose others for them first.";
        return Err(AppError::refused(ProblemCode::LibraryUnknown, detail));
    }
    Ok(LibraryChoice::Some(left))
}
