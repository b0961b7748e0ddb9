//! A library as the API shows it.

use pum_domain::Instant;
use pum_store::libraries::Library;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::name_schema;

pum_domain::catalogue! {
    /// By what the list of libraries may be sorted.
    pub enum LibrarySort {
        Key = "key",
        Title = "title",
    }
}

name_schema!(
    /// By what the list of libraries may be sorted.
    LibrarySortName,
    LibrarySort
);

/// Which libraries to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LibraryFilter {
    /// Also those that are gone from the server; invites and users may still name them.
    #[serde(default)]
    #[param(default = false)]
    pub vanished: bool,
}

/// A library of the Plex server.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Library, example = json!({
    "id": "0190a7e2-7c1b-7d4e-9a55-0f3c1f7f2a10", "key": "1", "title": "Films", "kind": "movie",
    "item_count": 1280, "refreshed_at": "2026-11-22T16:04:05.000Z", "vanished_at": null
}))]
pub struct LibraryDto {
    /// What invites name it by.
    pub id: String,
    /// The server's own number for it.
    pub key: String,
    /// Its title.
    pub title: String,
    /// `movie`, `show`, `artist` or `photo`.
    pub kind: String,
    /// How many films, series or artists it holds; `null` until they have been counted.
    pub item_count: Option<i64>,
    /// When the server last listed it.
    #[schema(format = DateTime)]
    pub refreshed_at: String,
    /// When the server and plex.tv agreed that it is gone.
    #[schema(format = DateTime)]
    pub vanished_at: Option<String>,
}

impl From<Library> for LibraryDto {
    fn from(library: Library) -> Self {
        Self {
            id: library.id.to_string(),
            key: library.key.to_string(),
            title: library.title,
            kind: library.kind,
            item_count: library.item_count,
            refreshed_at: library.refreshed_at.to_rfc3339(),
            vanished_at: library.vanished_at.map(Instant::to_rfc3339),
        }
    }
}
