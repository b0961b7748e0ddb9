//! `pum api` and `pum worker`: the two processes of PUM, as many of each as the database can bear.

use crate::config::{Config, KeyNeed};
use crate::{stop, telemetry, wiring};
use pum_app::Ctx;
use pum_app::setup::{self, Offered};

/// `pum api`: serves until told to stop.
///
/// # Errors
/// When it cannot start; the message says what to do.
pub async fn api() -> anyhow::Result<()> {
    let config = Config::load(KeyNeed::Required)?;
    telemetry::start(&config.log_level, config.log_format);
    let stop = stop::on_signal()?;
    let listener = wiring::listen(&config)?;
    let ctx = tokio::select! {
        opened = wiring::open(&config) => opened?,
        () = stop.cancelled() => return Ok(()),
    };
    announce(&config, &ctx).await?;
    Ok(pum_api::serve(wiring::api_config(&config), ctx, listener, stop).await?)
}

/// `pum worker`: carries out jobs until told to stop. A supervised one also ends when its parent does.
///
/// # Errors
/// When it cannot start; the message says what to do.
pub async fn worker(supervised: bool) -> anyhow::Result<()> {
    let config = Config::load(KeyNeed::Required)?;
    telemetry::start(&config.log_level, config.log_format);
    let stop = stop::on_signal()?;
    if supervised {
        stop::when_input_ends(stop.clone());
    }
    let ctx = tokio::select! {
        opened = wiring::open(&config) => opened?,
        () = stop.cancelled() => return Ok(()),
    };
    Ok(pum_worker::run(ctx, stop).await?)
}

/// Says where PUM is and, until it is set up, how to do that.
///
/// # Errors
/// When the database does not answer.
pub async fn announce(config: &Config, ctx: &Ctx) -> anyhow::Result<()> {
    let address = match ctx.base_url() {
        Some(url) => url.as_str().trim_end_matches('/').to_owned(),
        None => format!("http://localhost:{}", config.port),
    };
    tracing::info!("PUM is at {address}");
    if !setup::state(ctx).await?.complete {
        match setup::code(ctx).await? {
            Offered::Code(code) => {
                tracing::info!("to set it up, open {address}/setup and enter the code {}", code.expose());
            }
            Offered::AdminExists => tracing::info!("to finish setting it up, sign in at {address}/setup"),
        }
    }
    Ok(())
}
