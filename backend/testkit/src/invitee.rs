//! Somebody with a phone and a Plex account, who opens an invite link.

use reqwest::Method;
use serde_json::{Value, json};

use crate::browser::{Answer, Browser};
use crate::test_app::TestApp;

/// A person, their browser and their Plex account.
pub struct Invitee {
    /// Their browser.
    pub browser: Browser,
    /// Their account at the fake Plex.
    pub account: u64,
}

impl TestApp {
    /// A person with a new Plex account.
    pub fn invitee(&self, username: &str) -> Invitee {
        self.invitee_with(self.plex.add_account(username))
    }

    /// A person with this Plex account, in another browser.
    pub fn invitee_with(&self, account: u64) -> Invitee {
        Invitee { browser: self.browser(), account }
    }

    /// Connects the fake's server as the wizard does, and reads its libraries.
    pub async fn set_up(&self) -> Browser {
        let admin = self.sign_in_as_admin().await;
        let server = json!({ "url": self.plex.server(0).url(), "token": self.plex.owner_token() });
        admin.put("/api/v1/setup/plex", server).await.expect(200);
        admin.put("/api/v1/setup/app", json!({ "base_url": self.address() })).await.expect(200);
        admin.post("/api/v1/setup/finish", json!({})).await.expect(202);
        self.run_jobs().await;
        self.plex.clear_calls();
        admin
    }

    /// Makes an invite, and gives its code.
    pub async fn invite(&self, admin: &Browser, wishes: Value) -> String {
        let invite = admin.post("/api/v1/invites", wishes).await.expect(201);
        invite["code"].as_str().expect("a code").to_owned()
    }

    /// The ids of libraries by their titles.
    pub async fn library_ids(&self, admin: &Browser, titles: &[&str]) -> Vec<String> {
        let page = admin.get("/api/v1/libraries?limit=200").await.expect(200);
        let rows = page["items"].as_array().expect("rows").clone();
        let id_of = |title: &str| {
            let row = rows.iter().find(|row| row["title"] == title).expect("such a library");
            row["id"].as_str().expect("an id").to_owned()
        };
        titles.iter().map(|title| id_of(title)).collect()
    }

    /// How often an invite has been used.
    pub async fn uses(&self, admin: &Browser, code: &str) -> i64 {
        let page = admin.get("/api/v1/invites?limit=200").await.expect(200);
        let rows = page["items"].as_array().expect("rows");
        let row = rows.iter().find(|row| row["code"] == code).expect("the invite");
        row["uses"].as_i64().expect("a number")
    }
}

impl Invitee {
    /// Opens the link.
    pub async fn open(&self, code: &str) -> Answer {
        self.browser.post(&format!("/api/v1/public/invites/{code}/redemptions"), json!({})).await
    }

    /// Signs in with Plex up to the moment before PUM asks who it is.
    pub async fn sign_in(&self, app: &TestApp) {
        let start = self.browser.post("/api/v1/public/redemptions/current/plex", json!({})).await.expect(201);
        let pin = make_pin(&start["pin_request"]).await;
        let attach = json!({ "pin_id": pin["id"].to_string(), "code": pin["code"] });
        self.browser.post("/api/v1/public/redemptions/current/plex/pin", attach).await.expect(200);
        app.plex.sign_in(pin["code"].as_str().expect("a code"), self.account);
    }

    /// Lets PUM ask who it is.
    pub async fn complete(&self) -> Answer {
        self.browser.post("/api/v1/public/redemptions/current/plex/complete", json!({})).await
    }

    /// Opens the link and signs in: everything before Accept.
    pub async fn arrive(&self, app: &TestApp, code: &str) -> Value {
        self.open(code).await.expect(201);
        self.sign_in(app).await;
        self.complete().await.expect(200)
    }

    /// Presses Accept on what the page shows.
    pub async fn accept(&self, redemption: &Value) -> Answer {
        let body = json!({
            "redemption_id": redemption["id"],
            "invite_version": redemption["invite_version"],
        });
        self.browser.post("/api/v1/public/redemptions/current/accept", body).await
    }

    /// What the page shows.
    pub async fn redemption(&self) -> Value {
        self.browser.get("/api/v1/public/redemptions/current").await.expect(200)
    }

    /// In which state the redemption is.
    pub async fn state(&self) -> String {
        self.redemption().await["state"].as_str().expect("a state").to_owned()
    }

    /// The whole way up to Accept, which is taken.
    pub async fn join(&self, app: &TestApp, code: &str) -> Value {
        let ready = self.arrive(app, code).await;
        self.accept(&ready).await.expect(202)
    }
}

/// What the browser does with the request that it is handed: it asks Plex for a PIN.
pub async fn make_pin(request: &Value) -> Value {
    let method: Method = request["method"].as_str().expect("a method").parse().expect("a method");
    let mut asked = reqwest::Client::new().request(method, request["url"].as_str().expect("an address"));
    for (name, value) in request["headers"].as_object().expect("headers") {
        asked = asked.header(name, value.as_str().expect("a value"));
    }
    let answer = asked.send().await.expect("an answer").text().await.expect("a body");
    serde_json::from_str(&answer).expect("a PIN")
}
