//! Redemptions: from opening a link to having access.
//!
//! [`start`] notes the browser, the sign-in with Plex tells who it is ([`complete_plex`]), [`accept`]
//! takes the seat and asks for the access change in one transaction. From there on a job is at work
//! and the page only watches ([`current`]).

mod accept;
mod link;
mod start;
mod view;

pub use accept::{accept, retry};
pub use link::{Linked, attach_plex, complete_plex, start_plex};
pub use start::{Started, start};
pub use view::{SignInProgress, View, current};

use pum_domain::ProblemCode;
use pum_domain::access::ChangeCause;
use pum_domain::invite::InviteUnusable;
use pum_domain::redemption::{Entry, OpenChange, entry};
use pum_store::users::User;
use pum_store::{Reads, access_changes};

use crate::error::{AppError, AppResult, ErrorKind};

impl From<InviteUnusable> for AppError {
    fn from(why: InviteUnusable) -> Self {
        let (code, detail) = match why {
            InviteUnusable::Deleted => return Self::not_found("invite"),
            InviteUnusable::Paused => {
                (ProblemCode::InvitePaused, "The host has paused this invite. Ask them, or try again later.")
            }
            InviteUnusable::Expired => {
                (ProblemCode::InviteExpired, "This invite has expired. Ask the host for a new one.")
            }
            InviteUnusable::UsedUp => (
                ProblemCode::InviteUsedUp,
                "Every seat of this invite is taken. Ask the host for another one.",
            ),
        };
        Self::conflict(code, detail)
    }
}

/// A link that admits nobody, for somebody who only looks at it: refused, no conflict.
pub(crate) fn gone(why: InviteUnusable) -> AppError {
    let error = AppError::from(why);
    match why {
        InviteUnusable::Deleted => error,
        _ => AppError { kind: ErrorKind::Refused, ..error },
    }
}

/// What a link may do for somebody that PUM knows.
async fn entry_of(db: &impl Reads, user: &User) -> AppResult<Entry> {
    let open = access_changes::open_of(db, &[user.id]).await?;
    let open: Vec<OpenChange> = open
        .iter()
        .map(|change| OpenChange {
            becomes: change.becomes,
            by_link: change.cause == ChangeCause::Redemption,
        })
        .collect();
    Ok(entry(user.state, user.blocked, &open))
}

fn ask_the_host() -> AppError {
    AppError::refused(
        ProblemCode::AskTheHost,
        "This account cannot use invites at the moment. Please ask the host.",
    )
}

fn not_found() -> AppError {
    AppError {
        code: ProblemCode::RedemptionNotFound,
        ..AppError::not_found("redemption in this browser: open the invite link again")
    }
}

fn out_of_step(detail: &str) -> AppError {
    AppError::conflict(ProblemCode::RedemptionOutOfStep, detail)
}
