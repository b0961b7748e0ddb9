//! What a bulk does to one person, through the use cases that an edit of one goes through.

use pum_domain::access::{ChangeState, WantedAccess};
use pum_domain::bulk::{self, BulkAction};
use pum_domain::invite::LibraryChoice;
use pum_domain::purge::Reason;
use pum_domain::user::UserState;
use pum_domain::{ChangeId, LibraryId, ProblemCode, UserId};
use pum_store::users::{self as store, Profile};
use pum_store::{Reads, Tx, access_changes, libraries, plex_server};

use crate::error::{AppError, AppResult};
use crate::invites::{ChosenLibraries, Expiry};
use crate::purge::{self, World};
use crate::users::{self, Edit, Friendship, Removal};
use crate::{Actor, Ctx};

/// What it came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Acted {
    /// It was like that already.
    Unchanged,
    /// It is done; nothing goes to Plex.
    Applied,
    /// This change carries it out.
    Requested(ChangeId),
    /// They are kept after all, for this reason.
    Kept(Reason),
}

/// Does to one person what the bulk is about. An error says why not, and leaves the transaction to be
/// given up. Who is idle is judged by `world`, which whoever runs the bulk has just looked at.
pub(super) async fn act(
    ctx: &Ctx,
    tx: &Tx,
    actor: &Actor,
    id: UserId,
    action: &BulkAction,
    world: Option<&World>,
) -> AppResult<Acted> {
    store::lock(tx, id).await?;
    let before = store::profile(tx, id).await?;
    let requested = match action {
        BulkAction::Suspend => users::suspend_in(tx, actor, id).await?,
        BulkAction::Resume => users::resume_in(tx, actor, id).await?,
        BulkAction::Remove { end_friendship } => {
            let friendship = if *end_friendship { Friendship::End } else { Friendship::Keep };
            // The bulk as a whole leaves time to stop it; see its beginning.
            let removal = Removal { with_undo: false, ..Removal::by_admin(friendship) };
            users::remove_in(tx, actor, id, removal).await?
        }
        BulkAction::Purge { terms, hold_id } => {
            let Some(world) = world else {
                return Err(AppError::internal("judging who is idle", "nobody has looked"));
            };
            if let Some(reason) = purge::remove_ticked(tx, actor, world, id, terms, *hold_id).await? {
                return Ok(Acted::Kept(reason));
            }
            true
        }
        action => {
            if action.touches_access() {
                refuse(tx, &before).await?;
            }
            let edit = edit(tx, &before, action).await?;
            users::update_in(ctx, tx, actor, id, &edit, None).await?
        }
    };
    if requested {
        let open = access_changes::open_of(tx, &[id]).await?;
        if let Some(change) = open.into_iter().find(|change| change.state == ChangeState::Requested) {
            return Ok(Acted::Requested(change.id));
        }
    }
    let after = store::profile(tx, id).await?;
    Ok(if after.version == before.version { Acted::Unchanged } else { Acted::Applied })
}

async fn refuse(tx: &Tx, user: &Profile) -> AppResult<()> {
    if user.state == UserState::Removed {
        let detail = "This person has been removed. Restore them first.";
        return Err(AppError::conflict(ProblemCode::UserRemoved, detail));
    }
    users::refuse_untouchable(tx, &store::get(tx, user.id).await?).await
}

async fn edit(tx: &Tx, user: &Profile, action: &BulkAction) -> AppResult<Edit> {
    let mut edit = Edit::default();
    match action {
        BulkAction::SetLibraries(choice) => edit.libraries = Some(as_chosen(choice.clone())),
        BulkAction::AddLibraries(ids) => {
            edit.libraries = Some(as_chosen(bulk::with_libraries(seen(user), ids)));
        }
        BulkAction::RemoveLibraries(ids) => {
            let there = there(tx).await?;
            let left = bulk::without_libraries(seen(user), ids, &there).map_err(|_| {
                let detail = "Nothing would be left for them to see. Suspend or remove them instead.";
                AppError::refused(ProblemCode::LibraryUnknown, detail)
            })?;
            edit.libraries = left.map(as_chosen);
        }
        BulkAction::SetDownloads(allow) => edit.allow_downloads = Some(*allow),
        BulkAction::SetExpiry(new) => {
            let end = bulk::end_after(user.access_expires_at, *new, tx.now().await?);
            if end != user.access_expires_at {
                edit.access_expires = Some(end.map(Expiry::At));
            }
        }
        BulkAction::SetPurgeWhitelisted(on) => edit.purge_whitelisted = Some(*on),
        BulkAction::SetBotWhitelisted(on) => edit.bot_whitelisted = Some(*on),
        BulkAction::AddTags(tags) => edit.tags = Some(bulk::with_tags(&user.tags, tags)),
        BulkAction::RemoveTags(tags) => edit.tags = Some(bulk::without_tags(&user.tags, tags)),
        BulkAction::Suspend | BulkAction::Resume | BulkAction::Remove { .. } | BulkAction::Purge { .. } => {}
    }
    Ok(edit)
}

/// What somebody sees, or will be given back.
fn seen(user: &Profile) -> Option<&LibraryChoice> {
    match (&user.libraries, &user.kept) {
        (Some(choice), _) => Some(choice),
        (None, Some(WantedAccess::Granted { libraries, .. })) => Some(libraries),
        (None, _) => None,
    }
}

fn as_chosen(choice: LibraryChoice) -> ChosenLibraries {
    match choice {
        LibraryChoice::All => ChosenLibraries::All,
        LibraryChoice::Some(ids) => ChosenLibraries::Some(ids.iter().map(LibraryId::to_string).collect()),
    }
}

/// The server's libraries today.
async fn there(tx: &Tx) -> AppResult<Vec<LibraryId>> {
    let Some(server) = plex_server::get(tx).await? else { return Ok(Vec::new()) };
    let all = libraries::of_server(tx, &server.machine_identifier).await?;
    Ok(all.into_iter().filter(|one| one.vanished_at.is_none()).map(|one| one.id).collect())
}
