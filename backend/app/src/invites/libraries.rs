//! Which libraries an admin may name, and how they are written into the history.

use std::collections::BTreeSet;

use pum_domain::invite::LibraryChoice;
use pum_domain::{LibraryId, ProblemCode};
use pum_store::{Reads, libraries, plex_server};
use serde_json::{Value, json};

use super::rules::{ChosenLibraries, field};
use crate::error::{AppError, AppResult};

/// More than any server has.
const MOST: usize = 1_000;

/// The choice, if every library in it is one of the server's today.
pub(crate) async fn check(db: &impl Reads, chosen: &ChosenLibraries) -> AppResult<LibraryChoice> {
    let ids = match chosen {
        ChosenLibraries::All => return Ok(LibraryChoice::All),
        ChosenLibraries::Some(ids) => ids,
    };
    if ids.is_empty() {
        let detail = "choose at least one library, or all of them with the mode \"all\"";
        return Err(AppError::field("/libraries/ids", "required", detail));
    }
    if ids.len() > MOST {
        return Err(AppError::field("/libraries/ids", "too_long", format!("name at most {MOST} libraries")));
    }
    let parsed: Vec<Option<LibraryId>> = ids.iter().map(|id| id.parse().ok()).collect();
    let asked: Vec<LibraryId> = parsed.iter().flatten().copied().collect();
    let server = plex_server::get(db).await?.map(|server| server.machine_identifier);
    let there: BTreeSet<LibraryId> = libraries::by_ids(db, &asked)
        .await?
        .into_iter()
        .filter(|library| library.vanished_at.is_none())
        .filter(|library| server.as_ref() == Some(&library.machine_identifier))
        .map(|library| library.id)
        .collect();
    let unknown = |id: &Option<LibraryId>| id.is_none_or(|id| !there.contains(&id));
    let fields: Vec<_> = parsed
        .iter()
        .enumerate()
        .filter(|(_, id)| unknown(id))
        .map(|(index, _)| {
            let detail = "the server has no such library, or no longer; leave it out";
            field(format!("/libraries/ids/{index}"), "library_unknown", detail)
        })
        .collect();
    if fields.is_empty() {
        return Ok(LibraryChoice::Some(there.into_iter().collect()));
    }
    let detail = "Some of the chosen libraries do not exist on the server, or no longer.";
    Err(AppError { fields, ..AppError::refused(ProblemCode::LibraryUnknown, detail) })
}

/// A choice with the libraries' titles as they are now: the history outlives them.
pub(crate) async fn told(db: &impl Reads, choice: &LibraryChoice) -> AppResult<Value> {
    let ids = match choice {
        LibraryChoice::All => return Ok(json!({ "mode": "all" })),
        LibraryChoice::Some(ids) => ids,
    };
    let titles: Vec<String> =
        libraries::by_ids(db, ids).await?.into_iter().map(|library| library.title).collect();
    Ok(json!({ "mode": "some", "ids": ids, "titles": titles }))
}
