//! The people who sign in to the dashboard.

use std::collections::HashMap;

use pum_domain::text::name_key;
use pum_domain::{AdminId, Instant, Permission, PlexId};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Set, UpdateMany,
};
use uuid::Uuid;

use crate::db::sealed::Connected;
use crate::entity::admins::{self, Column as C};
use crate::{Reads, StoreError, StoreResult, Tx};

/// The Plex account that signs an admin in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlexLink {
    /// What is matched at sign-in.
    pub plex_id: PlexId,
    /// The name of the account when it was linked.
    pub username: String,
    /// Its picture, an address at Plex.
    pub thumb: Option<String>,
}

/// An admin.
#[derive(Clone, PartialEq, Eq)]
pub struct Admin {
    /// The id.
    pub id: AdminId,
    /// The name to sign in with.
    pub username: String,
    /// The PHC string; `None` when only Plex signs them in.
    pub password_hash: Option<String>,
    /// Nothing else is allowed before the password is changed.
    pub must_change_password: bool,
    /// Passes every check and cannot be locked out.
    pub is_primary: bool,
    /// What they may do.
    pub permissions: Vec<Permission>,
    /// The linked Plex account.
    pub plex: Option<PlexLink>,
    /// The language they chose.
    pub language: Option<String>,
    /// Counts edits.
    pub version: i64,
    /// When the account was made.
    pub created_at: Instant,
    /// When they last signed in.
    pub last_sign_in_at: Option<Instant>,
}

impl std::fmt::Debug for Admin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Admin")
            .field("id", &self.id)
            .field("username", &self.username)
            .finish_non_exhaustive()
    }
}

impl Admin {
    /// Whether they hold this permission.
    pub fn may(&self, permission: Permission) -> bool {
        self.is_primary || self.permissions.contains(&permission)
    }
}

/// An admin to be.
#[derive(Clone)]
pub struct NewAdmin {
    /// The id.
    pub id: AdminId,
    /// The name to sign in with.
    pub username: String,
    /// The PHC string.
    pub password_hash: Option<String>,
    /// Whether the password has to be changed first.
    pub must_change_password: bool,
    /// Whether they pass every check.
    pub is_primary: bool,
    /// What they may do.
    pub permissions: Vec<Permission>,
    /// The linked Plex account.
    pub plex: Option<PlexLink>,
}

/// How many there are.
pub async fn count(db: &impl Reads) -> StoreResult<u64> {
    Ok(admins::Entity::find().count(db.connection()).await?)
}

/// One admin.
pub async fn get(db: &impl Reads, id: AdminId) -> StoreResult<Option<Admin>> {
    one(db, C::Id.eq(id.uuid())).await
}

/// The admin of this name, whatever its case.
pub async fn by_username(db: &impl Reads, username: &str) -> StoreResult<Option<Admin>> {
    one(db, C::UsernameKey.eq(name_key(username))).await
}

/// The admin who is linked to this Plex account.
pub async fn by_plex_id(db: &impl Reads, plex_id: PlexId) -> StoreResult<Option<Admin>> {
    one(db, C::PlexId.eq(plex_id.0)).await
}

/// Every admin, oldest first.
pub async fn all(db: &impl Reads) -> StoreResult<Vec<Admin>> {
    let rows = admins::Entity::find().order_by_asc(C::CreatedAt).order_by_asc(C::Id).limit(1000);
    rows.all(db.connection()).await?.into_iter().map(from_row).collect()
}

/// The names of all admins.
pub async fn names(db: &impl Reads) -> StoreResult<HashMap<AdminId, String>> {
    let rows = admins::Entity::find().select_only().column(C::Id).column(C::Username).limit(1000);
    let rows: Vec<(Uuid, String)> = rows.into_tuple().all(db.connection()).await?;
    Ok(rows.into_iter().map(|(id, name)| (AdminId(id), name)).collect())
}

/// Adds an admin. A name or Plex account that is taken is a conflict on `admins.username_key` or
/// `admins.plex_id`.
pub async fn insert(tx: &Tx, admin: NewAdmin) -> StoreResult<()> {
    let now = tx.now().await?.millis();
    let (plex_id, plex_username, plex_thumb) = columns(admin.plex);
    let row = admins::ActiveModel {
        id: Set(admin.id.uuid()),
        username_key: Set(name_key(&admin.username)),
        username: Set(admin.username),
        password_hash: Set(admin.password_hash),
        must_change_password: Set(admin.must_change_password),
        is_primary: Set(admin.is_primary),
        permissions: Set(permissions_text(&admin.permissions)?),
        plex_id: Set(plex_id),
        plex_username: Set(plex_username),
        plex_thumb: Set(plex_thumb),
        language: Set(None),
        version: Set(1),
        created_at: Set(now),
        updated_at: Set(now),
        last_sign_in_at: Set(None),
    };
    admins::Entity::insert(row).exec_without_returning(tx.connection()).await?;
    Ok(())
}

