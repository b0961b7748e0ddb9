//! Keys from `SECRET_KEY`: one per purpose, and the sealing of secrets that rest in the database.
//!
//! A sealed value is bound to its place (`table|column|row`): copied into another row it does not
//! open. It names the key that sealed it, so that a rotation can tell old from new.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use sha2::{Digest, Sha256};
use thiserror::Error;
use zeroize::Zeroizing;

use crate::random;

const NONCE_BYTES: usize = 24;

/// A text that must not reach logs, errors or answers: no `Debug` of its content, no `Serialize`.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes a text into custody.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The text itself, for the one call that needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Where a sealed value rests.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The table.
    pub table: &'a str,
    /// The column.
    pub column: &'a str,
    /// The row's key.
    pub row: &'a str,
}

impl Place<'_> {
    fn associated_data(&self) -> String {
        format!("{}|{}|{}", self.table, self.column, self.row)
    }
}

/// A value that does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Unsealable {
    /// It was sealed with another `SECRET_KEY`.
    #[error("sealed with another SECRET_KEY")]
    OtherKey,
    /// It is damaged, or was moved from another row.
    #[error("damaged or moved")]
    Damaged,
}

/// The keys of this installation.
pub struct Keys {
    seal: XChaCha20Poly1305,
    key_id: String,
    tickets: Zeroizing<[u8; 32]>,
    cookies: Zeroizing<[u8; 64]>,
    fingerprints: Zeroizing<[u8; 32]>,
}

impl Keys {
    /// Derives every key from the one secret.
    pub fn derive(secret_key: &Secret) -> Self {
        let source = Hkdf::<Sha256>::new(Some(b"pum/1"), secret_key.expose().as_bytes());
        let seal = expand::<32>(&source, b"seal");
        let mut key_id = data_encoding::HEXLOWER.encode(&*expand::<32>(&source, b"key id"));
        key_id.truncate(8);
        Self {
            seal: XChaCha20Poly1305::new((&*seal).into()),
            key_id,
            tickets: expand(&source, b"tickets"),
            cookies: expand(&source, b"cookies"),
            fingerprints: expand(&source, b"fingerprints"),
        }
    }

    /// Names the key without giving it away.
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// Signs short-lived tickets.
    pub fn ticket_key(&self) -> &[u8; 32] {
        &self.tickets
    }

    /// Signs session cookies.
    pub fn cookie_key(&self) -> &[u8; 64] {
        &self.cookies
    }

    /// A keyed hash, for finding a row by something that should not stand in the database.
    pub fn fingerprint(&self, purpose: &str, text: &str) -> String {
        let mut hasher = Sha256::new();
        hasher.update(*self.fingerprints);
        hasher.update([purpose.len().min(255) as u8]);
        hasher.update(purpose.as_bytes());
        hasher.update(text.as_bytes());
        data_encoding::HEXLOWER.encode(&hasher.finalize())
    }

    /// Seals a secret for its place.
    pub fn seal(&self, place: Place<'_>, secret: &Secret) -> String {
        let nonce = random::bytes::<NONCE_BYTES>();
        let aad = place.associated_data();
        let payload = Payload { msg: secret.expose().as_bytes(), aad: aad.as_bytes() };
        let sealed = self
            .seal
            .encrypt(&XNonce::from(nonce), payload)
            .expect("XChaCha20-Poly1305 only fails beyond 256 GB of text");
        let mut bytes = nonce.to_vec();
        bytes.extend(sealed);
        format!("s1.{}.{}", self.key_id, BASE64.encode(bytes))
    }

    /// Opens what [`Keys::seal`] made for the same place.
    pub fn open(&self, place: Place<'_>, sealed: &str) -> Result<Secret, Unsealable> {
        let mut parts = sealed.splitn(3, '.');
        let (Some("s1"), Some(key_id), Some(body)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(Unsealable::Damaged);
        };
        if key_id != self.key_id {
            return Err(Unsealable::OtherKey);
        }
        let bytes = BASE64.decode(body).map_err(|_| Unsealable::Damaged)?;
        let (nonce, text) = bytes.split_first_chunk::<NONCE_BYTES>().ok_or(Unsealable::Damaged)?;
        let aad = place.associated_data();
        let plain = self
            .seal
            .decrypt(&XNonce::from(*nonce), Payload { msg: text, aad: aad.as_bytes() })
            .map_err(|_| Unsealable::Damaged)?;
        String::from_utf8(plain).map(Secret::new).map_err(|_| Unsealable::Damaged)
    }
}

fn expand<const N: usize>(source: &Hkdf<Sha256>, purpose: &[u8]) -> Zeroizing<[u8; N]> {
    let mut key = Zeroizing::new([0; N]);
    source.expand(purpose, &mut *key).expect("SHA-256 expands to far more than 64 bytes");
    key
}

/// The hash under which an opaque secret of our own making (a session key, a guest cookie) is stored.
pub fn hash_opaque(secret: &str) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(secret.as_bytes()))
}

/// Whether two texts are equal, in a time that does not tell where they differ.
pub fn equal(left: &str, right: &str) -> bool {
    use subtle::ConstantTimeEq;
    left.as_bytes().ct_eq(right.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: Place<'static> = Place { table: "plex_server", column: "token_sealed", row: "1" };

    #[test]
    fn a_secret_opens_only_with_its_key_and_in_its_place() {
        let keys = Keys::derive(&Secret::new("one secret key of some length"));
        let other = Keys::derive(&Secret::new("another secret key"));
        let sealed = keys.seal(HERE, &Secret::new("plex-token"));
        assert!(!sealed.contains("plex-token"));
        assert_eq!(keys.open(HERE, &sealed).map(|s| s.expose().to_owned()).as_deref(), Ok("plex-token"));
        assert_eq!(other.open(HERE, &sealed).map(|_| ()), Err(Unsealable::OtherKey));
        let elsewhere = Place { row: "2", ..HERE };
        assert_eq!(keys.open(elsewhere, &sealed).map(|_| ()), Err(Unsealable::Damaged));
        assert_eq!(keys.open(HERE, "s1.x").map(|_| ()), Err(Unsealable::Damaged));
        assert_eq!(format!("{:?}", Secret::new("hush")), "Secret(…)");
    }

    #[test]
    fn fingerprints_differ_by_purpose_and_key() {
        let keys = Keys::derive(&Secret::new("one"));
        assert_eq!(keys.fingerprint("a", "x"), keys.fingerprint("a", "x"));
        assert_ne!(keys.fingerprint("a", "x"), keys.fingerprint("b", "x"));
        assert_ne!(keys.fingerprint("a", "x"), Keys::derive(&Secret::new("two")).fingerprint("a", "x"));
    }
}
