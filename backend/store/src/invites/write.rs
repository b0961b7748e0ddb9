//! Making, editing and deleting invites.

use pum_domain::code::InviteCode;
use pum_domain::invite::LibraryChoice;
use pum_domain::text::name_key;
use pum_domain::{AdminId, Instant, InviteId};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};

use super::Rules;
use crate::db::sealed::Connected;
use crate::entity::invite_libraries;
use crate::entity::invites::{self, Column as C};
use crate::{Reads, StoreResult, Tx};

/// An invite to be.
#[derive(Debug, Clone)]
pub struct NewInvite {
    /// Its id.
    pub id: InviteId,
    /// What stands in the link.
    pub code: InviteCode,
    /// Who makes it.
    pub created_by: Option<AdminId>,
    /// What it is about.
    pub rules: Rules,
}

/// Makes an invite. A code that another one has, whatever its case, is a conflict on
/// `invites.code_key`.
pub async fn create(tx: &Tx, new: &NewInvite) -> StoreResult<()> {
    let now = tx.now().await?.millis();
    let rules = &new.rules;
    let row = invites::ActiveModel {
        id: Set(new.id.uuid()),
        code: Set(new.code.as_str().to_owned()),
        code_key: Set(new.code.key()),
        label: Set(rules.label.clone()),
        label_key: Set(label_key(rules)),
        expires_at: Set(rules.expires_at.map(Instant::millis)),
        max_uses: Set(rules.max_uses),
        uses: Set(0),
        membership_days: Set(rules.membership_days),
        libraries_mode: Set(mode(rules).to_owned()),
        allow_downloads: Set(rules.allow_downloads),
        require_discord: Set(rules.require_discord),
        require_guild: Set(rules.require_guild),
        bound_discord_id: Set(rules.bound_discord_id.clone()),
        bound_email: Set(rules.bound_email.clone()),
        grant_purge_whitelist: Set(rules.grant_purge_whitelist),
        grant_bot_whitelist: Set(rules.grant_bot_whitelist),
        paused_at: Set(None),
        deleted_at: Set(None),
        created_by: Set(new.created_by.map(AdminId::uuid)),
        version: Set(1),
        created_at: Set(now),
        updated_at: Set(now),
    };
    invites::Entity::insert(row).exec_without_returning(tx.connection()).await?;
    choose(tx, new.id, rules).await
}

/// How an edit went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edited {
    /// It is stored.
    Yes,
    /// Another edit came first, or the invite is gone.
    Outdated,
}

/// Stores rules that were edited from `version`.
pub async fn update(tx: &Tx, id: InviteId, version: i64, rules: &Rules) -> StoreResult<Edited> {
    let now = tx.now().await?;
    let done = invites::Entity::update_many()
        .col_expr(C::Label, Expr::value(rules.label.clone()))
        .col_expr(C::LabelKey, Expr::value(label_key(rules)))
        .col_expr(C::ExpiresAt, Expr::value(rules.expires_at.map(Instant::millis)))
        .col_expr(C::MaxUses, Expr::value(rules.max_uses))
        .col_expr(C::MembershipDays, Expr::value(rules.membership_days))
        .col_expr(C::LibrariesMode, Expr::value(mode(rules)))
        .col_expr(C::AllowDownloads, Expr::value(rules.allow_downloads))
        .col_expr(C::RequireDiscord, Expr::value(rules.require_discord))
        .col_expr(C::RequireGuild, Expr::value(rules.require_guild))
        .col_expr(C::BoundDiscordId, Expr::value(rules.bound_discord_id.clone()))
        .col_expr(C::BoundEmail, Expr::value(rules.bound_email.clone()))
        .col_expr(C::GrantPurgeWhitelist, Expr::value(rules.grant_purge_whitelist))
        .col_expr(C::GrantBotWhitelist, Expr::value(rules.grant_bot_whitelist))
        .col_expr(C::Version, Expr::col(C::Version).add(1))
        .col_expr(C::UpdatedAt, Expr::value(now.millis()))
        .filter(C::Id.eq(id.uuid()))
        .filter(C::Version.eq(version))
        .filter(C::DeletedAt.is_null())
        .exec(tx.connection())
        .await?;
    if done.rows_affected == 0 {
        return Ok(Edited::Outdated);
    }
    invite_libraries::Entity::delete_many()
        .filter(invite_libraries::Column::InviteId.eq(id.uuid()))
        .exec(tx.connection())
        .await?;
    choose(tx, id, rules).await?;
    Ok(Edited::Yes)
}

/// Puts a link to rest, or lets it work again. False: it does so already, or is gone. What the invite
/// promises stays the same, so its version does too.
pub async fn set_paused(tx: &Tx, id: InviteId, paused: bool) -> StoreResult<bool> {
    let now = tx.now().await?.millis();
    let other = if paused { C::PausedAt.is_null() } else { C::PausedAt.is_not_null() };
    let done = invites::Entity::update_many()
        .col_expr(C::PausedAt, Expr::value(paused.then_some(now)))
        .col_expr(C::UpdatedAt, Expr::value(now))
        .filter(C::Id.eq(id.uuid()))
        .filter(C::DeletedAt.is_null())
        .filter(other)
        .exec(tx.connection())
        .await?;
    Ok(done.rows_affected == 1)
}

/// Deletes an invite: the row stays for those who came through it, the code is free for another.
/// False: it was gone already.
pub async fn delete(tx: &Tx, id: InviteId) -> StoreResult<bool> {
    let now = tx.now().await?.millis();
    let done = invites::Entity::update_many()
        .col_expr(C::DeletedAt, Expr::value(now))
        .col_expr(C::UpdatedAt, Expr::value(now))
        // No code contains a tilde, so nobody can ever ask for this one.
        .col_expr(C::CodeKey, Expr::value(format!("~{id}")))
        .filter(C::Id.eq(id.uuid()))
        .filter(C::DeletedAt.is_null())
        .exec(tx.connection())
        .await?;
    Ok(done.rows_affected == 1)
}

fn label_key(rules: &Rules) -> String {
    rules.label.as_deref().map(name_key).unwrap_or_default().chars().take(255).collect()
}

const fn mode(rules: &Rules) -> &'static str {
    match rules.libraries {
        LibraryChoice::All => "all",
        LibraryChoice::Some(_) => "some",
    }
}

async fn choose(tx: &Tx, id: InviteId, rules: &Rules) -> StoreResult<()> {
    let LibraryChoice::Some(ids) = &rules.libraries else { return Ok(()) };
    if ids.is_empty() {
        return Ok(());
    }
    let rows = ids.iter().map(|library| invite_libraries::ActiveModel {
        invite_id: Set(id.uuid()),
        library_id: Set(library.uuid()),
    });
    invite_libraries::Entity::insert_many(rows).exec_without_returning(tx.connection()).await?;
    Ok(())
}
