//! Reading the figures: sums over the quarter hours, and over longer spells where those are many.

use pum_domain::instant::DAY;
use pum_domain::stream::quarters::{QUARTER, spells_since};
use pum_domain::{Instant, PlexId, UserId};
use sea_orm::sea_query::{Alias, Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, FromQueryResult, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait, Select, Statement,
};
use uuid::Uuid;

use super::figures::whole;
use crate::entity::{server_quarters as of_server, streams, users, viewer_players, watch_quarters};
use crate::{Reads, StoreResult, page};

/// Plays and watched time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, FromQueryResult)]
pub struct Sum {
    /// How often.
    pub plays: i64,
    /// How long, in milliseconds.
    pub watched_ms: i64,
}

/// What somebody plays with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlayerFigures {
    /// The player's name; empty where none is known.
    pub player: String,
    /// How much.
    pub sum: Sum,
}

/// What everybody together did in a quarter hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromQueryResult)]
pub struct QuarterFigures {
    /// When it began, in milliseconds since 1970.
    pub quarter_at: i64,
    /// Plays of movies that began in it.
    pub movies: i64,
    /// Of episodes.
    pub episodes: i64,
    /// Of tracks.
    pub tracks: i64,
    /// Of anything else.
    pub other: i64,
    /// How long was watched in it, in milliseconds.
    pub watched_ms: i64,
}

/// Somebody who watched much.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Active {
    /// Their account.
    pub account_id: PlexId,
    /// The user they are; `None` for somebody PUM does not know.
    pub user_id: Option<UserId>,
    /// Their name, as far as it is known.
    pub name: String,
    /// How much.
    pub sum: Sum,
}

/// How many streams go on.
pub async fn count_open(db: &impl Reads, machine_identifier: &str) -> StoreResult<u64> {
    let open = streams::Entity::find()
        .filter(super::is_open())
        .filter(streams::Column::MachineIdentifier.eq(machine_identifier));
    Ok(open.count(db.connection()).await?)
}

/// What a viewer did since the quarter hour that begins at `from`.
pub async fn sum_of(db: &impl Reads, account: PlexId, from: Instant) -> StoreResult<Sum> {
    let backend = db.connection().get_database_backend();
    let sum = of_viewer(backend, account, from).into_model::<Sum>().one(db.connection()).await?;
    Ok(sum.unwrap_or_default())
}

fn of_viewer(backend: DbBackend, account: PlexId, from: Instant) -> Select<watch_quarters::Entity> {
    use watch_quarters::{Column as C, Entity};
    Entity::find()
        .select_only()
        .expr_as(Expr::cust(whole(backend, "SUM(plays)")), "plays")
        .expr_as(Expr::cust(whole(backend, "SUM(watched_ms)")), "watched_ms")
        .filter(C::ViewerAccountId.eq(account.0))
        .filter(C::QuarterAt.gte(from.millis()))
}

/// With what a viewer plays, the most used first.
pub async fn players_of(db: &impl Reads, account: PlexId, most: u64) -> StoreResult<Vec<PlayerFigures>> {
    let rows = players(account).limit(most).all(db.connection()).await?;
    let figures = rows.into_iter().map(|row| PlayerFigures {
        player: row.player,
        sum: Sum { plays: row.plays, watched_ms: row.watched_ms },
    });
    Ok(figures.collect())
}

fn players(account: PlexId) -> Select<viewer_players::Entity> {
    use viewer_players::{Column as C, Entity};
    Entity::find()
        .filter(C::ViewerAccountId.eq(account.0))
        .order_by_desc(C::Plays)
        .order_by_desc(C::WatchedMs)
        .order_by_asc(C::Player)
}

/// What everybody together did in each quarter hour since `from`; those without anything are left out.
pub async fn server_quarters(db: &impl Reads, from: Instant) -> StoreResult<Vec<QuarterFigures>> {
    let backend = db.connection().get_database_backend();
    Ok(of_everybody(backend, from).into_model::<QuarterFigures>().all(db.connection()).await?)
}

fn of_everybody(backend: DbBackend, from: Instant) -> Select<of_server::Entity> {
    use of_server::{Column as C, Entity};
    let of =
        |kinds: &str| Expr::cust(whole(backend, &format!("SUM(CASE WHEN {kinds} THEN plays ELSE 0 END)")));
    Entity::find()
        .select_only()
        .column(C::QuarterAt)
        .expr_as(of("kind = 'movie'"), "movies")
        .expr_as(of("kind = 'episode'"), "episodes")
        .expr_as(of("kind = 'track'"), "tracks")
        .expr_as(of("kind NOT IN ('movie', 'episode', 'track')"), "other")
        .expr_as(Expr::cust(whole(backend, "SUM(watched_ms)")), "watched_ms")
        .filter(C::QuarterAt.gte(from.millis()))
        .group_by(C::QuarterAt)
        .order_by_asc(C::QuarterAt)
}

