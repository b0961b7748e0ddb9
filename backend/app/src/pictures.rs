//! Pictures of people and of what they watch, kept by us: nobody's browser tells Plex or Gravatar what it
//! looks at, and nobody's browser is given a way to the server.
//!
//! A request never waits for a picture for long. What is not there yet is fetched beside it and shown
//! the next time; losing such a fetch costs nothing, so it is no job.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use pum_domain::instant::{DAY, MINUTE};
use pum_domain::{AdminId, Instant, StreamId, UserId};
use pum_store::{Reads, StoreError, admins, pictures, streams};
use tokio::sync::{Semaphore, watch};

use crate::guests::Guest;
use crate::plex_server::{NotReady, connected_server, verify_identity};
use crate::secret::hash_opaque;
use crate::{AppError, AppResult, Ctx, clock, redemptions};

/// After this long a picture is fetched again, in milliseconds.
const FRESH_FOR: i64 = 7 * DAY;
/// A picture that could not be had is not asked for again within this time, in milliseconds.
const REST_AFTER_FAILURE: i64 = 10 * MINUTE;
/// How many are fetched at once.
const PLACES: usize = 4;
/// The size of a poster, in pixels: sharp on a card, small on the wire.
const POSTER: (u32, u32) = (320, 480);
/// How long a card waits for its poster.
const POSTER_PATIENCE: Duration = Duration::from_secs(3);
/// Failures that are remembered at most.
const REMEMBERED: usize = 1_000;

pub use pum_store::pictures::Picture;

/// Which pictures are being fetched, and which could not be had.
pub(crate) struct Pictures {
    places: Semaphore,
    under_way: Mutex<HashMap<String, watch::Receiver<()>>>,
    failed: Mutex<HashMap<String, Instant>>,
}

impl Default for Pictures {
    fn default() -> Self {
        Self { places: Semaphore::new(PLACES), under_way: Mutex::default(), failed: Mutex::default() }
    }
}

/// The picture of a user.
pub async fn of_user(ctx: &Ctx, id: UserId) -> AppResult<Option<Picture>> {
    let address = pictures::address_of_user(&ctx.reader(), id).await?;
    of_address(ctx, address.as_deref(), Duration::ZERO).await
}

/// The picture of the Plex account that an admin has linked.
pub async fn of_admin(ctx: &Ctx, id: AdminId) -> AppResult<Option<Picture>> {
    let admin = admins::get(&ctx.reader(), id).await?;
    let address = admin.and_then(|admin| admin.plex?.thumb);
    of_address(ctx, address.as_deref(), Duration::ZERO).await
}

/// The picture of the account that an invitee has just signed in with: they are asked whether it is
/// them, so it is worth a moment.
pub async fn of_redemption(ctx: &Ctx, guest: Option<&Guest>) -> AppResult<Option<Picture>> {
    let view = redemptions::current(ctx, guest, None).await?;
    let thumb = view.redemption.account.and_then(|account| account.thumb);
    of_address(ctx, thumb.as_deref(), Duration::from_secs(2)).await
}

/// The poster of what a stream plays, or has played. There is no other way to a poster than such a row, so
/// nobody can have the server asked for anything else.
pub async fn of_stream(ctx: &Ctx, id: StreamId) -> AppResult<Option<Picture>> {
    let stream = match streams::get(&ctx.reader(), id).await {
        Err(StoreError::NotFound { .. }) => return Err(AppError::not_found("stream")),
        stream => stream?,
    };
    let Some(path) = stream.item.thumb else { return Ok(None) };
    let source = Source::Item { machine_identifier: stream.machine_identifier, path };
    of_source(ctx, source, POSTER_PATIENCE).await
}

/// The picture at an address that Plex gave us. One that is not here yet is fetched beside; the
/// request waits for it no longer than `patience`.
pub async fn of_address(ctx: &Ctx, address: Option<&str>, patience: Duration) -> AppResult<Option<Picture>> {
    match address {
        Some(address) => of_source(ctx, Source::Account(address.to_owned()), patience).await,
        None => Ok(None),
    }
}

