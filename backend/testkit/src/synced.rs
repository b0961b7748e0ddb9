//! Comparing with Plex in a story, and letting time go by for PUM and Plex alike.

use std::time::Duration;

use serde_json::{Value, json};

use crate::browser::Browser;
use crate::test_app::TestApp;

/// A sync that fails in passing is tried again within seconds; more rounds than it has tries.
const ROUNDS: usize = 8;

impl TestApp {
    /// Asks for a sync and sees it through; returns it as the API shows it.
    pub async fn sync(&self, admin: &Browser) -> Value {
        let asked = admin.post("/api/v1/users/sync", Value::Null).await.expect(202);
        let id = asked["sync_id"].as_str().expect("an id").to_owned();
        self.sync_ends(admin, &id).await
    }

    /// Sees a sync through.
    pub async fn sync_ends(&self, admin: &Browser, id: &str) -> Value {
        for _ in 0..ROUNDS {
            self.run_jobs().await;
            let sync = admin.get(&format!("/api/v1/users/syncs/{id}")).await.expect(200);
            if !matches!(sync["state"].as_str(), Some("queued" | "running")) {
                return sync;
            }
            self.ctx.db().let_time_pass(Duration::from_secs(10));
        }
        panic!("the sync does not end");
    }

    /// What a sync found, as `(kind, name, reason)`.
    pub async fn found(&self, admin: &Browser, sync: &Value) -> Vec<(String, String, String)> {
        let id = sync["sync_id"].as_str().expect("an id");
        let page = admin.get(&format!("/api/v1/users/syncs/{id}/items?limit=200")).await.expect(200);
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let rows = page["items"].as_array().expect("rows").iter();
        rows.map(|row| (text(&row["kind"]), text(&row["name"]), text(&row["reason"]))).collect()
    }

    /// The user with this name.
    pub async fn user(&self, admin: &Browser, username: &str) -> Value {
        let page = admin.get("/api/v1/users?limit=200").await.expect(200);
        let rows = page["items"].as_array().expect("rows").clone();
        rows.into_iter().find(|row| row["username"] == username).unwrap_or(json!(null))
    }

    /// Lets minutes go by.
    pub fn minutes_pass(&self, minutes: u64) {
        let by = Duration::from_secs(60 * minutes);
        self.ctx.db().let_time_pass(by);
        self.plex.advance(by);
    }
}
