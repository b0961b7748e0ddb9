//! Users: an admin looks at them, edits them, takes access away and gives it back.
//!
//! Each use case is one transaction: the decision, its history event, and the access change with the job
//! that carries it out. A person's state follows what Plex shows, never what was asked for. The functions
//! ending in `_in` do their part in a transaction of the caller's, for those who decide for many.

mod block;
mod edit;
mod expiry;
mod remove;
mod restore;
mod suspend;
mod update;
mod view;

use pum_domain::event::HintKind;
use pum_domain::{ProblemCode, UserId};
use pum_store::history::{NewEvent, Subject};
use pum_store::users::User;
use pum_store::{Reads, Tx, hints, history, plex_server};

use crate::error::{AppError, AppResult};

pub use block::{block, block_in, unblock, unblock_in};
pub use edit::Edit;
pub use expiry::{expire, expire_in};
pub(crate) use expiry::{judge, soon};
pub use remove::{Friendship, Removal, remove, remove_in};
pub use restore::{restore, restore_in};
pub use suspend::{resume, resume_in, suspend, suspend_in};
pub use update::{update, update_in};
pub use view::{AccessNow, UserView, get, list};

/// Access of the owner, of members of the Home and of managed accounts is not ours to end.
pub(crate) async fn refuse_untouchable(db: &impl Reads, user: &User) -> AppResult<()> {
    let owner = plex_server::get(db).await?.map(|server| server.owner_plex_id);
    if user.is_owner || (owner.is_some() && owner == user.plex_id) {
        let detail = "This account owns the server: its access does not end.";
        return Err(AppError::refused(ProblemCode::OwnerKeepsAccess, detail));
    }
    if user.restricted {
        let detail = "This is a managed account of the owner's Home. Change what it may see in Plex.";
        return Err(AppError::refused(ProblemCode::ManagedKeepsAccess, detail));
    }
    if user.home {
        let detail = "This person is in the owner's Plex Home and has access through it. Take them out of the Home in Plex first.";
        return Err(AppError::refused(ProblemCode::HomeKeepsAccess, detail));
    }
    Ok(())
}

/// An event about a user, written down together with a hint for those who are looking.
async fn tell(tx: &Tx, user: &User, mut event: NewEvent) -> AppResult<()> {
    event.user_id = Some(user.id);
    event.subject = Some(Subject {
        kind: "user".to_owned(),
        id: Some(user.id.to_string()),
        name: Some(user.username.clone()),
    });
    history::append(tx, event).await?;
    hint(tx, user.id).await
}

async fn hint(tx: &Tx, id: UserId) -> AppResult<()> {
    hints::leave(tx, HintKind::Users, Some(&id.to_string())).await?;
    Ok(())
}

pub(crate) fn is_blocked() -> AppError {
    let detail = "This person is on the block list. Unblock them first.";
    AppError::conflict(ProblemCode::UserBlocked, detail)
}

fn is_removed() -> AppError {
    let detail = "This person has been removed already. Restore them first.";
    AppError::conflict(ProblemCode::UserRemoved, detail)
}

fn is_about_to_go() -> AppError {
    let detail = "This person is being removed. Undo that first.";
    AppError::conflict(ProblemCode::RemovalPlanned, detail)
}
