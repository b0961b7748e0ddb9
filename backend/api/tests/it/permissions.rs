//! Who may call what, for every operation of the contract: nobody can forget one.

use pum_domain::Permission;
use pum_testkit::{Browser, TestApp};
use reqwest::Method;
use serde_json::{Value, json};

use crate::contract::{document, operations};

/// What a stranger may call. A new one is a decision, so it is written down here as well.
const PUBLIC: &[&str] = &[
    "acceptRedemption",
    "attachPlexPin",
    "attachRedemptionPlexPin",
    "attachSetupAdminPlex",
    "completePlexSignIn",
    "completeRedemptionPlex",
    "completeSetupAdminPlex",
    "createFirstAdmin",
    "createSession",
    "getPublicInvite",
    "getRedemption",
    "getRedemptionPicture",
    "getSetup",
    "retryRedemption",
    "startPlexSignIn",
    "startRedemption",
    "startRedemptionPlex",
    "startSetupAdminPlex",
];

/// What an admin may do to their own account before they have chosen a new password.
const OF_ONES_OWN: &[&str] = &[
    "changePassword",
    "deleteSession",
    "endMySession",
    "endMySessions",
    "getAccountPicture",
    "getSession",
    "listMySessions",
    "updateAccount",
];

struct Operation {
    name: String,
    method: Method,
    path: String,
    access: String,
    has_body: bool,
}

fn every_operation() -> Vec<Operation> {
    let all = operations(&document()).into_iter().map(|(path, method, operation)| Operation {
        name: operation["operationId"].as_str().unwrap_or_default().to_owned(),
        method: method.parse().expect("a method"),
        path: fill(&path),
        access: operation["x-permission"].as_str().unwrap_or_default().to_owned(),
        has_body: operation.get("requestBody").is_some(),
    });
    all.collect()
}

/// The path with something in each of its holes.
fn fill(path: &str) -> String {
    let parts = path.split('/').map(|part| match part {
        "{id}" => "01890a5d-ac96-774b-bcce-b302099a8057",
        part if part.starts_with('{') => "nothing-like-it",
        part => part,
    });
    parts.collect::<Vec<_>>().join("/")
}

impl Operation {
    /// The permissions of which one is needed.
    fn needs(&self) -> Vec<Permission> {
        self.access.split(" or ").filter_map(|name| name.parse().ok()).collect()
    }

    /// Calls it with a body that is hardly right. Streams are not read.
    async fn call(&self, browser: &Browser) -> (u16, Value) {
        let body = self.has_body.then(|| json!({}));
        let response = browser.open(self.method.clone(), &self.path, body).await;
        let status = response.status().as_u16();
        if response.headers().get("content-type").is_some_and(|media| media == "text/event-stream") {
            return (status, Value::Null);
        }
        (status, response.json().await.unwrap_or_default())
    }

    fn changes_something(&self) -> bool {
        self.method != Method::GET
    }
}

#[tokio::test]
async fn what_strangers_may_call_is_written_down() {
    let mut open: Vec<String> = every_operation()
        .into_iter()
        .filter(|operation| operation.access == "public")
        .map(|operation| operation.name)
        .collect();
    open.sort();
    let mut expected = PUBLIC.to_vec();
    expected.sort_unstable();
    assert_eq!(open, expected);
}

#[tokio::test]
async fn without_a_session_everything_else_is_refused() {
    let app = TestApp::start().await;
    app.may_leave_jobs();
    let browser = app.browser();
    for operation in every_operation() {
        let (status, body) = operation.call(&browser).await;
        let refused = status == 401 && body["code"] == "not_signed_in";
        assert_eq!(refused, operation.access != "public", "{}: {status} {body}", operation.name);
        assert_ne!(status, 500, "{}: {body}", operation.name);
    }
}

