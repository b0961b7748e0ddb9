//! Pages of lists by keyset: the next page begins after a row, not at a number, so rows that come
//! and go meanwhile are neither repeated nor skipped.

use data_encoding::BASE64URL_NOPAD;
use pum_domain::page::{COUNT_LIMIT, Page, PageRequest};
use sea_orm::sea_query::{Alias, ExprTrait, Func, SimpleExpr};
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{
    ConnectionTrait, DbBackend, EntityTrait, Order, QueryFilter, QueryOrder, QueryResult, QuerySelect,
    QueryTrait, Select, Statement, Value,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Reads, StoreError, StoreResult, memory};

/// The longest page.
const LIMIT: u32 = 200;

/// The value by which a list is sorted, or the id that decides between equals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Place {
    #[serde(rename = "n")]
    Number(i64),
    #[serde(rename = "t")]
    Text(String),
    #[serde(rename = "u")]
    Id(Uuid),
}

impl From<Place> for Value {
    fn from(place: Place) -> Self {
        match place {
            Place::Number(number) => number.into(),
            Place::Text(text) => text.into(),
            Place::Id(id) => id.into(),
        }
    }
}

impl Place {
    fn same_kind(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }
}

/// How a list is sorted.
pub(crate) struct Keyset<M> {
    /// The name of the order: a cursor of another order is refused.
    pub(crate) name: &'static str,
    /// What is sorted by; never null (`COALESCE` what may be).
    pub(crate) by: SimpleExpr,
    /// The unique column that decides between equals.
    pub(crate) id: SimpleExpr,
    /// Where a row stands: its sort value and its id, of the same kinds as `by` and `id`.
    pub(crate) place: fn(&M) -> (Place, Place),
    /// Any place, to know the kinds.
    pub(crate) kinds: (Place, Place),
}

#[derive(Serialize, Deserialize)]
struct Cursor {
    #[serde(rename = "o")]
    order: String,
    #[serde(rename = "d")]
    descending: bool,
    #[serde(rename = "v")]
    value: Place,
    #[serde(rename = "i")]
    id: Place,
}

impl Cursor {
    fn encode(&self) -> StoreResult<String> {
        let text =
            serde_json::to_vec(self).map_err(|error| StoreError::Other { detail: error.to_string() })?;
        Ok(BASE64URL_NOPAD.encode(&text))
    }

    fn decode<M>(text: &str, order: &Keyset<M>, descending: bool) -> StoreResult<Self> {
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).map_err(|_| StoreError::BadCursor)?;
        let cursor: Self = serde_json::from_slice(&bytes).map_err(|_| StoreError::BadCursor)?;
        let fits = cursor.order == order.name
            && cursor.descending == descending
            && cursor.value.same_kind(&order.kinds.0)
            && cursor.id.same_kind(&order.kinds.1)
            && !matches!(&cursor.value, Place::Text(text) if text.contains('\0'));
        if fits { Ok(cursor) } else { Err(StoreError::BadCursor) }
    }
}

/// Reads the page of `select` (filtered, not yet ordered) that `request` asks for.
pub(crate) async fn read<E>(
    db: &impl Reads,
    select: Select<E>,
    order: Keyset<E::Model>,
    request: &PageRequest,
) -> StoreResult<Page<E::Model>>
where
    E: EntityTrait,
{
    let (items, next_cursor) = walk(db.connection(), select.clone(), order, request).await?;
    let counted = match (&request.cursor, &next_cursor) {
        // A first page that is also the last has been counted by reading it.
        (None, None) => i64::try_from(items.len()).unwrap_or(COUNT_LIMIT),
        _ => count(db, select).await?,
    };
    Ok(Page { items, next_cursor, total: counted, total_is_minimum: counted >= COUNT_LIMIT })
}

/// As [`read`], without counting: for whoever walks through all pages.
pub(crate) async fn walk<E: EntityTrait>(
    connection: &impl ConnectionTrait,
    select: Select<E>,
    order: Keyset<E::Model>,
    request: &PageRequest,
) -> StoreResult<(Vec<E::Model>, Option<String>)> {
    let limit = request.limit.clamp(1, LIMIT);
    let mut items = rows_of(select, &order, request)?.all(connection).await?;
    let more = items.len() > limit as usize;
    items.truncate(limit as usize);
    let next_cursor = match items.last() {
        Some(last) if more => {
            let (value, id) = (order.place)(last);
            let cursor = Cursor { order: order.name.to_owned(), descending: request.descending, value, id };
            Some(cursor.encode()?)
        }
        _ => None,
    };
    Ok((items, next_cursor))
}

