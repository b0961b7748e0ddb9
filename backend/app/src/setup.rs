//! The wizard: from an empty database to a working installation. Each step can be left and taken up
//! again; the first one needs the setup code, the later ones the session of an admin.

mod code;
mod first_admin;

use pum_domain::ProblemCode;
use pum_domain::event::{EventType, HintKind};
use pum_domain::job::Lane;
use pum_domain::settings::SettingKey;
use pum_domain::setup::SetupStep;
use pum_store::{Reads, Tx, admins, hints, history, meta, plex_server};

use crate::actor::Actor;
use crate::ctx::Ctx;
use crate::error::{AppError, AppResult};
use crate::{libraries, login, settings, streams, sync};

pub use code::{Offered, code};
pub use first_admin::{attach_plex, complete_plex, create_first_admin, start_plex};

/// Written when the wizard is through.
const COMPLETE: &str = "setup.completed_at";
/// Written when the server has been connected in the wizard.
const PLEX_DONE: &str = "setup.plex_done";
/// Written when the app address has been saved in the wizard.
const APP_DONE: &str = "setup.app_done";

/// How far the wizard has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetupState {
    /// Whether PUM is set up.
    pub complete: bool,
    /// What comes next; `None` once complete.
    pub next_step: Option<SetupStep>,
}

/// What the environment offers to an admin in the wizard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Presets {
    /// From `APP_BASE_URL`, or an earlier save.
    pub base_url: Option<String>,
    /// From `PLEX_URL`, or the connected server.
    pub plex_url: Option<String>,
    /// Whether `PLEX_TOKEN` is given, to be used with that address.
    pub plex_token: bool,
}

/// How far the wizard has come.
pub async fn state(ctx: &Ctx) -> AppResult<SetupState> {
    read_state(&ctx.reader()).await
}

async fn read_state(db: &impl Reads) -> AppResult<SetupState> {
    if meta::get(db, COMPLETE).await?.is_some() {
        return Ok(SetupState { complete: true, next_step: None });
    }
    let step = if admins::count(db).await? == 0 {
        SetupStep::Admin
    } else if meta::get(db, PLEX_DONE).await?.is_none() || plex_server::get(db).await?.is_none() {
        SetupStep::Plex
    } else if meta::get(db, APP_DONE).await?.is_none() {
        SetupStep::App
    } else {
        SetupStep::Finish
    };
    Ok(SetupState { complete: false, next_step: Some(step) })
}

/// What to fill in before the admin types anything.
pub async fn presets(ctx: &Ctx) -> AppResult<Presets> {
    let connected = plex_server::get(&ctx.reader()).await?.map(|server| server.url);
    let preset = ctx.options().plex_url.as_ref().map(|url| url.to_string().trim_end_matches('/').to_owned());
    Ok(Presets {
        base_url: ctx.setting(SettingKey::AppBaseUrl),
        plex_url: connected.or(preset),
        plex_token: ctx.options().plex_token.is_some(),
    })
}

/// Refuses once the wizard is through: the settings are the place then.
pub async fn require_open(ctx: &Ctx) -> AppResult<()> {
    match state(ctx).await?.complete {
        false => Ok(()),
        true => Err(complete()),
    }
}

fn complete() -> AppError {
    let detail = "PUM is set up already. Change things in the settings, or run `pum setup reset`.";
    AppError::conflict(ProblemCode::SetupComplete, detail)
}

/// Notes that the server has been connected in the wizard.
pub(crate) async fn note_plex_done(tx: &Tx) -> AppResult<()> {
    Ok(meta::set(tx, PLEX_DONE, "1").await?)
}

/// Saves under which address people reach PUM.
pub async fn save_app(ctx: &Ctx, actor: &Actor, base_url: &str) -> AppResult<SetupState> {
    require_open(ctx).await?;
    let value = SettingKey::AppBaseUrl.parse(base_url);
    let value = value.map_err(|bad| AppError::field("/base_url", "invalid", bad.0))?;
    settings::update(ctx, actor, &[(SettingKey::AppBaseUrl, Some(value))].into(), None).await?;
    let tx = ctx.db().begin().await?;
    meta::set(&tx, APP_DONE, "1").await?;
    tx.commit().await?;
    state(ctx).await
}

/// Ends the wizard and begins the first look at the libraries and the people.
pub async fn finish(ctx: &Ctx, actor: &Actor) -> AppResult<SetupState> {
    let tx = ctx.db().begin().await?;
    let state = read_state(&tx).await?;
    if state.complete {
        tx.rollback().await?;
        return Err(complete());
    }
    if let Some(step) = state.next_step.filter(|step| *step != SetupStep::Finish) {
        tx.rollback().await?;
        let detail = format!("The step \"{step}\" of the setup is still open. Finish it first.");
        return Err(AppError::conflict(ProblemCode::SetupStepMissing, detail));
    }
    let now = tx.now().await?;
    meta::set(&tx, COMPLETE, &now.to_rfc3339()).await?;
    libraries::enqueue_refresh(&tx, Lane::Manual).await?;
    streams::enqueue_import(&tx, Lane::Automatic).await?;
    sync::ask(&tx, actor).await?;
    history::append(&tx, actor.event(EventType::SetupCompleted)).await?;
    hints::leave(&tx, HintKind::Server, None).await?;
    tx.commit().await?;
    Ok(SetupState { complete: true, next_step: None })
}

/// Opens the wizard again, from the command line. Admins stay, and one of them has to sign in; only
/// without any is there a new setup code.
pub async fn reset(ctx: &Ctx) -> AppResult<SetupState> {
    let tx = ctx.db().begin().await?;
    for fact in [COMPLETE, PLEX_DONE, APP_DONE] {
        meta::remove(&tx, fact).await?;
    }
    code::renew(&tx).await?;
    history::append(&tx, Actor::command_line().event(EventType::SetupReset)).await?;
    let state = read_state(&tx).await?;
    tx.commit().await?;
    Ok(state)
}

/// The address of whoever acts, for the history.
fn actor_at(visitor: &login::Visitor) -> Actor {
    Actor::stranger(&visitor.address.to_string())
}
