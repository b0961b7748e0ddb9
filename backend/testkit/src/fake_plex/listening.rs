//! Those who listen to a media server: server-sent events, or a websocket that says the same.

use super::call::Listener;
use super::world::Note;
use actix_web::web::{Bytes, BytesMut, Payload};
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine as _;
use futures::{Stream, StreamExt as _, stream};
use serde_json::{Value, json};
use sha1::{Digest as _, Sha1};
use std::io;
use std::time::Duration;
use tokio::sync::broadcast::{Receiver, error::RecvError};

/// What goes to those who listen.
#[derive(Debug, Clone)]
pub enum Heard {
    Note(Note),
    /// The connection ends.
    Cut,
}

/// The way in which somebody listens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ear {
    Events,
    Websocket,
}

/// Somebody who has begun to listen.
pub struct Listening {
    pub ear: Ear,
    pub heard: Receiver<Heard>,
    /// Whether what plays is among what they want to hear.
    pub wants_playing: bool,
    pub ping: Option<Duration>,
    /// Nothing goes out before the first of these.
    pub begins_with_ping: bool,
    pub machine_identifier: String,
}

impl Ear {
    /// The way of listening that an operation is, if it is one.
    pub fn of(op: &str) -> Option<Self> {
        match op {
            "pms_eventsource" => Some(Self::Events),
            "pms_websocket" => Some(Self::Websocket),
            _ => None,
        }
    }

    fn ping(self) -> Bytes {
        match self {
            Self::Events => Bytes::from_static(b"event: ping\ndata: {}\n\n"),
            Self::Websocket => frame(9, b"ping"),
        }
    }

    fn words(self, note: &Note) -> Bytes {
        let playing = json!({
            "sessionKey": note.session_key.to_string(),
            "clientIdentifier": note.player_id,
            "guid": "",
            "ratingKey": note.rating_key.to_string(),
            "url": "",
            "key": format!("/library/metadata/{}", note.rating_key),
            "viewOffset": note.view_offset_ms,
            "playQueueItemID": 1,
            "state": note.state,
        });
        match self {
            Self::Events => {
                let data = json!({ "PlaySessionStateNotification": playing });
                Bytes::from(format!("event: playing\ndata: {data}\n\n"))
            }
            Self::Websocket => text(&json!({ "NotificationContainer": {
                "type": "playing", "size": 1, "PlaySessionStateNotification": [playing],
            } })),
        }
    }
}

impl Listening {
    /// The answer that goes on until somebody ends it. `payload` is what a websocket's client says.
    pub async fn into_response(self, http: &HttpRequest, payload: Option<Payload>) -> HttpResponse {
        if let Some(ping) = self.ping.filter(|_| self.begins_with_ping) {
            // Not even the head of the answer goes out before.
            tokio::time::sleep(ping).await;
        }
        match self.ear {
            Ear::Events => HttpResponse::Ok()
                .insert_header(("content-type", "text/event-stream"))
                .insert_header(("cache-control", "no-cache"))
                .streaming(self.pieces(None)),
            Ear::Websocket => {
                let key = http.headers().get("sec-websocket-key").map(|key| key.as_bytes().to_vec());
                let Some(key) = key else { return HttpResponse::BadRequest().finish() };
                HttpResponse::SwitchingProtocols()
                    .upgrade("websocket")
                    .insert_header(("sec-websocket-accept", accept(&key)))
                    .streaming(self.pieces(payload))
            }
        }
    }

    fn pieces(self, payload: Option<Payload>) -> impl Stream<Item = io::Result<Bytes>> + use<> {
        let first = match self.ear {
            // Lets the head of the answer go out at once.
            Ear::Events => Bytes::from_static(b": listening\n\n"),
            Ear::Websocket => text(&json!({ "NotificationContainer": {
                "type": "activity", "size": 0,
            } })),
        };
        let rest = stream::unfold((self, payload), |(mut this, mut payload)| async move {
            let piece = this.next(payload.as_mut()).await?;
            Some((Ok(piece), (this, payload)))
        });
        Box::pin(stream::once(async { Ok(first) }).chain(rest))
    }

    /// What comes next; nothing when one of the two has ended it.
    async fn next(&mut self, mut payload: Option<&mut Payload>) -> Option<Bytes> {
        loop {
            let ping = async {
                match self.ping {
                    Some(every) => tokio::time::sleep(every).await,
                    None => std::future::pending().await,
                }
            };
            let said = async {
                match payload.as_deref_mut() {
                    Some(payload) => payload.next().await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                heard = self.heard.recv() => match heard {
                    Ok(Heard::Note(note)) if self.wants_playing && note.machine_identifier == self.machine_identifier => {
                        return Some(self.ear.words(&note));
                    }
                    Ok(Heard::Note(_)) | Err(RecvError::Lagged(_)) => {}
                    Ok(Heard::Cut) | Err(RecvError::Closed) => return None,
                },
                () = ping => return Some(self.ear.ping()),
                said = said => {
                    // The client's pongs are of no interest, its farewell is.
                    let bytes = said?.ok()?;
                    if bytes.first().is_some_and(|first| first & 0x0f == 8) {
                        return None;
                    }
                }
            }
        }
    }
}

/// Whether a request wants to become a websocket; its body never ends.
pub fn wants_websocket(http: &HttpRequest) -> bool {
    let value = http.headers().get("upgrade").and_then(|value| value.to_str().ok());
    value.is_some_and(|value| value.eq_ignore_ascii_case("websocket"))
}

/// Which server's address was called.
pub fn slot(listener: Listener) -> Option<usize> {
    match listener {
        Listener::Pms(slot) => Some(slot),
        _ => None,
    }
}

fn accept(key: &[u8]) -> String {
    let mut hash = Sha1::new();
    hash.update(key);
    hash.update(b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
    base64::engine::general_purpose::STANDARD.encode(hash.finalize())
}

fn text(value: &Value) -> Bytes {
    frame(1, value.to_string().as_bytes())
}

/// One unmasked frame, as servers send them.
fn frame(opcode: u8, payload: &[u8]) -> Bytes {
    let mut out = BytesMut::with_capacity(payload.len() + 4);
    out.extend_from_slice(&[0x80 | opcode]);
    match u8::try_from(payload.len()) {
        Ok(short) if short < 126 => out.extend_from_slice(&[short]),
        _ => {
            let length = u16::try_from(payload.len()).unwrap_or(u16::MAX);
            out.extend_from_slice(&[126]);
            out.extend_from_slice(&length.to_be_bytes());
        }
    }
    out.extend_from_slice(payload);
    out.freeze()
}
