//! Years of streams at once, past every use case, with everything that would have been counted: for what
//! lists, figures and purges do with many.

use anyhow::{Context as _, bail};
use pum_domain::Instant;
use pum_domain::instant::{DAY, MINUTE};
use pum_domain::stream::quarters::{QUARTER, SPELLS};
use pum_migrations::Address;
use sea_orm::{ConnectionTrait as _, DatabaseConnection, DbBackend, Statement};

use crate::crowd::PEOPLE;

/// The server on which they were played.
pub const MACHINE: &str = "bench";
/// Rows of one statement.
const AT_ONCE: u64 = 500_000;
/// How many quarter hours a stream may touch: none is watched for longer than 45 minutes.
const TOUCHED: i64 = 4;

/// Adds streams of the [`crowd`](crate::crowd::crowd), numbered from `from` to `to`, of which the last one
/// began just before `now` and each other `apart` milliseconds before the next; then counts everything
/// anew. On SQLite and PostgreSQL.
///
/// # Errors
/// When the database refuses.
pub async fn viewing(url: &str, from: u64, to: u64, apart: i64, now: Instant) -> anyhow::Result<()> {
    let address: Address = url.parse()?;
    let database = address.open(1).await?.writer;
    if database.get_database_backend() == DbBackend::Postgres {
        // Ten million take longer than PUM lets any statement of its own take.
        run(&database, "SET statement_timeout = 0").await?;
    }
    let indexes = drop_indexes(&database).await?;
    let mut first = from;
    while first < to {
        let after = to.min(first + AT_ONCE);
        run(&database, &streams(first, after, to, apart, now)).await?;
        first = after;
    }
    for index in indexes {
        run(&database, &index).await?;
    }
    for statement in figures(database.get_database_backend(), now, apart, to) {
        run(&database, &statement).await?;
    }
    if database.get_database_backend() == DbBackend::Postgres {
        // As it does by itself after a while; SQLite goes without.
        run(&database, "VACUUM ANALYZE").await?;
    }
    database.close().await?;
    Ok(())
}

async fn run(database: &DatabaseConnection, statement: &str) -> anyhow::Result<()> {
    let short: String = statement.chars().take(80).collect();
    database.execute_unprepared(statement).await.with_context(|| short)?;
    Ok(())
}

/// Rows come in faster without them. What makes them again.
async fn drop_indexes(database: &DatabaseConnection) -> anyhow::Result<Vec<String>> {
    let backend = database.get_database_backend();
    let question = match backend {
        DbBackend::Sqlite => {
            "SELECT name AS name, sql AS made FROM sqlite_master \
             WHERE type = 'index' AND tbl_name = 'streams' AND sql IS NOT NULL"
        }
        DbBackend::Postgres => {
            "SELECT CAST(indexname AS TEXT) AS name, indexdef AS made FROM pg_indexes \
             WHERE tablename = 'streams' AND indexname LIKE '%\\_\\_streams\\_\\_%'"
        }
        _ => bail!("so many rows are made on SQLite and PostgreSQL alone"),
    };
    let mut made = Vec::new();
    for row in database.query_all_raw(Statement::from_string(backend, question)).await? {
        let name: String = row.try_get("", "name")?;
        made.push(row.try_get("", "made")?);
        run(database, &format!("DROP INDEX {name}")).await?;
    }
    Ok(made)
}

