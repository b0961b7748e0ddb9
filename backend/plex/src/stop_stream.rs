//! Stopping a stream.

use crate::{error::PlexError, media_server::MediaServer, routes::Route, token::Token};

/// What clients use, and what newer documentation says. Which of the two a server knows, only trying tells.
const WAYS: [Route; 2] = ["GET /status/sessions/terminate", "POST /status/sessions/terminate"];

/// What came of asking to stop a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopOutcome {
    /// The server has told the player. It may stay in the list for some seconds, and a few players ignore it.
    Done,
    /// There is no such stream (any more).
    NoSuchSession,
    /// The server's owner lacks the Plex Pass that this takes.
    PlexPassMissing,
    /// The player gave no session id, so the server cannot address it.
    NoSessionId,
}

impl MediaServer {
    /// Stops a stream by its session id (not its key); `reason` is shown to the viewer.
    ///
    /// # Errors
    /// `Unauthorized` if the server no longer accepts the token at all, `Forbidden` for anybody's but the owner's;
    /// the passing ones, after which the same call is harmless.
    pub async fn stop_stream(
        &self,
        token: &Token,
        session_id: &str,
        reason: &str,
    ) -> Result<StopOutcome, PlexError> {
        if session_id.trim().is_empty() {
            return Ok(StopOutcome::NoSessionId);
        }
        let [first, second] = WAYS;
        let mut answer = self.terminate(token, first, session_id, reason).await;
        // A server without this way says the same as one without this session.
        if matches!(
            answer,
            Err(PlexError::ItemMissing | PlexError::RouteGone | PlexError::Refused { status: 405 | 501, .. })
        ) {
            answer = self.terminate(token, second, session_id, reason).await;
        }
        match answer {
            Ok(()) => Ok(StopOutcome::Done),
            Err(PlexError::ItemMissing | PlexError::RouteGone | PlexError::Refused { status: 405, .. }) => {
                Ok(StopOutcome::NoSuchSession)
            }
            // A dead token and a missing Plex Pass get the same answer; a token that opens the server is alive.
            Err(PlexError::Unauthorized) => self.root(token).await.map(|_| StopOutcome::PlexPassMissing),
            Err(error) => Err(error),
        }
    }

    async fn terminate(
        &self,
        token: &Token,
        route: Route,
        session_id: &str,
        reason: &str,
    ) -> Result<(), PlexError> {
        let request = self.request(route, &[])?.query(&[("sessionId", session_id), ("reason", reason)]);
        self.send(request.token(token).server_item().acting()).await.map(drop)
    }
}
