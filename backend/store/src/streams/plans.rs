//! How the database would go about what looking and importing ask it, again and again and beside a history of any
//! length.

use pum_domain::page::PageRequest;
use pum_domain::{Instant, PlexId};
use sea_orm::{ConnectionTrait, QueryTrait};

use crate::{Reads, StoreResult, page};

/// What is asked, each with its plan: of this server, these viewers and this time.
pub async fn explain_watching(
    db: &impl Reads,
    machine_identifier: &str,
    viewers: &[PlexId],
    (from, to): (Instant, Instant),
) -> StoreResult<Vec<(&'static str, Vec<String>)>> {
    let backend = db.connection().get_database_backend();
    let accounts: Vec<i64> = viewers.iter().map(|account| account.0).collect();
    let keys = accounts.iter().map(|account| format!("{machine_identifier}/{account}"));
    let questions = [
        ("all that goes on", super::open::all_open().build(backend)),
        ("what goes on", super::now::open(machine_identifier).build(backend)),
        ("plays seen", super::import::seen_by(machine_identifier, &accounts, from, to).build(backend)),
        ("known keys", super::import::with_keys(keys).build(backend)),
        ("viewers who wait", super::viewers::waiting_for(&accounts).build(backend)),
        ("watched spans", super::spans::spans_reaching(machine_identifier, from, to).build(backend)),
    ];
    let mut plans = Vec::with_capacity(questions.len() + 1);
    for (what, question) in questions {
        plans.push((what, page::explain_statement(db.connection(), question).await?));
    }
    let request = PageRequest { limit: 50, cursor: None, descending: false };
    let listed = super::now::open(machine_identifier);
    plans.push((
        "a page of what goes on",
        page::explain(db.connection(), listed, super::now::by_beginning(), &request).await?,
    ));
    Ok(plans)
}
