//! Getting rid of Plex tokens: each is signed out at Plex by a job once nobody needs it.

use pum_domain::job::{JobKind, Lane};
use pum_plex::Token;
use pum_store::Tx;
use pum_store::jobs::{self, NewJob};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::{AppError, AppResult};
use crate::random;
use crate::secret::{Keys, Place, Secret};

#[derive(Serialize, Deserialize)]
struct Payload {
    /// What the sealed token is bound to: the job has no id before it is written.
    row: String,
    token_sealed: String,
    /// The name under which the person signed in, to which Plex has tied the token.
    client_identifier: String,
}

fn place(row: &str) -> Place<'_> {
    Place { table: "jobs", column: "payload", row }
}

/// Has a token signed out once `tx` is committed.
pub async fn enqueue(tx: &Tx, keys: &Keys, token: &Token, client_identifier: &str) -> AppResult<()> {
    let row = random::identifier();
    let token_sealed = keys.seal(place(&row), &Secret::new(token.expose()));
    let payload = Payload { row, token_sealed, client_identifier: client_identifier.to_owned() };
    let payload =
        serde_json::to_value(payload).map_err(|error| AppError::internal("writing a job", error))?;
    let mut job = NewJob::new(JobKind::SignOutPlexToken, Lane::Automatic, payload);
    // Plex may be down for long; the token is harmless meanwhile, but should not live for ever.
    job.max_attempts = 12;
    jobs::enqueue(tx, job).await?;
    Ok(())
}

/// The token and the name it was made under.
pub(crate) fn open(keys: &Keys, payload: &Value) -> Option<(Token, String)> {
    let payload: Payload = serde_json::from_value(payload.clone()).ok()?;
    let token = keys.open(place(&payload.row), &payload.token_sealed).ok()?;
    Some((Token::new(token.expose()), payload.client_identifier))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_payload_that_makes_no_sense_is_no_token() {
        let keys = Keys::derive(&Secret::new("some secret key"));
        assert!(open(&keys, &json!({})).is_none());
        assert!(
            open(&keys, &json!({ "row": "a", "token_sealed": "s1.x.y", "client_identifier": "c" })).is_none()
        );
    }
}