/// Where a picture comes from.
#[derive(Debug, Clone)]
enum Source {
    /// An address at Plex, asked without any token.
    Account(String),
    /// A path on the server, asked with the owner's.
    Item { machine_identifier: String, path: String },
}

impl Source {
    fn key(&self) -> String {
        match self {
            Self::Account(address) => hash_opaque(address),
            Self::Item { machine_identifier, path } => {
                let (width, height) = POSTER;
                hash_opaque(&format!("item {width}x{height} {machine_identifier} {path}"))
            }
        }
    }

    /// As it is written down.
    fn name(&self) -> &str {
        match self {
            Self::Account(address) => address,
            Self::Item { path, .. } => path,
        }
    }
}

async fn of_source(ctx: &Ctx, source: Source, patience: Duration) -> AppResult<Option<Picture>> {
    let key = source.key();
    let reader = ctx.reader();
    let known = pictures::find(&reader, &key).await?;
    if let Some(picture) = known {
        if reader.now().await?.since(picture.fetched_at) > FRESH_FOR {
            fetch_beside(ctx, &key, source);
        }
        return Ok(Some(picture));
    }
    if let Some(mut ended) = fetch_beside(ctx, &key, source)
        && tokio::time::timeout(patience, ended.changed()).await.is_ok()
    {
        return Ok(pictures::find(&reader, &key).await?);
    }
    Ok(None)
}

/// Fetches a picture unless that is going on or failed lately. What comes back closes at the end.
fn fetch_beside(ctx: &Ctx, key: &str, source: Source) -> Option<watch::Receiver<()>> {
    let state = ctx.pictures();
    let failed = lock(&state.failed).get(key).copied();
    if failed.is_some_and(|at| clock::now().since(at) < REST_AFTER_FAILURE) {
        return None;
    }
    let mut under_way = lock(&state.under_way);
    if let Some(ended) = under_way.get(key) {
        return Some(ended.clone());
    }
    let (end, ended) = watch::channel(());
    under_way.insert(key.to_owned(), ended.clone());
    let (ctx, key) = (ctx.clone(), key.to_owned());
    tokio::spawn(async move {
        if let Err(reason) = fetch(&ctx, &key, &source).await {
            tracing::debug!(reason, "a picture could not be had");
            let mut failed = lock(&ctx.pictures().failed);
            if failed.len() >= REMEMBERED {
                failed.clear();
            }
            failed.insert(key.clone(), clock::now());
        }
        lock(&ctx.pictures().under_way).remove(&key);
        end.send_replace(());
    });
    Some(ended)
}

async fn fetch(ctx: &Ctx, key: &str, source: &Source) -> Result<(), String> {
    let _place = ctx.pictures().places.acquire().await.map_err(|error| error.to_string())?;
    let picture = match source {
        Source::Account(address) => ctx.plex().picture(address).await.map_err(|error| error.to_string())?,
        Source::Item { machine_identifier, path } => item(ctx, machine_identifier, path).await?,
    };
    let kept = async {
        let tx = ctx.db().begin().await?;
        pictures::keep(&tx, key, picture.content_type, picture.bytes.to_vec(), source.name()).await?;
        tx.commit().await
    };
    kept.await.map_err(|error| error.to_string())
}

async fn item(ctx: &Ctx, machine_identifier: &str, path: &str) -> Result<pum_plex::Picture, String> {
    let not_ready = |reason: NotReady| AppError::from(reason).detail;
    let server = connected_server(ctx).await.map_err(not_ready)?;
    if server.machine_identifier != machine_identifier {
        return Err("it was played on another server".to_owned());
    }
    let media_server = verify_identity(ctx, &server).await.map_err(not_ready)?;
    let (width, height) = POSTER;
    let picture = media_server.item_picture(&server.token, path, width, height).await;
    picture.map_err(|error| error.to_string())
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
