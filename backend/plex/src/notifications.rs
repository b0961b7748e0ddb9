//! The server's own word that something about a stream has changed.
//!
//! They are hints: which session, and roughly what. What is true now, the list of sessions says. The server sends
//! a ping every ten seconds, so silence means that the connection is dead.

use std::{collections::VecDeque, time::Duration};

use tokio::time::timeout;

use crate::{
    error::PlexError,
    event_stream::{Event, EventReader},
    http::Flow,
    media_server::MediaServer,
    routes::Route,
    token::Token,
    tree::Node,
};

/// The events as they come; a websocket beside it says the same with more ceremony.
const NOTIFICATIONS: Route = "GET /:/eventsource/notifications?filters=playing";
const WHAT: &str = "a stream of notifications";

/// Three pings that did not come.
const SILENCE: Duration = Duration::from_secs(30);

/// Something about a stream has changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlayingHint {
    /// As in [`crate::NowPlaying::session_key`].
    pub session_key: Option<String>,
    /// The item.
    pub rating_key: Option<String>,
    /// `playing`, `paused`, `buffering`, `stopped`.
    pub state: Option<String>,
    /// Position, in milliseconds.
    pub view_offset_ms: Option<i64>,
    /// The player's own id.
    pub player_id: Option<String>,
}

/// An open connection over which hints come. Dropping it closes it.
#[derive(Debug)]
pub struct Notifications {
    flow: Flow,
    reader: EventReader,
    ready: VecDeque<PlayingHint>,
    silence: Duration,
}

impl MediaServer {
    /// Listens for changes of what is playing. Only the owner's token may.
    ///
    /// # Errors
    /// Those of any call; `ItemMissing` or `Garbage` from a server (or a proxy before it) that offers no
    /// such stream: polling has to do there.
    pub async fn notifications(&self, token: &Token) -> Result<Notifications, PlexError> {
        let request = self
            .request(NOTIFICATIONS, &[])?
            .token(token)
            .server_item()
            .header("accept", "text/event-stream")
            // Compressed, events would wait in somebody's buffer for company.
            .header("accept-encoding", "identity");
        let flow = self.open(request).await?;
        if !flow.content_type().starts_with("text/event-stream") {
            return Err(PlexError::Garbage { what: WHAT });
        }
        let (reader, ready) = (EventReader::default(), VecDeque::new());
        Ok(Notifications { flow, reader, ready, silence: SILENCE })
    }
}

impl Notifications {
    /// The same with another time without any word after which the connection counts as dead.
    #[must_use]
    pub fn silent_for_at_most(self, silence: Duration) -> Self {
        Self { silence, ..self }
    }

    /// Waits for the next hint. May be dropped while waiting, nothing is lost.
    ///
    /// # Errors
    /// `Timeout` after 30 s without any word, `ConnectionLost` when the server has closed. Either way this
    /// connection is done with.
    pub async fn next(&mut self) -> Result<PlayingHint, PlexError> {
        loop {
            if let Some(hint) = self.ready.pop_front() {
                return Ok(hint);
            }
            let piece = timeout(self.silence, self.flow.next()).await;
            let piece = piece.map_err(|_| PlexError::Timeout { request_may_have_been_done: false })??;
            self.reader.push(&piece).map_err(|limit| PlexError::TooLarge { limit: limit.0 })?;
            while let Some(event) = self.reader.next() {
                self.ready.extend(hints(&event));
            }
        }
    }
}

/// What an event says about streams; pings and events about other things say nothing.
fn hints(event: &Event) -> Vec<PlayingHint> {
    let Some(root) = Node::read(event.data.as_bytes()) else { return Vec::new() };
    let container = root.child(&["NotificationContainer"]).unwrap_or(&root);
    container.children(&["PlaySessionStateNotification"]).map(read_hint).collect()
}

fn read_hint(node: &Node) -> PlayingHint {
    PlayingHint {
        session_key: node.string("sessionKey"),
        rating_key: node.string("ratingKey"),
        state: node.string("state"),
        view_offset_ms: node.int("viewOffset"),
        player_id: node.string("clientIdentifier"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hint_is_read_bare_wrapped_and_in_lists() {
        let one = r#"{"sessionKey":"12","clientIdentifier":"tv-1","ratingKey":"100","viewOffset":61000,"state":"paused"}"#;
        let expected = PlayingHint {
            session_key: Some("12".to_owned()),
            rating_key: Some("100".to_owned()),
            state: Some("paused".to_owned()),
            view_offset_ms: Some(61_000),
            player_id: Some("tv-1".to_owned()),
        };
        for data in [
            format!(r#"{{"PlaySessionStateNotification":{one}}}"#),
            format!(r#"{{"PlaySessionStateNotification":[{one}]}}"#),
            format!(
                r#"{{"NotificationContainer":{{"type":"playing","size":1,"PlaySessionStateNotification":[{one}]}}}}"#
            ),
        ] {
            let event = Event { name: "playing".to_owned(), data };
            assert_eq!(hints(&event), std::slice::from_ref(&expected), "{}", event.data);
        }
    }

    #[test]
    fn pings_and_nonsense_say_nothing() {
        for data in ["", "{}", "nonsense", r#"{"NotificationContainer":{"type":"timeline","size":0}}"#] {
            assert!(hints(&Event { name: "ping".to_owned(), data: data.to_owned() }).is_empty(), "{data}");
        }
    }
}