#[derive(FromQueryResult)]
struct ActiveRow {
    viewer_account_id: i64,
    plays: i64,
    watched_ms: i64,
}

/// Who watched most from `from` (the beginning of a quarter hour) until now.
pub async fn most_active(
    db: &impl Reads,
    from: Instant,
    now: Instant,
    most: u64,
) -> StoreResult<Vec<Active>> {
    let statement = most_active_statement(db.connection().get_database_backend(), from, now, most);
    let rows = ActiveRow::find_by_statement(statement).all(db.connection()).await?;
    let accounts: Vec<i64> = rows.iter().map(|row| row.viewer_account_id).collect();
    let known: Vec<(i64, Uuid, String)> = users::Entity::find()
        .select_only()
        .columns([users::Column::PlexId, users::Column::Id, users::Column::Username])
        .filter(users::Column::PlexId.is_in(accounts))
        .into_tuple()
        .all(db.connection())
        .await?;
    let mut active = Vec::with_capacity(rows.len());
    for row in rows {
        let account_id = PlexId(row.viewer_account_id);
        let user = known.iter().find(|(account, ..)| *account == account_id.0);
        let (user_id, name) = match user {
            Some((_, id, name)) => (Some(UserId(*id)), name.clone()),
            None => (None, latest_name(db, account_id).await?),
        };
        active.push(Active {
            account_id,
            user_id,
            name,
            sum: Sum { plays: row.plays, watched_ms: row.watched_ms },
        });
    }
    Ok(active)
}

/// How the database would go about each of the questions above, by name.
pub async fn explain_figures(
    db: &impl Reads,
    account: PlexId,
    from: Instant,
    now: Instant,
) -> StoreResult<Vec<(&'static str, Vec<String>)>> {
    let backend = db.connection().get_database_backend();
    let questions = [
        ("sum of a viewer", of_viewer(backend, account, from).build(backend)),
        ("players of a viewer", players(account).build(backend)),
        ("quarter hours of the server", of_everybody(backend, from).build(backend)),
        ("most active", most_active_statement(backend, from, now, 10)),
        ("latest name", latest_stream(account).build(backend)),
        ("joined", joined(from, now).build(backend)),
    ];
    let mut plans = Vec::with_capacity(questions.len());
    for (what, question) in questions {
        plans.push((what, page::explain_statement(db.connection(), question).await?));
    }
    Ok(plans)
}

/// Adds up as few rows as will do: quarter hours and days only where a longer spell would begin too early.
fn most_active_statement(backend: DbBackend, from: Instant, now: Instant, most: u64) -> Statement {
    let parts = spells_since(from, now).into_iter().map(|(length, first, last)| {
        // Numbers that PUM has made itself, so they may stand in the text.
        let (first, last) = (first.millis(), last.millis());
        match length {
            QUARTER => format!(
                "SELECT viewer_account_id, plays, watched_ms FROM watch_quarters \
                 WHERE quarter_at BETWEEN {first} AND {last}"
            ),
            _ => format!(
                "SELECT viewer_account_id, plays, watched_ms FROM watch_spells \
                 WHERE days = {} AND spell_at BETWEEN {first} AND {last}",
                length / DAY
            ),
        }
    });
    let parts = parts.collect::<Vec<_>>().join(" UNION ALL ");
    let (plays, watched) = (whole(backend, "SUM(plays)"), whole(backend, "SUM(watched_ms)"));
    let sql = format!(
        "SELECT viewer_account_id, {plays} AS plays, {watched} AS watched_ms FROM ({parts}) AS spells \
         GROUP BY viewer_account_id ORDER BY 3 DESC, 2 DESC, 1 LIMIT {most}"
    );
    Statement::from_string(backend, sql)
}

/// The name under which somebody was last seen.
async fn latest_name(db: &impl Reads, account: PlexId) -> StoreResult<String> {
    let name: Option<String> = latest_stream(account).into_tuple().one(db.connection()).await?;
    Ok(name.unwrap_or_default())
}

fn latest_stream(account: PlexId) -> Select<streams::Entity> {
    use streams::{Column as C, Entity};
    Entity::find()
        .select_only()
        .column(C::ViewerName)
        .filter(C::ViewerAccountId.eq(account.0))
        .order_by_desc(C::StartedAt)
        .order_by_desc(C::Id)
        .limit(1)
}

/// When each of those got access who got it from `from` on. The owner is none of them.
pub async fn joined_since(db: &impl Reads, from: Instant, to: Instant) -> StoreResult<Vec<Instant>> {
    let rows: Vec<i64> = joined(from, to).into_tuple().all(db.connection()).await?;
    Ok(rows.into_iter().map(Instant).collect())
}

fn joined(from: Instant, to: Instant) -> Select<users::Entity> {
    let key = || Expr::col(Alias::new("joined_key"));
    users::Entity::find()
        .select_only()
        .expr_as(key(), "joined_key")
        .filter(users::Column::IsOwner.eq(false))
        .filter(key().gte(from.millis()))
        .filter(key().lte(to.millis()))
}
