//! Invites: an admin makes, edits, pauses and deletes them, a stranger looks at one by its code.

mod create;
mod delete;
pub(crate) mod libraries;
mod pause;
mod public;
pub(crate) mod rules;
mod update;
mod view;

use pum_domain::InviteId;
use pum_store::history::Subject;
use pum_store::invites::{self as store, Invite};
use pum_store::{Reads, Tx};

use crate::error::{AppError, AppResult};

pub use create::{AnswerOf, NewInvite, create};
pub use delete::{clear, delete};
pub use pause::{pause, resume};
pub use public::{Promise, PublicInvite, find_by_code, look, promise};
pub use rules::{ChosenLibraries, Edit, Expiry};
pub use update::update;
pub use view::{InviteView, get, list};

/// The invite, unless it is deleted.
async fn existing(db: &impl Reads, id: InviteId) -> AppResult<Invite> {
    let invite = store::get(db, id).await?;
    if invite.deleted_at.is_some() { Err(AppError::not_found("invite")) } else { Ok(invite) }
}

/// An invite, for the history. A code that PUM made opens the door, so it is not written out.
fn subject(invite: &Invite) -> Subject {
    const SHOWN: usize = 6;
    let name = match &invite.label {
        Some(label) => label.clone(),
        None if invite.code.len() < pum_domain::code::RANDOM_CODE_LENGTH => invite.code.clone(),
        None => invite.code.chars().take(SHOWN).chain(['…']).collect(),
    };
    Subject { kind: "invite".to_owned(), id: Some(invite.id.to_string()), name: Some(name) }
}

/// Tells listening pages about an invite.
async fn hint(tx: &Tx, id: InviteId) -> AppResult<()> {
    pum_store::hints::leave(tx, pum_domain::event::HintKind::Invites, Some(&id.to_string())).await?;
    Ok(())
}
