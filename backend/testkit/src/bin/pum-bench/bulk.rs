//! How soon a change of five hundred users shows that it goes on.

use crate::process::Pum;
use crate::scene::{Scene, granted};
use anyhow::{Context as _, bail};
use pum_testkit::Browser;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const PEOPLE: usize = 500;
/// Odd, so that the median is one of them.
const TIMES: usize = 7;
/// Far longer than it takes.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often somebody looks who is watching.
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// From the request until somebody's part is told as over; the times, in milliseconds.
///
/// # Errors
/// When PUM refuses something: then there is nothing to measure.
pub async fn first_progress(pum: &Pum, scene: &Scene) -> anyhow::Result<Vec<f64>> {
    let (name, value) = scene.cookie.split_once('=').context("a cookie")?;
    let admin = Browser::new(&format!("http://127.0.0.1:{}", pum.port)).with_cookie(name, value);
    let ids = some_users(&admin).await?;
    let mut times = Vec::new();
    for round in 0..TIMES {
        let on = round % 2 == 0;
        let wish = json!({ "ids": ids, "action": "set_purge_whitelisted", "purge_whitelisted": on });
        let began = Instant::now();
        let begun = granted(admin.post("/api/v1/users/bulk", wish).await)?;
        let here = format!("/api/v1/users/bulk/{}", begun["bulk_id"].as_str().context("an id")?);
        watch(&admin, &here, began, |bulk| bulk["counts"]["waiting"] != bulk["total"]).await?;
        times.push(began.elapsed().as_secs_f64() * 1000.0);
        watch(&admin, &here, began, |bulk| bulk["state"] == "finished").await?;
    }
    Ok(times)
}

async fn some_users(admin: &Browser) -> anyhow::Result<Vec<Value>> {
    let (mut ids, mut cursor) = (Vec::new(), String::new());
    while ids.len() < PEOPLE {
        let page = granted(admin.get(&format!("/api/v1/users?limit=200{cursor}")).await)?;
        let items = page["items"].as_array().context("users")?;
        ids.extend(items.iter().map(|user| user["id"].clone()));
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    ids.truncate(PEOPLE);
    Ok(ids)
}

async fn watch(
    admin: &Browser,
    here: &str,
    began: Instant,
    holds: impl Fn(&Value) -> bool,
) -> anyhow::Result<()> {
    while !holds(&granted(admin.get(here).await)?) {
        if began.elapsed() > PATIENCE {
            bail!("the bulk does not go on");
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
    Ok(())
}
