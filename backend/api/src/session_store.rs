//! Sessions of actix-session, kept in our database.
//!
//! The cookie holds a random key, signed; the table holds its SHA-256. Somebody who is not signed in
//! has no row. A session whose row has gone cannot be saved again: signing out beats every request
//! that is still under way.

use std::cell::RefCell;
use std::collections::HashMap;

use actix_session::storage::{
    LoadError, SaveError, SessionKey, SessionStore, UpdateError, generate_session_key,
};
use actix_web::cookie::time::Duration;
use actix_web::web::Data;
use pum_app::secret::hash_opaque;
use pum_app::sessions::{self, NewSession};

use crate::error::ApiError;
use crate::state::Web;

/// The cookie's name, without the `__Host-` that it has over https.
pub const COOKIE: &str = "pum_session";
/// How long a session lives at most, in milliseconds.
pub const ABSOLUTE_LIMIT: i64 = sessions::ABSOLUTE_LIMIT;

/// State entry: the admin's id.
pub(crate) const ADMIN: &str = "admin";
/// State entry: from where they signed in.
pub(crate) const ADDRESS: &str = "address";
/// State entry: with which browser.
pub(crate) const USER_AGENT: &str = "user_agent";
/// State entry: this is a sign-in, not the continuation of a session.
pub(crate) const FRESH: &str = "fresh";
/// State entry that is made when loading and never stored: who it is, and what they may do.
pub(crate) const WHO: &str = "who";

/// The store behind the middleware.
pub struct DbSessions(pub Data<Web>);

/// What happened to the session of one request.
#[derive(Default)]
struct Notes {
    /// The row that a renewal replaces was still there.
    replaced: bool,
    trouble: Option<ApiError>,
}

tokio::task_local! {
    static NOTES: RefCell<Notes>;
}

/// Runs a request so that trouble with its session becomes a problem of its own, not a bare 500.
pub async fn with_notes<T>(
    request: impl Future<Output = Result<T, actix_web::Error>>,
) -> Result<T, actix_web::Error> {
    NOTES
        .scope(RefCell::default(), async {
            let outcome = request.await;
            match NOTES.with(|notes| notes.borrow_mut().trouble.take()) {
                Some(trouble) => outcome.map_err(|_| trouble.into()),
                None => outcome,
            }
        })
        .await
}

fn note(error: impl Into<ApiError>) -> anyhow::Error {
    let error = error.into();
    let text = error.to_string();
    NOTES.with(|notes| notes.borrow_mut().trouble = Some(error));
    anyhow::Error::msg(text)
}

impl SessionStore for DbSessions {
    async fn load(&self, key: &SessionKey) -> Result<Option<HashMap<String, String>>, LoadError> {
        let found = sessions::find(self.0.ctx(), &hash_opaque(key.as_ref())).await;
        let Some(session) = found.map_err(|error| LoadError::Other(note(error)))? else { return Ok(None) };
        let entries = [
            (ADMIN, json(&session.admin_id)),
            (ADDRESS, json(&session.address)),
            (USER_AGENT, json(&session.user_agent)),
        ];
        let mut state: HashMap<String, String> = entries.map(|(name, value)| (name.to_owned(), value)).into();
        state.insert(WHO.to_owned(), json(&session));
        Ok(Some(state))
    }

    async fn save(&self, state: HashMap<String, String>, _: &Duration) -> Result<SessionKey, SaveError> {
        let Some(admin_id) = entry(&state, ADMIN) else {
            let error = ApiError::internal("saving a session", "it belongs to nobody");
            return Err(SaveError::Other(note(error)));
        };
        let continues = entry::<bool>(&state, FRESH) != Some(true);
        if continues && !NOTES.with(|notes| notes.borrow().replaced) {
            return Err(SaveError::Other(note(ApiError::not_signed_in())));
        }
        let key = generate_session_key();
        let session = NewSession {
            key_hash: hash_opaque(key.as_ref()),
            admin_id,
            address: entry(&state, ADDRESS).unwrap_or_default(),
            user_agent: entry(&state, USER_AGENT).unwrap_or_default(),
        };
        match sessions::open(self.0.ctx(), &session).await {
            Ok(()) => Ok(key),
            Err(error) => Err(SaveError::Other(note(error))),
        }
    }

    async fn update(
        &self,
        key: SessionKey,
        _: HashMap<String, String>,
        ttl: &Duration,
    ) -> Result<SessionKey, UpdateError> {
        // Who it is never changes within a session, so that all there is to update is its age.
        self.update_ttl(&key, ttl).await.map_err(UpdateError::Other)?;
        Ok(key)
    }

    async fn update_ttl(&self, key: &SessionKey, _: &Duration) -> Result<(), anyhow::Error> {
        match sessions::touch(self.0.ctx(), &hash_opaque(key.as_ref())).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(note(ApiError::not_signed_in())),
            Err(error) => Err(note(error)),
        }
    }

    async fn delete(&self, key: &SessionKey) -> Result<(), anyhow::Error> {
        let replaced = sessions::close(self.0.ctx(), &hash_opaque(key.as_ref())).await.map_err(note)?;
        NOTES.with(|notes| notes.borrow_mut().replaced = replaced);
        Ok(())
    }
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

fn entry<T: serde::de::DeserializeOwned>(state: &HashMap<String, String>, name: &str) -> Option<T> {
    serde_json::from_str(state.get(name)?).ok()
}
