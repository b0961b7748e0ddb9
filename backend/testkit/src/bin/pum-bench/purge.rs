//! What a purge of ten thousand users with a million streams takes to look at, and to try on the past.

use crate::process::Pum;
use crate::{median, row};
use anyhow::{Context as _, bail};
use pum_testkit::Browser;
use pum_testkit::db::run;
use pum_testkit::viewing::MACHINE;
use serde_json::{Value, json};
use std::time::Instant;

/// How often each question is asked; odd, so that the median is one of them.
const TIMES: usize = 15;

/// Asks for previews and rehearsals of the streams that are there.
///
/// # Errors
/// When PUM refuses something.
pub async fn measure(pum: &Pum, url: &str, machine_identifier: &str, cookie: &str) -> anyhow::Result<()> {
    let spans = format!("UPDATE watch_spans SET machine_identifier = '{machine_identifier}'");
    run(url, &format!("{spans} WHERE machine_identifier = '{MACHINE}'")).await;
    let (name, value) = cookie.split_once('=').context("a session cookie")?;
    let admin = Browser::new(&format!("http://127.0.0.1:{}", pum.port)).with_cookie(name, value);
    let questions = [
        ("purge preview, few idle", "/api/v1/purge/preview?limit=50", json!({ "inactive_days": 90 })),
        ("purge preview, most idle", "/api/v1/purge/preview?limit=50", json!({ "inactive_days": 1 })),
        ("rehearsal of a year, 90 days", "/api/v1/purge/rehearsal", json!({ "inactive_days": 90 })),
        ("rehearsal of a year, 3 days", "/api/v1/purge/rehearsal", json!({ "inactive_days": 3 })),
    ];
    for (words, path, body) in questions {
        let mut times = Vec::with_capacity(TIMES);
        for _ in 0..TIMES {
            let began = Instant::now();
            ask(&admin, path, &body).await?;
            times.push(began.elapsed().as_secs_f64() * 1000.0);
        }
        row(
            &format!("1,000,000 streams, 10,000 users: {words}, median"),
            format!("{:.0} ms", median(&mut times)),
        );
    }
    Ok(())
}

async fn ask(admin: &Browser, path: &str, body: &Value) -> anyhow::Result<()> {
    let answer = admin.post(path, body.clone()).await;
    if answer.status != 200 {
        bail!("{path}: {}: {}", answer.status, answer.text);
    }
    Ok(())
}
