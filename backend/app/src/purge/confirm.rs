//! Removals of the clock's that the brake has stopped: an admin looks at the list and confirms exactly it.

use pum_domain::brake::RemovalSource;
use pum_domain::bulk::BulkAction;
use pum_domain::{HoldId, ProblemCode};
use pum_store::Reads;
use pum_store::brake::{self as store, Candidate, Hold};
use pum_store::bulks::Bulk;

use super::schedule::plan;
use crate::brake::{self, Confirmed};
use crate::bulk::{self, Who, Wish};
use crate::error::{AppError, AppResult};
use crate::{Actor, Ctx};

/// What waits for an admin, with whom it is about.
pub async fn held(db: &impl Reads) -> AppResult<Option<(Hold, Vec<Candidate>)>> {
    let waiting = store::waiting(db).await?.into_iter().find(|hold| hold.source == RemovalSource::Purge);
    match waiting {
        Some(hold) => {
            let listed = store::listed(db, hold.id).await?;
            Ok(Some((hold, listed)))
        }
        None => Ok(None),
    }
}

/// Confirms the removal of everybody on this list. Each is judged again when their turn comes.
pub async fn confirm(ctx: &Ctx, actor: &Actor, id: HoldId) -> AppResult<Bulk> {
    let terms = plan(ctx).await?.terms;
    let tx = ctx.db().begin().await?;
    let listed = match held(&tx).await? {
        Some((hold, listed)) if hold.id == id => listed,
        _ => {
            tx.rollback().await?;
            let detail =
                "Nothing waits for a confirmation (any more), or it is another list by now. Look again.";
            return Err(AppError::conflict(ProblemCode::RemovalsChanged, detail));
        }
    };
    if let Err(refused) = brake::confirm(&tx, id, &Confirmed::List(id), actor).await {
        tx.rollback().await?;
        return Err(refused);
    }
    let wish = Wish {
        who: Who::Ids(listed.into_iter().map(|one| one.user_id).collect()),
        action: BulkAction::Purge { terms, hold_id: Some(id) },
    };
    let bulk = bulk::start_in(&tx, actor, &wish).await?;
    tx.commit().await?;
    Ok(bulk)
}
