//! How much is watched, by whom and when: for one user, and for the server over some days. The figures
//! are kept by the store; here they are put together in the time zone of the settings.

use chrono::NaiveDate;
use chrono_tz::Tz;
use pum_domain::instant::DAY;
use pum_domain::stream::calendar::{LastDays, last_days, slot};
use pum_domain::stream::quarters::quarter_of;
use pum_domain::{Instant, PlexId, UserId};
use pum_store::play_imports::PlayImport;
use pum_store::streams::{self, Active, PlayerFigures, Sum};
use pum_store::{Reads, plex_server, users};

use crate::ctx::Ctx;
use crate::error::AppResult;
use crate::streams::import_progress;

/// Players that are told of at most.
const PLAYERS: u64 = 50;
/// The most active that are told of.
const MOST_ACTIVE: u64 = 10;
/// Hours in a week.
const SLOTS: usize = 7 * 24;

/// How much a user watches.
#[derive(Debug, Clone, Default)]
pub struct UserFigures {
    /// In the last 24 hours.
    pub day: Sum,
    /// In the last 7 days.
    pub week: Sum,
    /// In the last 30 days.
    pub month: Sum,
    /// Ever.
    pub all: Sum,
    /// With what, the most used first.
    pub players: Vec<PlayerFigures>,
    /// When they last streamed.
    pub last_streamed_at: Option<Instant>,
    /// Since when PUM has been watching.
    pub watching_since: Option<Instant>,
}

/// How much a user watches.
pub async fn of_user(ctx: &Ctx, id: UserId) -> AppResult<UserFigures> {
    let reader = ctx.reader();
    let user = users::profile(&reader, id).await?;
    let figures = UserFigures {
        all: Sum { plays: user.plays, watched_ms: user.watch_seconds * 1_000 },
        last_streamed_at: user.last_streamed_at,
        watching_since: watching_since(&reader).await?,
        ..UserFigures::default()
    };
    let Some(account) = user.plex_id else { return Ok(figures) };
    let now = reader.now().await?;
    let last = async |days: i64| sum_of(&reader, account, now.plus(-days * DAY)).await;
    Ok(UserFigures {
        day: last(1).await?,
        week: last(7).await?,
        month: last(30).await?,
        players: streams::players_of(&reader, account, PLAYERS).await?,
        ..figures
    })
}

async fn sum_of(db: &impl Reads, account: PlexId, from: Instant) -> AppResult<Sum> {
    Ok(streams::sum_of(db, account, quarter_of(from)).await?)
}

async fn watching_since(db: &impl Reads) -> AppResult<Option<Instant>> {
    match plex_server::get(db).await? {
        Some(server) => Ok(streams::watching_since(db, &server.machine_identifier).await?),
        None => Ok(None),
    }
}

/// How much was watched over some days.
#[derive(Debug, Clone)]
pub struct ServerFigures {
    /// The zone in which days and hours are told.
    pub zone: Tz,
    /// When the first day began.
    pub from: Instant,
    /// Now.
    pub to: Instant,
    /// Plays on each day.
    pub days: Vec<DayFigures>,
    /// Plays and watched time in each hour of the week: Monday's 24 first.
    pub week: Vec<Sum>,
    /// Who watched most, the most first.
    pub most_active: Vec<Active>,
    /// How many people got access on each day.
    pub new_users: Vec<(NaiveDate, i64)>,
    /// Since when PUM has been watching.
    pub watching_since: Option<Instant>,
    /// How far the reading of the server's own play history has come.
    pub import: Option<PlayImport>,
}

/// Plays that began on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayFigures {
    /// The day.
    pub date: NaiveDate,
    /// Of movies.
    pub movies: i64,
    /// Of episodes.
    pub episodes: i64,
    /// Of music.
    pub tracks: i64,
    /// Of anything else.
    pub other: i64,
}

/// How much was watched over so many days, today included.
pub async fn of_server(ctx: &Ctx, days: u32) -> AppResult<ServerFigures> {
    let reader = ctx.reader();
    let now = reader.now().await?;
    let zone = ctx.time_zone();
    let LastDays { from, dates } = last_days(days, now, zone);
    let first = dates.first().copied().unwrap_or_default();
    let place = |date: NaiveDate| usize::try_from(date.signed_duration_since(first).num_days()).ok();
    let none = |date: &NaiveDate| DayFigures { date: *date, movies: 0, episodes: 0, tracks: 0, other: 0 };
    let mut by_day: Vec<DayFigures> = dates.iter().map(none).collect();
    let mut week = vec![Sum::default(); SLOTS];
    for quarter in streams::server_quarters(&reader, from).await? {
        let slot = slot(Instant(quarter.quarter_at), zone);
        if let Some(day) = place(slot.date).and_then(|place| by_day.get_mut(place)) {
            day.movies += quarter.movies;
            day.episodes += quarter.episodes;
            day.tracks += quarter.tracks;
            day.other += quarter.other;
        }
        let hour = (slot.weekday as usize - 1) * 24 + slot.hour as usize;
        if let Some(sum) = week.get_mut(hour) {
            sum.plays += quarter.movies + quarter.episodes + quarter.tracks + quarter.other;
            sum.watched_ms += quarter.watched_ms;
        }
    }
    let mut new_users: Vec<(NaiveDate, i64)> = dates.iter().map(|date| (*date, 0)).collect();
    for joined in streams::joined_since(&reader, from, now).await? {
        if let Some((_, count)) = place(slot(joined, zone).date).and_then(|place| new_users.get_mut(place)) {
            *count += 1;
        }
    }
    Ok(ServerFigures {
        zone,
        from,
        to: now,
        days: by_day,
        week,
        most_active: streams::most_active(&reader, from, now, MOST_ACTIVE).await?,
        new_users,
        watching_since: watching_since(&reader).await?,
        import: import_progress(ctx).await?,
    })
}
