//! Sessions of signed-in admins. The key itself is known to the browser alone; here is its hash.

use pum_domain::{AdminId, Instant, Permission};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder, QuerySelect, Set,
};

use crate::db::sealed::Connected;
use crate::entity::{admins, sessions};
use crate::{Reads, StoreResult, Tx, remembered};

/// How many sessions one look at an admin's lists.
const LIST_LIMIT: u64 = 200;

/// A session about to begin.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// SHA-256 of the key, in hexadecimal.
    pub key_hash: String,
    /// Whose it is.
    pub admin_id: AdminId,
    /// When it ends unless it is used.
    pub idle_expires_at: Instant,
    /// When it ends in any case.
    pub absolute_expires_at: Instant,
    /// From where they signed in.
    pub address: String,
    /// With which browser.
    pub user_agent: String,
}

/// A session with its admin as they are now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// SHA-256 of the key, in hexadecimal.
    pub key_hash: String,
    /// Whose it is.
    pub admin_id: AdminId,
    /// The admin's name.
    pub username: String,
    /// Whether they pass every check.
    pub is_primary: bool,
    /// Whether they must choose a new password first.
    pub must_change_password: bool,
    /// What they may do. Permissions of a newer version are left out.
    pub permissions: Vec<Permission>,
    /// When it began.
    pub created_at: Instant,
    /// When it was last used, to the minute.
    pub last_seen_at: Instant,
    /// When it ends unless it is used.
    pub idle_expires_at: Instant,
    /// When it ends in any case.
    pub absolute_expires_at: Instant,
    /// From where they signed in.
    pub address: String,
    /// With which browser.
    pub user_agent: String,
}

#[derive(FromQueryResult)]
struct Row {
    key_hash: String,
    admin_id: uuid::Uuid,
    username: String,
    is_primary: bool,
    must_change_password: bool,
    permissions: String,
    created_at: i64,
    last_seen_at: i64,
    idle_expires_at: i64,
    absolute_expires_at: i64,
    address: String,
    user_agent: String,
}

impl From<Row> for Session {
    fn from(row: Row) -> Self {
        let names: Vec<String> = serde_json::from_str(&row.permissions).unwrap_or_default();
        Self {
            key_hash: row.key_hash,
            admin_id: AdminId(row.admin_id),
            username: row.username,
            is_primary: row.is_primary,
            must_change_password: row.must_change_password,
            permissions: names.iter().filter_map(|name| name.parse().ok()).collect(),
            created_at: Instant(row.created_at),
            last_seen_at: Instant(row.last_seen_at),
            idle_expires_at: Instant(row.idle_expires_at),
            absolute_expires_at: Instant(row.absolute_expires_at),
            address: row.address,
            user_agent: row.user_agent,
        }
    }
}

/// Begins a session.
pub async fn insert(tx: &Tx, session: NewSession) -> StoreResult<()> {
    let now = tx.now().await?.millis();
    let row = sessions::ActiveModel {
        key_hash: Set(session.key_hash),
        admin_id: Set(Some(session.admin_id.uuid())),
        state: Set("{}".to_owned()),
        created_at: Set(now),
        last_seen_at: Set(now),
        idle_expires_at: Set(session.idle_expires_at.millis()),
        absolute_expires_at: Set(session.absolute_expires_at.millis()),
        address: Set(session.address),
        user_agent: Set(session.user_agent),
    };
    sessions::Entity::insert(row).exec_without_returning(tx.connection()).await?;
    Ok(())
}

/// The session with this key, whether or not its time is over.
pub async fn find(db: &impl Reads, key_hash: &str) -> StoreResult<Option<Session>> {
    remembered(db, format!("session {key_hash}"), async {
        let row = with_admins().filter(sessions::Column::KeyHash.eq(key_hash)).into_model::<Row>();
        Ok(row.one(db.connection()).await?.map(Session::from))
    })
    .await
}

/// An admin's sessions that still count at `now`, the most recently used first.
pub async fn list_of(db: &impl Reads, admin: AdminId, now: Instant) -> StoreResult<Vec<Session>> {
    let rows = with_admins()
        .filter(sessions::Column::AdminId.eq(admin.uuid()))
        .filter(sessions::Column::IdleExpiresAt.gt(now.millis()))
        .filter(sessions::Column::AbsoluteExpiresAt.gt(now.millis()))
        .order_by_desc(sessions::Column::LastSeenAt)
        .order_by_asc(sessions::Column::KeyHash)
        .limit(LIST_LIMIT)
        .into_model::<Row>()
        .all(db.connection())
        .await?;
    Ok(rows.into_iter().map(Session::from).collect())
}

/// Notes that a session was used; `false` when it is not there any more.
pub async fn touch(tx: &Tx, key_hash: &str, seen_at: Instant, idle_expires_at: Instant) -> StoreResult<bool> {
    let done = sessions::Entity::update_many()
        .col_expr(sessions::Column::LastSeenAt, Expr::value(seen_at.millis()))
        .col_expr(sessions::Column::IdleExpiresAt, Expr::value(idle_expires_at.millis()))
        .filter(sessions::Column::KeyHash.eq(key_hash))
        .exec(tx.connection())
        .await?;
    Ok(done.rows_affected == 1)
}

/// Ends a session; `false` when it was not there.
pub async fn delete(tx: &Tx, key_hash: &str) -> StoreResult<bool> {
    let done = sessions::Entity::delete_by_id(key_hash.to_owned()).exec(tx.connection()).await?;
    Ok(done.rows_affected == 1)
}

/// Ends an admin's sessions but for one, and says how many.
pub async fn delete_of(tx: &Tx, admin: AdminId, except: Option<&str>) -> StoreResult<u64> {
    let mut query = sessions::Entity::delete_many().filter(sessions::Column::AdminId.eq(admin.uuid()));
    if let Some(key_hash) = except {
        query = query.filter(sessions::Column::KeyHash.ne(key_hash));
    }
    Ok(query.exec(tx.connection()).await?.rows_affected)
}

/// Deletes sessions that ended before `now`, and says how many.
pub async fn prune(tx: &Tx, now: Instant) -> StoreResult<u64> {
    let idle = sessions::Column::IdleExpiresAt.lt(now.millis());
    let over = sessions::Column::AbsoluteExpiresAt.lt(now.millis());
    let done = sessions::Entity::delete_many().filter(idle.or(over)).exec(tx.connection()).await?;
    Ok(done.rows_affected)
}

fn with_admins() -> sea_orm::Select<sessions::Entity> {
    let admin = sessions::Entity::belongs_to(admins::Entity)
        .from(sessions::Column::AdminId)
        .to(admins::Column::Id)
        .into();
    let join: sea_orm::RelationDef = admin;
    sessions::Entity::find()
        .select_only()
        .columns([
            sessions::Column::KeyHash,
            sessions::Column::AdminId,
            sessions::Column::CreatedAt,
            sessions::Column::LastSeenAt,
            sessions::Column::IdleExpiresAt,
            sessions::Column::AbsoluteExpiresAt,
            sessions::Column::Address,
            sessions::Column::UserAgent,
        ])
        .columns([
            admins::Column::Username,
            admins::Column::IsPrimary,
            admins::Column::MustChangePassword,
            admins::Column::Permissions,
        ])
        .join(JoinType::InnerJoin, join)
}
