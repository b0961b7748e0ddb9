//! What the server itself remembers of past plays: only what was played to its end or nearly so.

use chrono::{DateTime, Utc};

use crate::{error::PlexError, media_server::MediaServer, routes::Route, token::Token, tree::Node};

const HISTORY: Route = "GET /status/sessions/history/all";
const WHAT: &str = "a page of the play history";

/// Which part of the history, and how much of it at once.
#[derive(Debug, Clone, Default)]
pub struct HistoryQuery {
    /// Only what was finished at this time or later; read in whole seconds. A little from before may come along.
    pub since: Option<DateTime<Utc>>,
    /// Only one viewer, by the server's number: 1 is the owner.
    pub account_id: Option<i64>,
    /// Only one library, by its number on the server.
    pub library_key: Option<String>,
    /// How many rows to leave out at the beginning.
    pub start: u32,
    /// How many rows at most; 0 asks for the count alone.
    pub size: u32,
}

/// A page of the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryPage {
    /// The rows that could be read.
    pub plays: Vec<PastPlay>,
    /// How many rows the server sent, also such as tell no time.
    pub rows: usize,
    /// How many rows there are on all pages, where the server says it.
    pub total: Option<u64>,
}

/// One finished play.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastPlay {
    /// What tells rows apart.
    pub history_key: Option<String>,
    /// The item; gone when it has been deleted since.
    pub rating_key: Option<String>,
    /// `movie`, `episode`, `track`.
    pub kind: String,
    /// The item's title.
    pub title: String,
    /// Season or album.
    pub parent_title: Option<String>,
    /// Series or artist.
    pub grandparent_title: Option<String>,
    /// Number of the episode or track.
    pub index: Option<i64>,
    /// Number of the season or disc.
    pub parent_index: Option<i64>,
    /// The picture's path on the server.
    pub thumb: Option<String>,
    /// The series' or artist's.
    pub grandparent_thumb: Option<String>,
    /// The library's number on the server.
    pub library_key: Option<String>,
    /// When it was finished.
    pub viewed_at: DateTime<Utc>,
    /// The server's number of the viewer; 1 is the owner, 0 nobody.
    pub account_id: Option<i64>,
    /// The server's number of the player.
    pub device_id: Option<i64>,
}

impl MediaServer {
    /// One page of the play history, the latest first. Only the owner's token may ask.
    ///
    /// # Errors
    /// `Garbage` if the page has another number of rows than it says.
    pub async fn play_history(&self, token: &Token, query: &HistoryQuery) -> Result<HistoryPage, PlexError> {
        let mut request = self.request(HISTORY, &[])?.query(&[("sort", "viewedAt:desc")]);
        if let Some(since) = query.since {
            // The comparison is part of the parameter's name. Whether it leaves that second out servers may see
            // differently, so a second more is asked for.
            request = request.query(&[("viewedAt>", &(since.timestamp() - 1).to_string())]);
        }
        if let Some(account) = query.account_id {
            request = request.query(&[("accountID", &account.to_string())]);
        }
        if let Some(library) = &query.library_key {
            request = request.query(&[("librarySectionID", library)]);
        }
        let request = request
            .header("x-plex-container-start", &query.start.to_string())
            .header("x-plex-container-size", &query.size.to_string());
        read_page(&self.send(request.token(token).list()).await?.tree(WHAT)?)
    }
}

fn read_page(root: &Node) -> Result<HistoryPage, PlexError> {
    let rows = root.page(&["Video", "Track", "Photo", "Metadata"], WHAT)?;
    let total = root.container().and_then(|container| container.int("totalSize"));
    Ok(HistoryPage {
        rows: rows.len(),
        plays: rows.into_iter().filter_map(read_play).collect(),
        total: total.and_then(|total| u64::try_from(total).ok()),
    })
}

/// A row without a time says nothing that could be kept.
fn read_play(row: &Node) -> Option<PastPlay> {
    Some(PastPlay {
        viewed_at: row.time("viewedAt")?,
        history_key: row.string("historyKey"),
        rating_key: row.string("ratingKey"),
        kind: row.string("type").unwrap_or_else(|| row.name.to_lowercase()),
        title: row.string("title").unwrap_or_default(),
        parent_title: row.string("parentTitle"),
        grandparent_title: row.string("grandparentTitle"),
        index: row.int("index"),
        parent_index: row.int("parentIndex"),
        thumb: row.string("thumb"),
        grandparent_thumb: row.string("grandparentThumb"),
        library_key: row.string("librarySectionID"),
        account_id: row.int("accountID"),
        device_id: row.int("deviceID"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(body: &str) -> Result<HistoryPage, PlexError> {
        read_page(&Node::read(body.as_bytes()).unwrap())
    }

    #[test]
    fn pages_read_alike_in_both_spellings() {
        let json = page(include_str!("../fixtures/history.json")).unwrap();
        assert_eq!(json, page(include_str!("../fixtures/history.xml")).unwrap());
        let [episode, song] = &json.plays[..] else { panic!("two rows that tell a time") };
        assert_eq!((json.rows, json.total), (3, Some(871)));
        assert_eq!(episode.history_key.as_deref(), Some("/status/sessions/history/41"));
        assert_eq!((episode.account_id, episode.viewed_at.timestamp()), (Some(1), 1_700_000_000));
        assert_eq!((episode.parent_index, episode.index), (Some(2), Some(5)));
        assert_eq!((song.rating_key.as_deref(), song.kind.as_str()), (None, "track"));
    }

    #[test]
    fn no_history_is_an_answer_and_a_torn_page_is_none() {
        let empty = Ok(HistoryPage { plays: Vec::new(), rows: 0, total: Some(0) });
        assert_eq!(page(r#"{"MediaContainer":{"size":0,"totalSize":0}}"#), empty);
        assert!(
            page(r#"<MediaContainer size="2" totalSize="9"><Video viewedAt="1"/></MediaContainer>"#).is_err()
        );
        assert!(page("{}").is_err());
    }
}