/// The statement that reads the page, and one row more if there is one.
fn rows_of<E: EntityTrait>(
    select: Select<E>,
    order: &Keyset<E::Model>,
    request: &PageRequest,
) -> StoreResult<Select<E>> {
    let mut rows = select;
    if let Some(cursor) = &request.cursor {
        let cursor = Cursor::decode(cursor, order, request.descending)?;
        rows = rows.filter(after(order, cursor, request.descending));
    }
    let direction = if request.descending { Order::Desc } else { Order::Asc };
    Ok(rows
        .order_by(order.by.clone(), direction.clone())
        .order_by(order.id.clone(), direction)
        .limit(u64::from(request.limit.clamp(1, LIMIT)) + 1))
}

/// The way that the database would go to read the page, one step a line, in its own words.
pub(crate) async fn explain<E: EntityTrait>(
    connection: &impl ConnectionTrait,
    select: Select<E>,
    order: Keyset<E::Model>,
    request: &PageRequest,
) -> StoreResult<Vec<String>> {
    let statement = rows_of(select, &order, request)?.build(connection.get_database_backend());
    explain_statement(connection, statement).await
}

/// The same for any statement.
pub(crate) async fn explain_statement(
    connection: &impl ConnectionTrait,
    mut statement: Statement,
) -> StoreResult<Vec<String>> {
    let backend = connection.get_database_backend();
    let question = if backend == DbBackend::Sqlite { "EXPLAIN QUERY PLAN" } else { "EXPLAIN" };
    statement.sql = format!("{question} {}", statement.sql);
    let rows = connection.query_all_raw(statement).await?;
    let of_mysql = |row: &QueryResult, name: &str| -> StoreResult<String> {
        Ok(row.try_get::<Option<String>>("", name)?.unwrap_or_default())
    };
    rows.iter()
        .map(|row| match backend {
            DbBackend::Sqlite => Ok(row.try_get("", "detail")?),
            DbBackend::Postgres => Ok(row.try_get("", "QUERY PLAN")?),
            _ => Ok(format!(
                "{}: {} {} {}",
                of_mysql(row, "table")?,
                of_mysql(row, "type")?,
                of_mysql(row, "key")?,
                of_mysql(row, "Extra")?
            )),
        })
        .collect()
}

fn after<M>(order: &Keyset<M>, cursor: Cursor, descending: bool) -> SimpleExpr {
    let (value, id) = (Value::from(cursor.value), Value::from(cursor.id));
    let (by, key) = (order.by.clone(), order.id.clone());
    // The first half alone lets the database begin at the right place of an index.
    if descending {
        by.clone().lte(value.clone()).and(by.lt(value).or(key.lt(id)))
    } else {
        by.clone().gte(value.clone()).and(by.gt(value).or(key.gt(id)))
    }
}

/// Counts what `select` finds, up to [`COUNT_LIMIT`].
pub(crate) async fn count<E: EntityTrait>(db: &impl Reads, select: Select<E>) -> StoreResult<i64> {
    let rows =
        select.select_only().expr_as(Expr::val(1), "one").limit(COUNT_LIMIT.unsigned_abs()).into_query();
    let query = Query::select()
        .expr_as(Func::count(Expr::col(Alias::new("one"))), Alias::new("rows_found"))
        .from_subquery(rows, Alias::new("found"))
        .take();
    let question = db.connection().get_database_backend().build(&query);
    // Counting to ten thousand takes SQLite far longer than reading a page.
    memory::remembered(db, question.to_string(), async {
        match db.connection().query_one_raw(question).await? {
            Some(row) => Ok(row.try_get("", "rows_found")?),
            None => Ok(0),
        }
    })
    .await
}

/// Whether `column` has `text` anywhere in it, with wildcards taken literally.
pub(crate) fn contains(column: SimpleExpr, text: &str) -> SimpleExpr {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for letter in text.chars() {
        // Not the backslash: MariaDB reads that one a second time in string literals.
        if matches!(letter, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    column.like(sea_orm::sea_query::LikeExpr::new(pattern).escape('!'))
}
