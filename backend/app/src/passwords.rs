//! Hashing and checking passwords: Argon2id, at most two at once, and as long for an unknown name.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;

use crate::error::{AppError, AppResult};
use crate::secret::Secret;

/// Hashes at once in a process: each takes 19 MiB and a core.
const AT_ONCE: usize = 2;

/// Checked when there is no such account, so that both answers take as long. Fits no password that
/// anybody could find: the hash part is not the hash of anything known.
const DECOY: &str = "$argon2id$v=19$m=19456,t=2,p=1$cHVtLWRlY295LXNhbHQtMQ$\
                     ZGVjb3ktZGVjb3ktZGVjb3ktZGVjb3ktZGVjb3ktMDE";

/// A door before the hash function.
pub struct Passwords {
    gate: Semaphore,
}

impl Default for Passwords {
    fn default() -> Self {
        Self { gate: Semaphore::new(AT_ONCE) }
    }
}

impl Passwords {
    /// The PHC string to store.
    pub async fn hash(&self, password: &Secret) -> AppResult<String> {
        let password = password.clone();
        self.run(move || {
            Argon2::default()
                .hash_password(password.expose().as_bytes())
                .map(|hash| hash.to_string())
                .map_err(|error| AppError::internal("hashing a password", error))
        })
        .await?
    }

    /// Whether the password fits the stored hash; without one it takes as long and says no.
    pub async fn verify(&self, password: &Secret, stored: Option<String>) -> AppResult<bool> {
        let known = stored.is_some();
        let hash = stored.unwrap_or_else(|| DECOY.to_owned());
        let password = password.clone();
        let fits = self
            .run(move || match PasswordHash::new(&hash) {
                Ok(parsed) => {
                    Argon2::default().verify_password(password.expose().as_bytes(), &parsed).is_ok()
                }
                Err(_) => false,
            })
            .await?;
        Ok(known && fits)
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> AppResult<T> {
        let _permit =
            self.gate.acquire().await.map_err(|error| AppError::internal("waiting to hash", error))?;
        tokio::task::spawn_blocking(work)
            .await
            .map_err(|error| AppError::internal("hashing a password", error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_decoy_costs_as_much_as_a_real_hash() {
        let decoy = PasswordHash::new(DECOY).expect("a PHC string");
        let real = Argon2::default().hash_password(b"a quiet marigold").expect("a hash");
        assert_eq!(decoy.params, real.params);
        assert_eq!(decoy.hash.map(|h| h.as_ref().len()), real.hash.map(|h| h.as_ref().len()));
    }

    #[tokio::test]
    async fn a_password_fits_its_own_hash_only() {
        let passwords = Passwords::default();
        let hash = passwords.hash(&Secret::new("a quiet marigold")).await.expect("a hash");
        assert!(hash.starts_with("$argon2id$"));
        assert!(
            passwords.verify(&Secret::new("a quiet marigold"), Some(hash.clone())).await.expect("an answer")
        );
        assert!(!passwords.verify(&Secret::new("another flower"), Some(hash)).await.expect("an answer"));
        assert!(!passwords.verify(&Secret::new("anything at all"), None).await.expect("an answer"));
    }
}
