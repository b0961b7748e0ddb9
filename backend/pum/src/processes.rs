//! `pum api` and `pum worker`: the two processes of PUM, as many of each as the database can bear.

use crate::config::{Config, KeyNeed};
use crate::{stop, telemetry, wiring};
use pum_app::Ctx;

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
    announce(&config, &ctx);
    Ok(pum_api::serve(wiring::api_config(&config), ctx, listener, stop).await?)
}

/// Says where PUM is.
pub fn announce(config: &Config, ctx: &Ctx) {
    let address = match ctx.base_url() {
        Some(url) => url.to_string(),
        None => format!("http://localhost:{}", config.port),
    };
    tracing::info!("PUM is at {address}");
}
