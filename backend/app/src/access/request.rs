//! Asking for a change of somebody's access.

use pum_domain::access::{ChangeCause, ChangeState, WantedAccess};
use pum_domain::event::HintKind;
use pum_domain::invite::LibraryChoice;
use pum_domain::job::{JobKind, Lane};
use pum_domain::sync::drift;
use pum_domain::user::{Becomes, UserState};
use pum_domain::{ChangeId, Instant, RedemptionId, UserId};
use pum_store::access_changes::{self, Change, NewChange};
use pum_store::jobs::{self, NewJob, Unique};
use pum_store::{Tx, hints, libraries, plex_server, redemptions, users};
use serde_json::json;

use crate::error::AppResult;
use crate::random;

/// Tries of a change before it is called failed: with growing pauses about four hours.
const TRIES: i32 = 24;

/// What should be true from now on.
#[derive(Debug, Clone)]
pub struct Request<'a> {
    /// For whom.
    pub user_id: UserId,
    /// What they should see.
    pub wanted: &'a WantedAccess,
    /// Why.
    pub cause: ChangeCause,
    /// The redemption that waits for it. One that is under way waits for whatever is asked for next, named or not.
    pub redemption_id: Option<RedemptionId>,
    /// How urgent it is.
    pub lane: Lane,
}

/// Writes down the change and the job that carries it out. Older requested changes of the person
/// are superseded; a call of theirs that is under way is not disturbed, the new one waits for it.
pub async fn request(tx: &Tx, request: Request<'_>) -> AppResult<ChangeId> {
    let id: ChangeId = random::id();
    let redemption_id = match request.redemption_id {
        None => on_the_way(tx, request.user_id).await?,
        named => named,
    };
    let change = NewChange {
        id,
        user_id: request.user_id,
        wanted: request.wanted.clone(),
        cause: request.cause,
        redemption_id,
        becomes: None,
        end_friendship: false,
    };
    access_changes::request(tx, &change).await?;
    if let Some(redemption) = redemption_id {
        redemptions::hand_over(tx, redemption, id).await?;
    }
    if !is_decided_later(tx, request.user_id, request.cause).await? {
        decide(tx, request.user_id, request.wanted).await?;
    }
    enqueue(tx, id, request.user_id, request.lane, None).await?;
    leave_hints(tx, id, request.user_id).await?;
    Ok(id)
}

/// The redemption of theirs that is under way.
async fn on_the_way(tx: &Tx, user: UserId) -> AppResult<Option<RedemptionId>> {
    let Some(account) = users::get(tx, user).await?.plex_id else { return Ok(None) };
    let under_way = redemptions::under_way(tx, account).await?;
    Ok(under_way.filter(|one| one.user_id == Some(user)).map(|one| one.id))
}

/// Everything is to be taken away from somebody.
#[derive(Debug, Clone, Copy)]
pub struct TakeAway {
    /// From whom.
    pub user_id: UserId,
    /// What becomes of them once Plex shows that nothing is shared any more.
    pub becomes: Becomes,
    /// Why.
    pub cause: ChangeCause,
    /// End the friendship as well, and with it every share on the owner's other servers.
    pub end_friendship: bool,
    /// Begin then, and not before: until then it can be taken back without a trace.
    pub not_before: Option<Instant>,
    /// Since when it is due, where that is before now: it goes before what has been asked for since.
    pub due_since: Option<Instant>,
    /// How urgent it is.
    pub lane: Lane,
}

/// Writes down that access ends, with the job that ends it. The person's state changes when Plex shows
/// that it is so, never before: whoever can still watch is not shown as gone. What they had is kept.
pub async fn take_away(tx: &Tx, wish: TakeAway) -> AppResult<ChangeId> {
    let id: ChangeId = random::id();
    let change = NewChange {
        id,
        user_id: wish.user_id,
        wanted: WantedAccess::Nothing,
        cause: wish.cause,
        redemption_id: None,
        becomes: Some(wish.becomes),
        end_friendship: wish.end_friendship,
    };
    match wish.not_before {
        Some(not_before) => access_changes::plan(tx, &change, not_before).await?,
        None => {
            access_changes::request(tx, &change).await?;
            decide(tx, wish.user_id, &WantedAccess::Nothing).await?;
        }
    }
    enqueue(tx, id, wish.user_id, wish.lane, wish.not_before.or(wish.due_since)).await?;
    leave_hints(tx, id, wish.user_id).await?;
    Ok(id)
}

