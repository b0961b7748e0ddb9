//! Removing a user: this server's share ends, the person stays as a tombstone.

use pum_domain::UserId;
use pum_domain::access::{ChangeCause, ChangeState};
use pum_domain::event::EventType;
use pum_domain::job::Lane;
use pum_domain::user::{Becomes, RemovedReason, TIME_TO_UNDO, UserState};
use pum_store::access_changes::{self, Change};
use pum_store::users::{self as store, User};
use pum_store::{Reads, Tx};
use serde_json::json;

use super::view::{self, UserView};
use super::{is_removed, refuse_untouchable, tell};
use crate::access::{self, TakeAway};
use crate::actor::Actor;
use crate::ctx::Ctx;
use crate::error::AppResult;

/// What becomes of the friendship at Plex.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Friendship {
    /// It stays: then access can come back at once.
    #[default]
    Keep,
    /// It ends, and with it every share of the owner's other servers.
    End,
}

/// How somebody is removed.
#[derive(Debug, Clone, Copy)]
pub struct Removal {
    /// Why, on the tombstone.
    pub reason: RemovedReason,
    /// What brings it about.
    pub cause: ChangeCause,
    /// What becomes of the friendship.
    pub friendship: Friendship,
    /// Begin only when there has been time to take it back.
    pub with_undo: bool,
    /// How urgent it is.
    pub lane: Lane,
}

impl Removal {
    /// As an admin does it.
    pub const fn by_admin(friendship: Friendship) -> Self {
        Self {
            reason: RemovedReason::ByAdmin,
            cause: ChangeCause::Admin,
            friendship,
            with_undo: true,
            lane: Lane::Manual,
        }
    }
}

/// Removes a user. It begins a little later; until then [`super::restore`] takes it back.
pub async fn remove(ctx: &Ctx, actor: &Actor, id: UserId, friendship: Friendship) -> AppResult<UserView> {
    let tx = ctx.db().begin().await?;
    remove_in(&tx, actor, id, Removal::by_admin(friendship)).await?;
    let view = view::show(&tx, id).await?;
    tx.commit().await?;
    Ok(view)
}

/// [`remove`] in a transaction of the caller's, for whatever cause. False: it was under way already.
pub async fn remove_in(tx: &Tx, actor: &Actor, id: UserId, removal: Removal) -> AppResult<bool> {
    store::lock(tx, id).await?;
    let user = store::get(tx, id).await?;
    refuse_untouchable(tx, &user).await?;
    if user.state == UserState::Removed {
        return Err(is_removed());
    }
    let ends_friendship = removal.friendship == Friendship::End;
    if let Some(under_way) = removal_of(tx, &user).await? {
        let same = under_way.end_friendship == ends_friendship;
        let covers = under_way.state == ChangeState::Planned && removal.with_undo;
        if same && (covers || under_way.state == ChangeState::Requested) {
            return Ok(false);
        }
        // A plan gives way to one that asks for more, or that has no time to wait.
        access_changes::cancel_planned(tx, id).await?;
    }
    let not_before = match removal.with_undo {
        true => Some(tx.now().await?.plus(TIME_TO_UNDO)),
        false => None,
    };
    let wish = TakeAway {
        user_id: id,
        becomes: Becomes::Removed(removal.reason),
        cause: removal.cause,
        end_friendship: ends_friendship,
        not_before,
        due_since: None,
        lane: removal.lane,
    };
    access::take_away(tx, wish).await?;
    let mut event = actor.event(EventType::UserRemovalRequested);
    event.reason.get_or_insert_with(|| removal.reason.to_string());
    event.after = Some(json!({
        "friendship": if ends_friendship { "end" } else { "keep" },
        "begins_at": not_before.map(|moment| moment.to_rfc3339()),
    }));
    tell(tx, &user, event).await?;
    Ok(true)
}

/// The removal of this person that is planned, asked for, or has failed.
pub(super) async fn removal_of(db: &impl Reads, user: &User) -> AppResult<Option<Change>> {
    let open = access_changes::open_of(db, &[user.id]).await?;
    Ok(open.into_iter().rfind(|change| matches!(change.becomes, Some(Becomes::Removed(_)))))
}