/// Stores a new password.
pub async fn set_password(tx: &Tx, id: AdminId, hash: &str, must_change: bool) -> StoreResult<()> {
    let update = edit(tx).await?.col_expr(C::PasswordHash, Expr::value(hash));
    finish(tx, id, update.col_expr(C::MustChangePassword, Expr::value(must_change))).await
}

/// Links a Plex account, or unlinks it. An account that another admin has is a conflict on
/// `admins.plex_id`.
pub async fn set_plex(tx: &Tx, id: AdminId, link: Option<PlexLink>) -> StoreResult<()> {
    let (plex_id, plex_username, plex_thumb) = columns(link);
    let update = edit(tx)
        .await?
        .col_expr(C::PlexId, Expr::value(plex_id))
        .col_expr(C::PlexUsername, Expr::value(plex_username))
        .col_expr(C::PlexThumb, Expr::value(plex_thumb));
    finish(tx, id, update).await
}

/// Stores the language they chose; `None` is the installation's.
pub async fn set_language(tx: &Tx, id: AdminId, language: Option<&str>) -> StoreResult<()> {
    let update = edit(tx).await?.col_expr(C::Language, Expr::value(language));
    finish(tx, id, update).await
}

/// Stores what they may do.
pub async fn set_permissions(tx: &Tx, id: AdminId, permissions: &[Permission]) -> StoreResult<()> {
    let update = edit(tx).await?.col_expr(C::Permissions, Expr::value(permissions_text(permissions)?));
    finish(tx, id, update).await
}

/// Notes that they have just signed in.
pub async fn note_sign_in(tx: &Tx, id: AdminId) -> StoreResult<()> {
    let now = tx.now().await?;
    let update = admins::Entity::update_many().col_expr(C::LastSignInAt, Expr::value(now.millis()));
    finish(tx, id, update).await
}

async fn edit(tx: &Tx) -> StoreResult<UpdateMany<admins::Entity>> {
    let now = tx.now().await?;
    Ok(admins::Entity::update_many()
        .col_expr(C::UpdatedAt, Expr::value(now.millis()))
        .col_expr(C::Version, Expr::col(C::Version).add(1)))
}

async fn finish(tx: &Tx, id: AdminId, update: UpdateMany<admins::Entity>) -> StoreResult<()> {
    let done = update.filter(C::Id.eq(id.uuid())).exec(tx.connection()).await?;
    if done.rows_affected == 1 { Ok(()) } else { Err(StoreError::NotFound { what: "admin" }) }
}

async fn one(db: &impl Reads, which: sea_orm::sea_query::SimpleExpr) -> StoreResult<Option<Admin>> {
    let row = admins::Entity::find().filter(which).one(db.connection()).await?;
    row.map(from_row).transpose()
}

fn columns(link: Option<PlexLink>) -> (Option<i64>, Option<String>, Option<String>) {
    match link {
        Some(link) => (Some(link.plex_id.0), Some(link.username), link.thumb),
        None => (None, None, None),
    }
}

fn permissions_text(permissions: &[Permission]) -> StoreResult<String> {
    serde_json::to_string(permissions).map_err(|error| StoreError::Other { detail: error.to_string() })
}

fn from_row(row: admins::Model) -> StoreResult<Admin> {
    let names: Vec<String> = serde_json::from_str(&row.permissions)
        .map_err(|_| StoreError::corrupt("admins.permissions is not a list of names"))?;
    let plex = row.plex_id.map(|id| PlexLink {
        plex_id: PlexId(id),
        username: row.plex_username.unwrap_or_default(),
        thumb: row.plex_thumb,
    });
    Ok(Admin {
        id: AdminId(row.id),
        username: row.username,
        password_hash: row.password_hash,
        must_change_password: row.must_change_password,
        is_primary: row.is_primary,
        // A permission of a newer version opens nothing here.
        permissions: names.iter().filter_map(|name| name.parse().ok()).collect(),
        plex,
        language: row.language,
        version: row.version,
        created_at: Instant(row.created_at),
        last_sign_in_at: row.last_sign_in_at.map(Instant),
    })
}
