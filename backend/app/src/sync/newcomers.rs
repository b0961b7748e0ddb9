//! Making users of people that PUM does not know.

use pum_domain::UserId;
use pum_domain::access::WantedAccess;
use pum_domain::event::{EventType, HintKind};
use pum_domain::sync::{Person, SyncItemKind, SyncProblem};
use pum_domain::user::UserState;
use pum_store::syncs::Item;
use pum_store::users::{self, Found};
use pum_store::{StoreError, hints, history};
use serde_json::json;

use super::BATCH;
use super::record::Recording;
use super::run::note_items;
use crate::access::observation_of;
use crate::actor::Actor;
use crate::error::{AppError, AppResult};
use crate::random;

/// Makes users of people who have access, or an invitation, that PUM does not know.
pub(super) async fn enter(recording: &Recording<'_>, people: &[Person], indexes: &[usize]) -> AppResult<()> {
    for some in indexes.chunks(BATCH) {
        let found: Vec<&Person> = some.iter().filter_map(|index| people.get(*index)).collect();
        match enter_together(recording, &found).await {
            // Somebody has come in through a link meanwhile: the others are entered one by one.
            Err(error) if error.is_conflict => {
                for one in found {
                    match enter_together(recording, &[one]).await {
                        Err(error) if error.is_conflict => {}
                        entered => entered.map_err(|error| error.error)?,
                    }
                }
            }
            entered => entered.map_err(|error| error.error)?,
        }
        recording.ctx.hooks().at("sync.batch").await;
    }
    Ok(())
}

/// Why nobody was entered.
struct NotEntered {
    error: AppError,
    is_conflict: bool,
}

impl From<StoreError> for NotEntered {
    fn from(error: StoreError) -> Self {
        let is_conflict = matches!(error, StoreError::Conflict { .. });
        Self { error: error.into(), is_conflict }
    }
}

impl From<AppError> for NotEntered {
    fn from(error: AppError) -> Self {
        Self { error, is_conflict: false }
    }
}

async fn enter_together(recording: &Recording<'_>, people: &[&Person]) -> Result<(), NotEntered> {
    let look = &recording.look;
    let (mut found, mut items, mut events) = (Vec::new(), Vec::new(), Vec::new());
    for person in people {
        let item = |kind, user_id, reason: Option<SyncProblem>| Item {
            kind,
            user_id,
            name: person.username.clone(),
            changes: Vec::new(),
            reason: reason.map(|reason| reason.to_string()),
            detail: None,
        };
        let shown = match &person.share {
            _ if person.doubtful => Err(SyncProblem::ListsDisagree),
            Some(share) => {
                look.shelf.as_shown(share, &WantedAccess::Nothing).map_err(|_| SyncProblem::LibraryUnknown)
            }
            None => Ok(None),
        };
        let wanted = match shown {
            Ok(shown) => shown.unwrap_or(WantedAccess::Nothing),
            Err(problem) => {
                items.push(item(SyncItemKind::Problem, None, Some(problem)));
                continue;
            }
        };
        let waits = person.share.as_ref().is_some_and(|share| !share.accepted);
        let id: UserId = random::id();
        items.push(item(SyncItemKind::Added, Some(id), None));
        let mut event = Actor::system().event(EventType::UserAdded);
        event.user_id = Some(id);
        event.after = Some(json!({ "username": person.username, "access": wanted }));
        events.push(event);
        found.push(Found {
            id,
            person: (*person).clone(),
            state: if waits { UserState::Pending } else { UserState::Active },
            wanted,
            seen: observation_of(person.share.as_ref(), look.read_at),
            joined_at: person.accepted_at.filter(|_| !waits),
        });
    }
    let tx = recording.ctx.db().begin().await?;
    let entered = users::add(&tx, &found).await;
    if let Err(error) = entered {
        tx.rollback().await?;
        return Err(error.into());
    }
    note_items(&tx, recording.sync, &items).await?;
    history::append_all(&tx, events).await?;
    hints::leave(&tx, HintKind::Users, None).await?;
    tx.commit().await?;
    Ok(())
}