/// A planned change begins, unless it was taken back or the person is gone already.
pub(super) async fn begin_planned(tx: &Tx, change: &Change) -> AppResult<bool> {
    users::lock(tx, change.user_id).await?;
    let user = users::get(tx, change.user_id).await?;
    if user.state == UserState::Removed {
        access_changes::cancel_planned(tx, change.user_id).await?;
        return Ok(false);
    }
    if !access_changes::start(tx, change).await? {
        return Ok(false);
    }
    decide(tx, change.user_id, &change.wanted).await?;
    leave_hints(tx, change.id, change.user_id).await?;
    Ok(true)
}

/// Whether a link has brought a member here, who most likely keeps what they have: what is wanted for them
/// becomes another thing only when Plex shows that they have nothing.
pub(super) async fn is_decided_later(tx: &Tx, user: UserId, cause: ChangeCause) -> AppResult<bool> {
    Ok(cause == ChangeCause::Redemption && users::get(tx, user).await?.state == UserState::Active)
}

/// A member who came by a link has nothing at Plex, and is let in like anybody: that is wanted from now on.
/// False: another change has come first.
pub(super) async fn let_in(tx: &Tx, change: &Change) -> AppResult<bool> {
    users::lock(tx, change.user_id).await?;
    let is_wanted = access_changes::get(tx, change.id).await?.state == ChangeState::Requested;
    if is_wanted && users::get(tx, change.user_id).await?.wanted != change.wanted {
        decide(tx, change.user_id, &change.wanted).await?;
    }
    Ok(is_wanted)
}

async fn decide(tx: &Tx, user: UserId, wanted: &WantedAccess) -> AppResult<()> {
    withhold(tx, user, wanted).await?;
    users::want(tx, user, wanted).await?;
    Ok(())
}

async fn leave_hints(tx: &Tx, change: ChangeId, user: UserId) -> AppResult<()> {
    hints::leave(tx, HintKind::Changes, Some(&change.to_string())).await?;
    hints::leave(tx, HintKind::Users, Some(&user.to_string())).await?;
    Ok(())
}

/// What PUM takes away is remembered, so that it never comes back unnoticed.
async fn withhold(tx: &Tx, id: UserId, wanted: &WantedAccess) -> AppResult<()> {
    let before = users::get(tx, id).await?.wanted;
    let all =
        |access: &WantedAccess| matches!(access, WantedAccess::Granted { libraries: LibraryChoice::All, .. });
    let mut every = Vec::new();
    if all(&before)
        && !all(wanted)
        && let Some(server) = plex_server::get(tx).await?
    {
        let known = libraries::of_server(tx, &server.machine_identifier).await?;
        every.extend(known.into_iter().map(|library| library.id));
    }
    let withheld = drift::withhold(&before, &users::withheld(tx, id).await?, wanted, &every);
    users::note_decision(tx, id, &withheld, *wanted == WantedAccess::Nothing).await?;
    Ok(())
}

pub(super) async fn enqueue(
    tx: &Tx,
    change: ChangeId,
    user: UserId,
    lane: Lane,
    run_at: Option<Instant>,
) -> AppResult<()> {
    let mut job = NewJob::new(JobKind::ApplyAccessChange, lane, json!({ "change_id": change }));
    job.unique = Some(key(change));
    job.subject_id = Some(user.to_string());
    job.max_attempts = TRIES;
    job.run_at = run_at;
    jobs::enqueue(tx, job).await?;
    Ok(())
}

/// The key under which a change has one open job at a time.
pub(crate) fn key(change: ChangeId) -> Unique {
    Unique::WhileOpen(format!("change:{change}"))
}
