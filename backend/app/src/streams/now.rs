//! What is playing, as pages show it: from the database, never from the server.

use std::collections::HashMap;

use pum_domain::page::{Page, PageRequest};
use pum_domain::stream::place::public_address;
use pum_domain::stream::stopping::{CannotStop, can_stop};
use pum_domain::stream::{StreamDecision, StreamLocation, StreamState, WatchState};
use pum_domain::{Instant, LibraryId, StreamId, UserId};
use pum_store::streams::{self, Going, Stream};
use pum_store::watching::{self, Watching};
use pum_store::{Reads, libraries, plex_server, users};

use super::details::Details;
use crate::ctx::Ctx;
use crate::error::AppResult;

/// Nobody looks, since no worker is at work.
const NO_WORKER: &str = "no_worker";
/// Nothing to look at.
const NOT_CONNECTED: &str = "plex_not_connected";

/// What is playing now.
#[derive(Debug)]
pub struct NowView {
    /// A page of it.
    pub page: Page<StreamView>,
    /// All of it, added up.
    pub summary: Summary,
    /// How watching goes.
    pub watching: WatchingView,
}

/// A stream with the names that it goes by.
#[derive(Debug)]
pub struct StreamView {
    /// What is written down.
    pub stream: Stream,
    /// The user's name, where a user watches.
    pub user: Option<Watched>,
    /// The library as PUM knows it.
    pub library: Option<LibraryId>,
    /// What else the card shows.
    pub details: Details,
    /// Whether somebody can be asked where its address is.
    pub address_is_public: bool,
    /// Why it cannot be stopped.
    pub cannot_stop: Option<CannotStop>,
}

/// The user who watches.
#[derive(Debug, Clone)]
pub struct Watched {
    /// Who.
    pub id: UserId,
    /// The name at Plex.
    pub username: String,
}

/// Streams, added up. Kilobits a second.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// How many go on.
    pub count: i64,
    /// Of which play, or wait for data.
    pub playing: i64,
    /// Of which are paused.
    pub paused: i64,
    /// Played as they are.
    pub direct_play: i64,
    /// Only packed anew.
    pub direct_stream: i64,
    /// Converted.
    pub transcode: i64,
    /// Altogether.
    pub bandwidth_kbps: i64,
    /// In the server's own network.
    pub lan_kbps: i64,
    /// Out of it.
    pub wan_kbps: i64,
}

/// How watching goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchingView {
    /// Whether what is shown is what is playing.
    pub state: WatchState,
    /// The last good look.
    pub seen_at: Option<Instant>,
    /// Why nobody looks, in a stable word.
    pub reason: Option<String>,
}

/// What is playing now.
pub async fn list(ctx: &Ctx, request: &PageRequest) -> AppResult<NowView> {
    let reader = ctx.reader();
    let server = plex_server::get(&reader).await?;
    let watching = watching::get(&reader).await?;
    let machine = server.as_ref().map(|server| server.machine_identifier.as_str()).unwrap_or_default();
    let page = streams::list_open(&reader, machine, request).await?;
    let summary = sum(&streams::going(&reader, machine).await?);
    let may_stop = watching.as_ref().and_then(|watching| watching.may_stop);
    let watching = judge(server.is_some(), watching, reader.now().await?);
    let names = names(&reader, &page.items, machine).await?;
    let page = page.map(|stream| names.view(stream, may_stop));
    Ok(NowView { page, summary, watching })
}

/// One stream that goes on, or has gone on.
pub async fn show(ctx: &Ctx, id: StreamId) -> AppResult<StreamView> {
    let reader = ctx.reader();
    let stream = streams::get(&reader, id).await?;
    let may_stop = watching::get(&reader).await?.and_then(|watching| watching.may_stop);
    let machine = stream.machine_identifier.clone();
    let names = names(&reader, std::slice::from_ref(&stream), &machine).await?;
    Ok(names.view(stream, may_stop))
}

struct Names {
    users: HashMap<UserId, String>,
    libraries: HashMap<i64, LibraryId>,
}

async fn names(db: &impl Reads, rows: &[Stream], machine: &str) -> AppResult<Names> {
    let mut ids: Vec<UserId> = rows.iter().filter_map(|stream| stream.user_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let users = users::names(db, &ids).await?;
    let libraries = libraries::of_server(db, machine).await?;
    // One that is gone and one that is there may have had the same number.
    let (gone, there): (Vec<_>, Vec<_>) =
        libraries.into_iter().partition(|library| library.vanished_at.is_some());
    let libraries = gone.into_iter().chain(there).map(|library| (library.key, library.id)).collect();
    Ok(Names { users, libraries })
}

impl Names {
    fn view(&self, stream: Stream, may_stop: Option<bool>) -> StreamView {
        let user = stream.user_id.and_then(|id| {
            let username = self.users.get(&id)?.clone();
            Some(Watched { id, username })
        });
        StreamView {
            user,
            library: stream.item.library_key.and_then(|key| self.libraries.get(&key).copied()),
            details: Details::from_text(stream.delivery.details.as_deref()),
            address_is_public: stream.delivery.address.as_deref().and_then(public_address).is_some(),
            cannot_stop: can_stop(stream.delivery.session_id.as_deref(), may_stop).err(),
            stream,
        }
    }
}

fn sum(going: &[Going]) -> Summary {
    let mut summary = Summary::default();
    for one in going {
        summary.count += 1;
        match one.state {
            StreamState::Paused => summary.paused += 1,
            _ => summary.playing += 1,
        }
        match one.decision {
            Some(StreamDecision::DirectPlay) => summary.direct_play += 1,
            Some(StreamDecision::DirectStream) => summary.direct_stream += 1,
            Some(StreamDecision::Transcode) => summary.transcode += 1,
            None => {}
        }
        let kbps = one.bandwidth_kbps.unwrap_or(0);
        summary.bandwidth_kbps += kbps;
        match one.location {
            Some(StreamLocation::Lan) => summary.lan_kbps += kbps,
            Some(StreamLocation::Wan | StreamLocation::Cellular) => summary.wan_kbps += kbps,
            None => {}
        }
    }
    summary
}

fn judge(connected: bool, watching: Option<Watching>, now: Instant) -> WatchingView {
    let stopped = |reason: &str, seen_at| WatchingView {
        state: WatchState::Stopped,
        seen_at,
        reason: Some(reason.to_owned()),
    };
    match watching {
        _ if !connected => stopped(NOT_CONNECTED, None),
        Some(watching) if watching.held_until > now => {
            WatchingView { state: watching.state, seen_at: watching.seen_at, reason: watching.reason }
        }
        watching => stopped(NO_WORKER, watching.and_then(|watching| watching.seen_at)),
    }
}
