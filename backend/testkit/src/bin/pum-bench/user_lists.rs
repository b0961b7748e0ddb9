//! Ten thousand users, and each way to list them: every sort, every filter, with the statements behind it.

use pum_store::{Db, Options};
use pum_testkit::crowd::{INVITE, LIBRARY, crowd};
use sea_orm::{ConnectionTrait as _, DatabaseConnection, Statement};

/// One way to list users.
pub struct UserList {
    /// What it is called in the table.
    pub words: String,
    /// What is added to the query of the list.
    pub query: String,
    /// The statements behind it.
    pub sql: Vec<String>,
}

/// A sort or a filter: its name, its part of the query, its condition, what it is ordered by.
struct Way {
    name: &'static str,
    query: String,
    condition: String,
    order: &'static str,
}

/// Fills the database at `url`, and says what to ask.
///
/// # Errors
/// When the database refuses.
pub async fn set(url: &str) -> anyhow::Result<Vec<UserList>> {
    let db = Db::connect(url, &Options::default()).await?;
    crowd(&db, url).await;
    let address: pum_migrations::Address = url.parse()?;
    let database = address.open(1).await?.reader;
    let columns = column(&database, "SELECT name AS found FROM pragma_table_info('users')").await?.join(", ");
    let session = column(&database, "SELECT quote(key_hash) AS found FROM sessions LIMIT 1").await?.join("");
    let mut lists = Vec::new();
    for way in ways() {
        let rows = format!("FROM users WHERE is_owner = 0{}", way.condition);
        let order = format!("ORDER BY {} LIMIT", way.order);
        let shown = column(&database, &format!("SELECT quote(id) AS found {rows} {order} 50")).await?;
        let in_page = shown.join(", ");
        let mut sql = vec![
            format!(
                "SELECT s.key_hash, s.admin_id, s.created_at, s.last_seen_at, s.idle_expires_at, s.absolute_expires_at, \
                 s.address, s.user_agent, a.username, a.is_primary, a.must_change_password, a.permissions \
                 FROM sessions s INNER JOIN admins a ON s.admin_id = a.id WHERE s.key_hash = {session} LIMIT 1"
            ),
            format!("SELECT {columns} {rows} {order} 51"),
            format!(
                "SELECT user_id, library_id FROM user_libraries WHERE user_id IN ({in_page}) ORDER BY library_id"
            ),
            format!(
                "SELECT * FROM access_changes WHERE user_id IN ({in_page}) AND (state = 'planned' OR (state IN \
                 ('requested', 'failed') AND NOT EXISTS (SELECT 1 FROM access_changes AS later WHERE later.user_id = \
                 access_changes.user_id AND later.state NOT IN ('planned', 'cancelled') AND (later.requested_at > \
                 access_changes.requested_at OR (later.requested_at = access_changes.requested_at AND later.id > \
                 access_changes.id)))))"
            ),
            "SELECT * FROM plex_server WHERE id = 1 LIMIT 1".to_owned(),
            "SELECT * FROM libraries ORDER BY key, id".to_owned(),
        ];
        if shown.len() == 50 {
            sql.push(format!("SELECT COUNT(one) AS rows_found FROM (SELECT 1 AS one {rows} LIMIT 10001)"));
        }
        let query = way.query;
        lists.push(UserList { words: format!("50 of 10,000 users, {}", way.name), query, sql });
    }
    Ok(lists)
}

fn ways() -> Vec<Way> {
    let sort = |name, order| Way { name, query: format!("&sort={name}"), condition: String::new(), order };
    let filter = |name, query: String, condition: &str| Way {
        name,
        query: format!("&{query}"),
        condition: format!(" AND {condition}"),
        order: "username_key ASC, id ASC",
    };
    let flag = |name: &'static str| filter(name, format!("{name}=true"), &format!("{name} = 1"));
    let here = "state IN ('active', 'pending', 'suspended')";
    let id = |id: uuid::Uuid| format!("X'{}'", id.simple());
    vec![
        sort("username", "username_key ASC, id ASC"),
        sort("added", "added_at DESC, id DESC"),
        sort("joined", "joined_key DESC, id DESC"),
        sort("last_streamed", "streamed_key DESC, id DESC"),
        sort("plays", "plays DESC, id DESC"),
        sort("watch_time", "watch_seconds DESC, id DESC"),
        sort("expires", "expires_key ASC, id ASC"),
        filter("state", "state=suspended".to_owned(), "state = 'suspended'"),
        filter(
            "library",
            format!("library={LIBRARY}"),
            &format!(
                "(id IN (SELECT user_id FROM user_libraries WHERE library_id = {id}) OR (wanted_mode = 'all' AND EXISTS \
                 (SELECT id FROM libraries WHERE id = {id} AND vanished_at IS NULL AND machine_identifier IN \
                 (SELECT machine_identifier FROM plex_server))))",
                id = id(LIBRARY)
            ),
        ),
        filter(
            "tag",
            "tag=family".to_owned(),
            "id IN (SELECT user_id FROM user_tags WHERE tag_key = 'family')",
        ),
        filter("invite", format!("invite_id={INVITE}"), &format!("invited_by_invite_id = {}", id(INVITE))),
        filter(
            "expiring",
            "expiring_days=30".to_owned(),
            &format!("access_expires_at <= unixepoch() * 1000 + 2592000000 AND {here}"),
        ),
        filter(
            "inactive",
            "inactive_days=30".to_owned(),
            &format!("idle_since <= unixepoch() * 1000 - 2592000000 AND {here}"),
        ),
        filter("discord", "discord=true".to_owned(), "discord_id IS NOT NULL"),
        flag("home"),
        flag("shares_back"),
        flag("purge_whitelisted"),
        flag("bot_whitelisted"),
        flag("blocked"),
    ]
}

async fn column(database: &DatabaseConnection, query: &str) -> anyhow::Result<Vec<String>> {
    let statement = Statement::from_string(database.get_database_backend(), query);
    let rows = database.query_all_raw(statement).await?;
    let found: Result<Vec<String>, _> = rows.iter().map(|row| row.try_get("", "found")).collect();
    Ok(found?)
}