#[tokio::test]
async fn without_the_permission_it_is_refused_by_name() {
    let app = TestApp::start().await;
    app.may_leave_jobs();
    for operation in every_operation() {
        let needed = operation.needs();
        let Some(first) = needed.first() else { continue };
        let others: Vec<Permission> =
            Permission::ALL.iter().copied().filter(|one| !needed.contains(one)).collect();
        let (status, body) = operation.call(&app.sign_in_with(&others).await).await;
        assert_eq!(status, 403, "{}: {body}", operation.name);
        assert_eq!(body["code"], "permission_denied", "{}: {body}", operation.name);
        assert_eq!(body["permission"], first.as_str(), "{}", operation.name);
    }
}

#[tokio::test]
async fn with_the_permission_it_is_let_through() {
    let app = TestApp::start().await;
    app.may_leave_jobs();
    for operation in every_operation() {
        let each: Vec<Vec<Permission>> = match operation.needs() {
            needed if needed.is_empty() => vec![needed],
            needed => needed.into_iter().map(|one| vec![one]).collect(),
        };
        for permissions in each {
            // A session each: some operations end the one they are called with.
            let (status, body) = operation.call(&app.sign_in_with(&permissions).await).await;
            assert_ne!(body["code"], "permission_denied", "{}", operation.name);
            assert_ne!(body["code"], "not_signed_in", "{}", operation.name);
            assert_ne!(status, 500, "{}: {body}", operation.name);
        }
    }
}

#[tokio::test]
async fn a_password_to_be_changed_comes_first() {
    let app = TestApp::start().await;
    let admin = app.make_admin("reset", &[], |admin| {
        admin.is_primary = true;
        admin.must_change_password = true;
    });
    let admin = admin.await;
    let browser = app.sign_in_as(admin).await;
    for operation in every_operation() {
        if operation.access == "public" || OF_ONES_OWN.contains(&operation.name.as_str()) {
            continue;
        }
        // It reads its body before it looks who asks.
        if operation.name == "attachLinkPlex" {
            let pin = json!({ "pin_id": 1, "code": "abcd" });
            browser.post(&operation.path, pin).await.expect_problem(403, "password_change_required");
            continue;
        }
        let (status, body) = operation.call(&browser).await;
        assert_eq!((status, &body["code"]), (403, &json!("password_change_required")), "{}", operation.name);
    }
    for operation in every_operation().iter().filter(|one| OF_ONES_OWN.contains(&one.name.as_str())) {
        assert_eq!(operation.access, "signed_in", "{}", operation.name);
        let (_, body) = operation.call(&app.sign_in_as(admin).await).await;
        assert_ne!(body["code"], "password_change_required", "{}", operation.name);
    }
}

#[tokio::test]
async fn what_changes_something_needs_the_proof() {
    let app = TestApp::start().await;
    let own = app.address().to_owned();
    let refused: [&[(&str, &str)]; 6] = [
        &[("sec-fetch-site", "")],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "none")],
        &[("sec-fetch-site", ""), ("origin", "https://evil.example")],
        &[("sec-fetch-site", "cross-site"), ("origin", &own)],
    ];
    let (stranger, signed_in) = (app.browser(), app.sign_in_as_admin().await);
    let older = app.browser().with_header("sec-fetch-site", "").with_header("origin", &own);
    for operation in every_operation().iter().filter(|operation| operation.changes_something()) {
        for headers in refused {
            for browser in [stranger.clone(), signed_in.clone()] {
                let browser =
                    headers.iter().fold(browser, |browser, (name, value)| browser.with_header(name, value));
                let (status, body) = operation.call(&browser).await;
                let outcome = (status, body["code"].as_str().unwrap_or_default());
                assert_eq!(outcome, (403, "same_origin_required"), "{} {headers:?}", operation.name);
            }
        }
        let (_, body) = operation.call(&older).await;
        assert_ne!(body["code"], "same_origin_required", "{}", operation.name);
    }
    app.may_leave_jobs();
}

#[tokio::test]
async fn a_bad_token_never_falls_back_to_the_cookie() {
    let app = TestApp::start().await;
    let browser = app.sign_in_as_admin().await.with_header("authorization", "Bearer nonsense");
    for operation in every_operation() {
        let (status, body) = operation.call(&browser).await;
        assert_eq!((status, &body["code"]), (401, &json!("invalid_token")), "{}", operation.name);
    }
}
