//! What is counted about watching, as the difference that a transaction makes: gathered here first,
//! then written with a few statements, in the order of the keys, so that two writers never wait for each
//! other in a circle.

use std::collections::{BTreeMap, BTreeSet};

use pum_domain::Instant;
use pum_domain::instant::DAY;
use pum_domain::stream::quarters::{SPELLS, quarter_of, spell_of};
use sea_orm::sea_query::{Expr, LockType, OnConflict, SimpleExpr};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    Set, Statement, Value,
};

use crate::db::sealed::Connected;
use crate::entity::{server_quarters, users, viewer_players, watch_quarters, watch_spells};
use crate::{StoreResult, Tx};

/// How many rows go into one statement.
const AT_ONCE: usize = 500;

#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    plays: i32,
    watched_ms: i64,
}

impl Sum {
    const fn is_nothing(self) -> bool {
        self.plays == 0 && self.watched_ms == 0
    }
}

/// What a transaction adds to the figures, or takes out of them.
#[derive(Debug, Default)]
pub(super) struct Figures {
    quarters: BTreeMap<(i64, i64, String), Sum>,
    spells: BTreeMap<(i32, i64, i64), Sum>,
    server: BTreeMap<(i64, String), Sum>,
    players: BTreeMap<(i64, String), Sum>,
    /// When each viewer was last seen watching.
    streamed: BTreeMap<i64, i64>,
    takes_out: bool,
}

impl Figures {
    /// A play that began at this moment.
    pub(super) fn play(&mut self, viewer: Option<i64>, player: &str, kind: &str, at: Instant) {
        self.count(viewer, player, kind, quarter_of(at), Sum { plays: 1, watched_ms: 0 });
        self.streamed(viewer, at);
    }

    /// So many milliseconds watched in a quarter hour.
    pub(super) fn watched(
        &mut self,
        viewer: Option<i64>,
        player: &str,
        kind: &str,
        quarter: Instant,
        ms: i64,
    ) {
        self.count(viewer, player, kind, quarter, Sum { plays: 0, watched_ms: ms });
    }

    /// The viewer was watching at this moment.
    pub(super) fn streamed(&mut self, viewer: Option<i64>, at: Instant) {
        if let Some(viewer) = viewer {
            let latest = self.streamed.entry(viewer).or_insert(at.millis());
            *latest = at.millis().max(*latest);
        }
    }

    /// Takes a play out again, with what was watched of it.
    pub(super) fn take_out(
        &mut self,
        viewer: Option<i64>,
        player: &str,
        kind: &str,
        started_at: Instant,
        shares: impl Iterator<Item = (Instant, i64)>,
    ) {
        self.takes_out = true;
        self.count(viewer, player, kind, quarter_of(started_at), Sum { plays: -1, watched_ms: 0 });
        for (quarter, ms) in shares {
            self.count(viewer, player, kind, quarter, Sum { plays: 0, watched_ms: -ms });
        }
    }

    fn count(&mut self, viewer: Option<i64>, player: &str, kind: &str, quarter: Instant, more: Sum) {
        let at = quarter.millis();
        add(self.server.entry((at, kind.to_owned())).or_default(), more);
        // Nobody in particular counts for the server alone.
        let Some(viewer) = viewer else { return };
        add(self.quarters.entry((viewer, at, kind.to_owned())).or_default(), more);
        add(self.players.entry((viewer, player.to_owned())).or_default(), more);
        for days in SPELLS {
            let spell = spell_of(quarter, i64::from(days) * DAY).millis();
            add(self.spells.entry((days, spell, viewer)).or_default(), more);
        }
    }

    /// Writes it all down, with what the users show of it.
    pub(super) async fn add(self, tx: &Tx) -> StoreResult<()> {
        let viewers: BTreeSet<i64> =
            self.players.keys().map(|(viewer, _)| *viewer).chain(self.streamed.keys().copied()).collect();
        self.add_quarters(tx).await?;
        self.add_spells(tx).await?;
        self.add_server(tx).await?;
        self.add_players(tx).await?;
        if self.takes_out {
            self.clear_empty(tx).await?;
        }
        refresh_users(tx, &viewers.into_iter().collect::<Vec<_>>(), &self.streamed).await
    }

    async fn add_quarters(&self, tx: &Tx) -> StoreResult<()> {
        use watch_quarters::{ActiveModel, Column as C, Entity};
        let rows = self.quarters.iter().filter(|(_, sum)| !sum.is_nothing());
        let rows: Vec<ActiveModel> = rows
            .map(|((viewer, quarter, kind), sum)| ActiveModel {
                viewer_account_id: Set(*viewer),
                quarter_at: Set(*quarter),
                kind: Set(kind.clone()),
                plays: Set(sum.plays),
                watched_ms: Set(sum.watched_ms),
            })
            .collect();
        let key = [C::ViewerAccountId, C::QuarterAt, C::Kind];
        for some in rows.chunks(AT_ONCE) {
            let again = added(tx, "watch_quarters", OnConflict::columns(key), C::Plays, C::WatchedMs);
            run(tx, Entity::insert_many(some.to_vec()).on_conflict(again)).await?;
        }
        Ok(())
    }