fn streams(first: u64, after: u64, all: u64, apart: i64, now: Instant) -> String {
    let last = after - 1;
    let begun = now.millis();
    // Everybody takes their turn; lengths, kinds, players and libraries mix.
    format!(
        "INSERT INTO streams (machine_identifier, source, viewer_account_id, viewer_name, user_id, state, kind, title, \
         library_key, library_title, player, product, address, location, decision, source_quality, stream_quality, \
         started_at, seen_at, ended_at, end_reason, position_ms, duration_ms, watched_ms, paused_ms, watched_in, \
         four_k_looks, search) \
         WITH RECURSIVE n(i) AS (SELECT CAST({first} AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < {last}), \
         plays AS (SELECT i, (i * 7919) % {PEOPLE} AS viewer, {begun} - ({all} - i) * {apart} AS began, \
         (10 + (i % 8) * 5) * {MINUTE} AS lasted FROM n) \
         SELECT '{MACHINE}', 'watched', viewer, 'person', (SELECT id FROM users WHERE plex_id = viewer), 'ended', \
         CASE WHEN i % 10 < 3 THEN 'movie' WHEN i % 10 < 8 THEN 'episode' WHEN i % 10 = 8 THEN 'track' ELSE 'clip' END, \
         'Title ' || (i % 5000), i % 5 + 1, 'Library', 'player ' || (i % 8), 'player ' || (i % 8), '203.0.113.9', 'wan', \
         'direct_play', '1080p', '1080p', began, began + lasted, began + lasted, 'stopped', lasted, 7200000, lasted, 0, \
         '', 0, 'title ' || (i % 5000) FROM plays"
    )
}

/// Everything that is counted, from the streams. Rows come in the order in which time would have brought them, since
/// where a row lies decides how much of a table is read for some weeks of it.
fn figures(backend: DbBackend, now: Instant, apart: i64, all: u64) -> Vec<String> {
    let (least, most) = match backend {
        DbBackend::Postgres => ("LEAST", "GREATEST"),
        _ => ("MIN", "MAX"),
    };
    let quarters = (0..TOUCHED).map(|number| format!("SELECT {number} AS k")).collect::<Vec<_>>();
    let quarter = format!("((started_at / {QUARTER} + k) * {QUARTER})");
    let mut statements: Vec<String> =
        ["watch_quarters", "watch_spells", "server_quarters", "viewer_players", "watch_spans"]
            .iter()
            .map(|table| format!("DELETE FROM {table}"))
            .collect();
    statements.push(format!(
        "INSERT INTO watch_quarters (viewer_account_id, quarter_at, kind, plays, watched_ms) \
         SELECT viewer_account_id, {quarter}, kind, SUM(CASE WHEN k = 0 THEN 1 ELSE 0 END), \
         SUM({least}(ended_at, {quarter} + {QUARTER}) - {most}(started_at, {quarter})) \
         FROM streams CROSS JOIN ({}) AS numbers WHERE {quarter} < ended_at GROUP BY 1, 2, 3 ORDER BY 2, 1",
        quarters.join(" UNION ALL ")
    ));
    for days in SPELLS {
        let length = i64::from(days) * DAY;
        statements.push(format!(
            "INSERT INTO watch_spells (days, spell_at, viewer_account_id, plays, watched_ms) \
             SELECT {days}, quarter_at / {length} * {length}, viewer_account_id, SUM(plays), SUM(watched_ms) \
             FROM watch_quarters GROUP BY 2, 3 ORDER BY 2, 3"
        ));
    }
    statements.push(
        "INSERT INTO server_quarters (quarter_at, kind, plays, watched_ms) \
         SELECT quarter_at, kind, SUM(plays), SUM(watched_ms) FROM watch_quarters GROUP BY 1, 2 ORDER BY 1, 2"
            .to_owned(),
    );
    statements.push(
        "INSERT INTO viewer_players (viewer_account_id, player, plays, watched_ms) \
         SELECT viewer_account_id, player, COUNT(*), SUM(watched_ms) FROM streams GROUP BY 1, 2"
            .to_owned(),
    );
    let of_user =
        |what: &str| format!("(SELECT {what} FROM viewer_players WHERE viewer_account_id = users.plex_id)");
    statements.push(format!(
        "UPDATE users SET plays = COALESCE({}, 0), watch_seconds = COALESCE({}, 0), last_streamed_at = \
         (SELECT MAX(started_at) FROM streams WHERE viewer_account_id = users.plex_id) WHERE plex_id < {PEOPLE}",
        of_user("SUM(plays)"),
        of_user("SUM(watched_ms) / 1000")
    ));
    let began = now.plus(-apart.saturating_mul(i64::try_from(all).unwrap_or(i64::MAX))).millis();
    statements.push(format!(
        "INSERT INTO watch_spans (machine_identifier, from_at, to_at) VALUES ('{MACHINE}', {began}, {})",
        now.millis()
    ));
    statements
}
