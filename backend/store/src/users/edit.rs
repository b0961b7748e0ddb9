//! What admins write down about a person, beside their access.

use pum_domain::text::name_key;
use pum_domain::{Instant, UserId};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};

use super::record::changed;
use crate::db::sealed::Connected;
use crate::entity::user_tags;
use crate::entity::users::{self, Column as C};
use crate::{Reads, StoreResult, Tx};

/// Everything about a person that an admin writes and that is not sent to Plex.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notes {
    /// Whether 4K streams may be converted for them.
    pub allow_4k_transcode: bool,
    /// When access ends.
    pub access_expires_at: Option<Instant>,
    /// Days of membership still to be counted from the moment they join.
    pub membership_days: Option<i32>,
    /// What admins have noted.
    pub notes: Option<String>,
    /// How admins have tagged them.
    pub tags: Vec<String>,
    /// Kept out of inactivity purges.
    pub purge_whitelisted: bool,
    /// Kept out of removals by the bot.
    pub bot_whitelisted: bool,
    /// Their Discord account.
    pub discord_id: Option<String>,
    /// Its name, where it is known.
    pub discord_username: Option<String>,
}

/// Has the person's row to itself until the transaction ends, so that two edits come one after the other.
/// To be called before anything is read.
pub async fn lock(tx: &Tx, id: UserId) -> StoreResult<()> {
    users::Entity::update_many()
        .col_expr(C::LeaseGeneration, Expr::col(C::LeaseGeneration).add(0))
        .filter(C::Id.eq(id.uuid()))
        .exec(tx.connection())
        .await?;
    Ok(())
}

/// Writes the notes down if the person is still at `version`. False: another edit came first.
pub async fn write(tx: &Tx, id: UserId, version: i64, notes: &Notes) -> StoreResult<bool> {
    let now = tx.now().await?;
    let tags = serde_json::to_string(&notes.tags).unwrap_or_else(|_| "[]".to_owned());
    let written = changed(id, now)
        .col_expr(C::Allow4kTranscode, Expr::value(notes.allow_4k_transcode))
        .col_expr(C::AccessExpiresAt, Expr::value(notes.access_expires_at.map(Instant::millis)))
        .col_expr(C::MembershipDays, Expr::value(notes.membership_days))
        .col_expr(C::Notes, Expr::value(notes.notes.clone()))
        .col_expr(C::NotesKey, Expr::value(notes.notes.as_deref().map(name_key)))
        .col_expr(C::Tags, Expr::value(tags))
        .col_expr(C::PurgeWhitelisted, Expr::value(notes.purge_whitelisted))
        .col_expr(C::BotWhitelisted, Expr::value(notes.bot_whitelisted))
        .col_expr(C::DiscordId, Expr::value(notes.discord_id.clone()))
        .col_expr(C::DiscordUsername, Expr::value(notes.discord_username.clone()))
        .filter(C::Version.eq(version))
        .exec(tx.connection())
        .await?;
    if written.rows_affected != 1 {
        return Ok(false);
    }
    user_tags::Entity::delete_many()
        .filter(user_tags::Column::UserId.eq(id.uuid()))
        .exec(tx.connection())
        .await?;
    if !notes.tags.is_empty() {
        let rows = notes
            .tags
            .iter()
            .map(|tag| user_tags::ActiveModel { user_id: Set(id.uuid()), tag_key: Set(name_key(tag)) });
        user_tags::Entity::insert_many(rows).exec_without_returning(tx.connection()).await?;
    }
    Ok(true)
}

/// Keeps the person out of every link, or lets them in again. False: it was like that already.
pub async fn set_blocked(tx: &Tx, id: UserId, blocked: bool) -> StoreResult<bool> {
    let now = tx.now().await?;
    let done = changed(id, now)
        .col_expr(C::Blocked, Expr::value(blocked))
        .filter(C::Blocked.eq(!blocked))
        .exec(tx.connection())
        .await?;
    Ok(done.rows_affected == 1)
}

/// Remembers that Plex has just shown the person in the owner's Home, or as a managed account.
pub async fn note_home(tx: &Tx, id: UserId, home: bool, restricted: bool) -> StoreResult<()> {
    users::Entity::update_many()
        .col_expr(C::Home, Expr::value(home))
        .col_expr(C::Restricted, Expr::value(restricted))
        .filter(C::Id.eq(id.uuid()))
        .exec(tx.connection())
        .await?;
    Ok(())
}

/// Remembers whether the person is the owner's friend, and of which other servers they have a share.
pub async fn note_friendship(
    tx: &Tx,
    id: UserId,
    friends: bool,
    other_servers: Option<&[String]>,
) -> StoreResult<()> {
    let mut update = users::Entity::update_many()
        .col_expr(C::ObservedFriend, Expr::value(friends))
        .filter(C::Id.eq(id.uuid()));
    if let Some(names) = other_servers {
        let names = serde_json::to_string(names).unwrap_or_else(|_| "[]".to_owned());
        update = update.col_expr(C::ObservedOtherServers, Expr::value(names));
    }
    update.exec(tx.connection()).await?;
    Ok(())
}
