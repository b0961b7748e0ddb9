//! A purge that an admin asks for, of the people they ticked. It is a bulk: the list is fixed, each person's part
//! is begun in a transaction of its own, and for ten seconds stopping it takes all of it back.
//!
//! The ticked list is an admin's word about exactly these people, as the brake would ask for; so the brake is
//! not asked, as little as for any other removal by an admin.

use std::collections::BTreeSet;

use pum_domain::bulk::BulkAction;
use pum_domain::job::Lane;
use pum_domain::purge::{Outcome, Reason, Terms};
use pum_domain::{HoldId, UserId};
use pum_store::brake as held;
use pum_store::bulks::Bulk;
use pum_store::{Tx, plex_server};

use super::preview::sort_out;
use super::stages::{candidate, remove_in};
use super::world::World;
use crate::bulk::{self, Who, Wish};
use crate::error::{AppError, AppResult};
use crate::{Actor, Ctx, brake};

/// More people than one request names.
const MOST_PEOPLE: usize = 20_000;

/// What a request for a purge came to.
#[derive(Debug)]
pub struct Started {
    /// What removes those who are idle; `None`: nobody is.
    pub bulk: Option<Bulk>,
    /// Who is kept, and why.
    pub refused: Vec<(UserId, Reason)>,
}

/// Begins a purge of these people. Whoever is not idle by these terms is left out at once, and the others
/// are judged again when their turn comes.
pub async fn start(ctx: &Ctx, actor: &Actor, terms: Terms, ids: &[UserId]) -> AppResult<Started> {
    let each: BTreeSet<UserId> = ids.iter().copied().collect();
    if each.is_empty() || each.len() > MOST_PEOPLE {
        let detail = format!("name 1 to {MOST_PEOPLE} users");
        return Err(AppError::field("/user_ids", "out_of_range", detail));
    }
    let ids: Vec<UserId> = each.into_iter().collect();
    let (idle, refused) = sort_out(ctx, &terms, &ids).await?;
    if idle.is_empty() {
        return Ok(Started { bulk: None, refused });
    }
    let wish = Wish { who: Who::Ids(idle), action: BulkAction::Purge { terms, hold_id: None } };
    let bulk = bulk::start(ctx, actor, &wish, None).await?;
    Ok(Started { bulk: Some(bulk), refused })
}

/// Removes one of them, if they are still idle. Otherwise says why they are kept, and nothing is written.
pub(crate) async fn remove_ticked(
    tx: &Tx,
    actor: &Actor,
    world: &World,
    id: UserId,
    terms: &Terms,
    hold_id: Option<HoldId>,
) -> AppResult<Option<Reason>> {
    pum_store::users::lock(tx, id).await?;
    if hold_id.is_some() {
        plex_server::lock(tx).await?;
    }
    let (someone, verdict) = world.judge_in(tx, id, terms).await?;
    if verdict.outcome == Outcome::Keep {
        return Ok(Some(verdict.reason));
    }
    if let Some(hold_id) = hold_id {
        let hold = held::get(tx, hold_id).await?;
        brake::confirmed(tx, &hold, &[candidate(&someone)]).await?;
    }
    remove_in(tx, actor, &someone, &verdict, Lane::Manual).await?;
    Ok(None)
}