    async fn add_spells(&self, tx: &Tx) -> StoreResult<()> {
        use watch_spells::{ActiveModel, Column as C, Entity};
        let rows = self.spells.iter().filter(|(_, sum)| !sum.is_nothing());
        let rows: Vec<ActiveModel> = rows
            .map(|((days, spell, viewer), sum)| ActiveModel {
                days: Set(*days),
                spell_at: Set(*spell),
                viewer_account_id: Set(*viewer),
                plays: Set(sum.plays),
                watched_ms: Set(sum.watched_ms),
            })
            .collect();
        let key = [C::Days, C::SpellAt, C::ViewerAccountId];
        for some in rows.chunks(AT_ONCE) {
            let again = added(tx, "watch_spells", OnConflict::columns(key), C::Plays, C::WatchedMs);
            run(tx, Entity::insert_many(some.to_vec()).on_conflict(again)).await?;
        }
        Ok(())
    }

    async fn add_server(&self, tx: &Tx) -> StoreResult<()> {
        use server_quarters::{ActiveModel, Column as C, Entity};
        let rows = self.server.iter().filter(|(_, sum)| !sum.is_nothing());
        let rows: Vec<ActiveModel> = rows
            .map(|((quarter, kind), sum)| ActiveModel {
                quarter_at: Set(*quarter),
                kind: Set(kind.clone()),
                plays: Set(sum.plays),
                watched_ms: Set(sum.watched_ms),
            })
            .collect();
        for some in rows.chunks(AT_ONCE) {
            let key = OnConflict::columns([C::QuarterAt, C::Kind]);
            let again = added(tx, "server_quarters", key, C::Plays, C::WatchedMs);
            run(tx, Entity::insert_many(some.to_vec()).on_conflict(again)).await?;
        }
        Ok(())
    }

    async fn add_players(&self, tx: &Tx) -> StoreResult<()> {
        use viewer_players::{ActiveModel, Column as C, Entity};
        let rows = self.players.iter().filter(|(_, sum)| !sum.is_nothing());
        let rows: Vec<ActiveModel> = rows
            .map(|((viewer, player), sum)| ActiveModel {
                viewer_account_id: Set(*viewer),
                player: Set(player.clone()),
                plays: Set(i64::from(sum.plays)),
                watched_ms: Set(sum.watched_ms),
            })
            .collect();
        for some in rows.chunks(AT_ONCE) {
            let key = OnConflict::columns([C::ViewerAccountId, C::Player]);
            let again = added(tx, "viewer_players", key, C::Plays, C::WatchedMs);
            run(tx, Entity::insert_many(some.to_vec()).on_conflict(again)).await?;
        }
        Ok(())
    }

    /// Removes the rows of which nothing is left: also those that had been forgotten before, of which
    /// something was then taken out.
    async fn clear_empty(&self, tx: &Tx) -> StoreResult<()> {
        use {server_quarters as S, viewer_players as P, watch_quarters as Q, watch_spells as W};
        let viewers: BTreeSet<i64> = self.players.keys().map(|(viewer, _)| *viewer).collect();
        let quarters: BTreeSet<i64> = self.server.keys().map(|(quarter, _)| *quarter).collect();
        let mut spells: BTreeMap<i32, BTreeSet<i64>> = BTreeMap::new();
        for (days, spell, _) in self.spells.keys() {
            spells.entry(*days).or_default().insert(*spell);
        }
        Q::Entity::delete_many()
            .filter(Q::Column::ViewerAccountId.is_in(viewers.iter().copied()))
            .filter(nothing(Q::Column::Plays, Q::Column::WatchedMs))
            .exec(tx.connection())
            .await?;
        P::Entity::delete_many()
            .filter(P::Column::ViewerAccountId.is_in(viewers.iter().copied()))
            .filter(nothing(P::Column::Plays, P::Column::WatchedMs))
            .exec(tx.connection())
            .await?;
        for (days, at) in spells {
            W::Entity::delete_many()
                .filter(W::Column::Days.eq(days))
                .filter(W::Column::SpellAt.is_in(at))
                .filter(nothing(W::Column::Plays, W::Column::WatchedMs))
                .exec(tx.connection())
                .await?;
        }
        S::Entity::delete_many()
            .filter(S::Column::QuarterAt.is_in(quarters))
            .filter(nothing(S::Column::Plays, S::Column::WatchedMs))
            .exec(tx.connection())
            .await?;
        Ok(())
    }
}

const fn add(sum: &mut Sum, more: Sum) {
    sum.plays += more.plays;
    sum.watched_ms += more.watched_ms;
}

fn nothing(plays: impl ColumnTrait, watched: impl ColumnTrait) -> Condition {
    Condition::all().add(plays.lte(0)).add(watched.lte(0))
}

