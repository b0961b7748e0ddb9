//! The libraries as the media server itself knows them.

use chrono::{DateTime, Utc};

use crate::{error::PlexError, media_server::MediaServer, routes::Route, token::Token, tree::Node};

const SECTIONS: Route = "GET /library/sections";
const CONTENT: Route = "GET /library/sections/{library}/all";
const WHAT: &str = "a list of libraries";

/// A library of a media server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Library {
    /// The server's own number; plex.tv's is another.
    pub key: String,
    /// What stays when it is renamed, and differs when it is made anew.
    pub uuid: String,
    /// Its title.
    pub title: String,
    /// `movie`, `show`, `artist`, `photo`.
    pub kind: String,
    /// When it was last scanned or edited.
    pub updated_at: Option<DateTime<Utc>>,
}

impl MediaServer {
    /// The server's libraries.
    ///
    /// # Errors
    /// `Unauthorized` if the token does not open this server; `Garbage` if the list is shorter than it says.
    pub async fn libraries(&self, token: &Token) -> Result<Vec<Library>, PlexError> {
        let request = self.request(SECTIONS, &[])?.token(token).list();
        read_libraries(&self.send(request).await?.tree(WHAT)?)
    }

    /// How many items a library holds: films, series, artists.
    ///
    /// # Errors
    /// `ItemMissing` if there is no such library.
    pub async fn item_count(&self, token: &Token, key: &str) -> Result<u64, PlexError> {
        let request = self
            .request(CONTENT, &[key])?
            .token(token)
            .server_item()
            .header("x-plex-container-start", "0")
            .header("x-plex-container-size", "0");
        read_count(&self.send(request).await?.tree("a count of items")?)
    }
}

fn read_libraries(root: &Node) -> Result<Vec<Library>, PlexError> {
    let rows = root.complete(&["Directory"], WHAT)?;
    rows.into_iter().map(read_library).collect::<Option<Vec<_>>>().ok_or(PlexError::Garbage { what: WHAT })
}

fn read_library(row: &Node) -> Option<Library> {
    Some(Library {
        key: row.string("key")?,
        uuid: row.string("uuid")?,
        title: row.string("title").unwrap_or_default(),
        kind: row.string("type").unwrap_or_default(),
        updated_at: row.time("updatedAt"),
    })
}

fn read_count(root: &Node) -> Result<u64, PlexError> {
    let garbage = PlexError::Garbage { what: "a count of items" };
    let container = root.container().ok_or(garbage.clone())?;
    let count = container.int("totalSize").or_else(|| container.int("size").filter(|size| *size > 0));
    count.and_then(|count| u64::try_from(count).ok()).ok_or(garbage)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libraries_read_alike_in_both_spellings() {
        let json = read_libraries(&Node::read(include_bytes!("../fixtures/sections.json")).unwrap()).unwrap();
        let xml = read_libraries(&Node::read(include_bytes!("../fixtures/sections.xml")).unwrap()).unwrap();
        assert_eq!(json, xml);
        let shown: Vec<_> =
            json.iter().map(|one| (one.key.as_str(), one.kind.as_str(), one.title.as_str())).collect();
        assert_eq!(shown, [("1", "movie", "Movies"), ("2", "show", "TV & more"), ("5", "artist", "Music")]);
        assert_eq!(json[0].uuid, "a5f3c1de-0000-4000-8000-000000000001");
    }

    #[test]
    fn a_count_must_be_said() {
        let count = |body: &str| read_count(&Node::read(body.as_bytes()).unwrap());
        assert_eq!(count(r#"{"MediaContainer":{"size":0,"totalSize":1234}}"#), Ok(1234));
        assert_eq!(count(r#"<MediaContainer size="0" totalSize="0"/>"#), Ok(0));
        assert!(count(r#"<MediaContainer size="0"/>"#).is_err());
        assert!(count("{}").is_err());
    }
}
