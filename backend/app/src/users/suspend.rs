//! Suspending: the libraries are taken away, the person and their settings stay; and giving them back.

use pum_domain::access::{ChangeCause, ChangeState};
use pum_domain::event::EventType;
use pum_domain::job::Lane;
use pum_domain::user::{Becomes, UserState};
use pum_domain::{ProblemCode, UserId};
use pum_store::access_changes::{self, Change};
use pum_store::users::{self as store, User};
use pum_store::{Reads, Tx, purge};
use serde_json::json;

use super::remove::removal_of;
use super::restore::give_back;
use super::view::{self, UserView};
use super::{is_about_to_go, is_removed, refuse_untouchable, tell};
use crate::access::{self, TakeAway};
use crate::actor::Actor;
use crate::ctx::Ctx;
use crate::error::{AppError, AppResult};

/// Takes a user's libraries away until [`resume`].
pub async fn suspend(ctx: &Ctx, actor: &Actor, id: UserId) -> AppResult<UserView> {
    let tx = ctx.db().begin().await?;
    suspend_in(&tx, actor, id).await?;
    let view = view::show(&tx, id).await?;
    tx.commit().await?;
    Ok(view)
}

/// [`suspend`] in a transaction of the caller's. False: it is so already, or under way.
pub async fn suspend_in(tx: &Tx, actor: &Actor, id: UserId) -> AppResult<bool> {
    store::lock(tx, id).await?;
    let user = store::get(tx, id).await?;
    refuse_untouchable(tx, &user).await?;
    match user.state {
        UserState::Removed => return Err(is_removed()),
        UserState::Pending => {
            let detail = "This person has not accepted the invitation yet. Remove them to withdraw it.";
            return Err(AppError::conflict(ProblemCode::Conflict, detail));
        }
        UserState::Active | UserState::Suspended => {}
    }
    if removal_of(tx, &user).await?.is_some() {
        return Err(is_about_to_go());
    }
    let under_way = suspension_of(tx, &user).await?;
    let gives_back = open(tx, id).await?.is_some_and(|change| change.becomes.is_none());
    if (user.state == UserState::Suspended && !gives_back)
        || under_way.is_some_and(|change| change.state == ChangeState::Requested)
    {
        return Ok(false);
    }
    let wish = TakeAway {
        user_id: id,
        becomes: Becomes::Suspended,
        cause: ChangeCause::Admin,
        end_friendship: false,
        not_before: None,
        due_since: None,
        lane: Lane::Manual,
    };
    access::take_away(tx, wish).await?;
    let mut event = actor.event(EventType::UserSuspended);
    event.before = Some(json!({ "access": user.wanted }));
    event.after = Some(json!({ "state": "suspended", "version": store::get(tx, id).await?.version }));
    tell(tx, &user, event).await?;
    Ok(true)
}

/// Gives a suspended user the same libraries back.
pub async fn resume(ctx: &Ctx, actor: &Actor, id: UserId) -> AppResult<UserView> {
    let tx = ctx.db().begin().await?;
    resume_in(&tx, actor, id).await?;
    let view = view::show(&tx, id).await?;
    tx.commit().await?;
    Ok(view)
}

/// [`resume`] in a transaction of the caller's. False: it is under way.
pub async fn resume_in(tx: &Tx, actor: &Actor, id: UserId) -> AppResult<bool> {
    store::lock(tx, id).await?;
    let user = store::get(tx, id).await?;
    if user.state == UserState::Removed {
        return Err(is_removed());
    }
    if removal_of(tx, &user).await?.is_some() {
        return Err(is_about_to_go());
    }
    let under_way = suspension_of(tx, &user).await?.is_some();
    if user.state != UserState::Suspended && !under_way {
        let detail = "This person is not suspended.";
        return Err(AppError::conflict(ProblemCode::Conflict, detail));
    }
    let returning = open(tx, id).await?.filter(|change| change.becomes.is_none());
    if returning.is_some_and(|change| change.state == ChangeState::Requested) {
        return Ok(false);
    }
    give_back(tx, &user).await?;
    purge::begin_anew(tx, id).await?;
    let after = store::get(tx, id).await?;
    let mut event = actor.event(EventType::UserResumed);
    event.before = Some(json!({ "state": user.state, "access": user.wanted, "version": user.version }));
    event.after = Some(json!({ "state": "active", "access": after.wanted, "version": after.version }));
    tell(tx, &user, event).await?;
    Ok(true)
}

/// The suspension of this person that is asked for or has failed.
async fn suspension_of(db: &impl Reads, user: &User) -> AppResult<Option<Change>> {
    Ok(open(db, user.id).await?.filter(|change| change.becomes == Some(Becomes::Suspended)))
}

async fn open(db: &impl Reads, id: UserId) -> AppResult<Option<Change>> {
    Ok(access_changes::open_of(db, &[id]).await?.pop())
}