/// A row that is there is added to.
fn added<C: ColumnTrait>(tx: &Tx, table: &str, mut key: OnConflict, plays: C, watched: C) -> OnConflict {
    let sum = |column: &C| -> SimpleExpr {
        let name = column.to_string();
        match tx.backend() {
            DbBackend::MySql => Expr::cust(format!("`{name}` + VALUES(`{name}`)")),
            _ => Expr::cust(format!("\"{table}\".\"{name}\" + \"excluded\".\"{name}\"")),
        }
    };
    let (all_plays, all_watched) = (sum(&plays), sum(&watched));
    key.value(plays, all_plays).value(watched, all_watched).to_owned()
}

async fn run<A: sea_orm::ActiveModelTrait>(tx: &Tx, insert: sea_orm::InsertMany<A>) -> StoreResult<()> {
    insert.exec_without_returning(tx.connection()).await?;
    Ok(())
}

/// Brings what users show in line with what is counted for their accounts.
pub(super) async fn refresh_users(
    tx: &Tx,
    viewers: &[i64],
    streamed: &BTreeMap<i64, i64>,
) -> StoreResult<()> {
    use users::Column as C;
    for some in viewers.chunks(AT_ONCE) {
        // Locked first: whoever comes second then counts what the first has counted as well.
        let there: Vec<i64> = users::Entity::find()
            .select_only()
            .column(C::PlexId)
            .filter(C::PlexId.is_in(some.iter().copied()))
            .order_by_asc(C::Id)
            .lock(LockType::Update)
            .into_tuple()
            .all(tx.connection())
            .await?;
        if there.is_empty() {
            continue;
        }
        users::Entity::update_many()
            .col_expr(C::Plays, total(tx, "plays", 1))
            .col_expr(C::WatchSeconds, total(tx, "watched_ms", 1000))
            .filter(C::PlexId.is_in(there.iter().copied()))
            .exec(tx.connection())
            .await?;
        let mut at_once: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
        for viewer in there {
            if let Some(at) = streamed.get(&viewer) {
                at_once.entry(*at).or_default().push(viewer);
            }
        }
        for (at, viewers) in at_once {
            let earlier = Condition::any().add(C::LastStreamedAt.is_null()).add(C::LastStreamedAt.lt(at));
            users::Entity::update_many()
                .col_expr(C::LastStreamedAt, Expr::value(at))
                .filter(C::PlexId.is_in(viewers))
                .filter(earlier)
                .exec(tx.connection())
                .await?;
        }
    }
    Ok(())
}

fn total(tx: &Tx, column: &str, unit: i64) -> SimpleExpr {
    let sum =
        format!("(SELECT SUM(p.{column}) FROM viewer_players p WHERE p.viewer_account_id = users.plex_id)");
    let divided = if tx.backend() == DbBackend::MySql { "DIV" } else { "/" };
    Expr::cust(format!("{} {divided} {unit}", whole(tx.backend(), &sum)))
}

/// A sum as a whole number, 0 for none: on the servers it is a decimal one.
pub(super) fn whole(backend: DbBackend, sum: &str) -> String {
    let kind = if backend == DbBackend::MySql { "SIGNED" } else { "BIGINT" };
    format!("CAST(COALESCE({sum}, 0) AS {kind})")
}

/// Updates many rows at once, each to values of its own: `values` has `rows` times one for each of `columns`,
/// of which the first is the key.
pub(super) async fn update_rows(
    tx: &Tx,
    table: &str,
    columns: &[&str],
    rows: usize,
    values: Vec<Value>,
) -> StoreResult<()> {
    let Some((key, changed)) = columns.split_first() else { return Ok(()) };
    if rows == 0 {
        return Ok(());
    }
    let backend = tx.backend();
    let mut number = 0;
    let mut place = || {
        number += 1;
        match backend {
            DbBackend::Postgres => format!("${number}"),
            _ => "?".to_owned(),
        }
    };
    let first =
        columns.iter().map(|column| format!("{} AS {column}", place())).collect::<Vec<_>>().join(", ");
    let mut news = format!("SELECT {first}");
    for _ in 1..rows {
        let row = columns.iter().map(|_| place()).collect::<Vec<_>>().join(", ");
        news += " UNION ALL SELECT ";
        news += &row;
    }
    let sql = match backend {
        DbBackend::MySql => {
            let set = changed.iter().map(|column| format!("{table}.{column} = news.{column}"));
            let set = set.collect::<Vec<_>>().join(", ");
            format!("UPDATE {table} JOIN ({news}) AS news ON news.{key} = {table}.{key} SET {set}")
        }
        _ => {
            let set = changed.iter().map(|column| format!("{column} = news.{column}"));
            let set = set.collect::<Vec<_>>().join(", ");
            format!("UPDATE {table} SET {set} FROM ({news}) AS news WHERE {table}.{key} = news.{key}")
        }
    };
    tx.connection().execute_raw(Statement::from_sql_and_values(backend, sql, values)).await?;
    Ok(())
}
