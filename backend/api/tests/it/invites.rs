//! Invites, as admins handle them.

use pum_domain::InviteId;
use pum_domain::settings::SettingKey;
use pum_store::invites;
use pum_testkit::{Answer, Browser, TestApp};
use serde_json::{Value, json};

const HERE: &str = "/api/v1/invites";

fn pointers(problem: &Value) -> Vec<&str> {
    let errors = problem["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
    errors.iter().filter_map(|error| error["pointer"].as_str()).collect()
}

fn labels(page: &Value) -> Vec<&str> {
    page["items"]
        .as_array()
        .expect("items")
        .iter()
        .map(|item| item["label"].as_str().unwrap_or("-"))
        .collect()
}

async fn make(admin: &Browser, body: Value) -> Value {
    admin.post(HERE, body).await.expect(201)
}

fn id(invite: &Value) -> &str {
    invite["id"].as_str().expect("an id")
}

/// Takes a seat, as accepting does.
async fn take_seat(app: &TestApp, invite: &Value) {
    let tx = app.ctx.db().begin().await.expect("begin");
    let id: InviteId = id(invite).parse().expect("an id");
    assert!(invites::take(&tx, id, invite["version"].as_i64().expect("a version")).await.expect("take"));
    tx.commit().await.expect("commit");
}

async fn set(app: &TestApp, key: SettingKey, value: &str) {
    let change = [(key, Some(value.to_owned()))].into();
    pum_app::settings::update(&app.ctx, &pum_app::Actor::command_line(), &change, None).await.expect("save");
}

async fn events(app: &TestApp) -> Vec<String> {
    let question = "SELECT type AS found FROM history_events WHERE type LIKE 'invite.%' ORDER BY id";
    pum_testkit::db::rows(app.db.url(), question).await
}

#[tokio::test]
async fn an_invite_from_its_making_to_its_end() {
    let app = TestApp::start().await;
    let admin = app.sign_in_as_admin().await;
    let libraries = app.connect_server().await;
    let chosen = [libraries[0].id.to_string(), libraries[2].id.to_string()];
    let made = make(
        &admin,
        json!({
            "label": "  Movie night ", "path": "Movie-Night", "max_uses": 2, "membership_days": 90,
            "expires_at": "2099-12-31T23:00:00+01:00", "libraries": {"mode": "some", "ids": chosen},
            "allow_downloads": true, "bound_email": "anna@example.org"
        }),
    )
    .await;
    assert_eq!(
        (&made["label"], &made["code"], &made["status"]),
        (&json!("Movie night"), &json!("Movie-Night"), &json!("active"))
    );
    assert_eq!((&made["uses"], &made["max_uses"], &made["version"]), (&json!(0), &json!(2), &json!(1)));
    assert_eq!(made["expires_at"], "2099-12-31T22:00:00.000Z");
    assert_eq!(made["created_by"], "admin");
    let mut ids: Vec<_> =
        made["libraries"]["ids"].as_array().expect("ids").iter().filter_map(Value::as_str).collect();
    ids.sort_unstable();
    let mut expected = chosen.clone();
    expected.sort_unstable();
    assert_eq!(ids, expected);

    let at = format!("{HERE}/{}", id(&made));
    let edited = admin.patch(&at, json!({"label": null, "max_uses": 5})).await.expect(200);
    assert_eq!(
        (&edited["label"], &edited["max_uses"], &edited["membership_days"]),
        (&json!(null), &json!(5), &json!(90))
    );
    assert_eq!(edited["version"], 2);
    for field in ["libraries", "allow_downloads", "grant_purge_whitelist", "grant_bot_whitelist"] {
        let problem = admin.patch(&at, json!({(field): null})).await.expect_problem(422, "validation_failed");
        assert_eq!(problem["errors"][0]["pointer"], format!("/{field}"), "nothing to clear it to");
    }
    let same = admin.patch(&at, json!({"max_uses": 5})).await.expect(200);
    assert_eq!(same["version"], 2, "nothing has changed");
    let paused = admin.post(&format!("{at}/pause"), Value::Null).await.expect(200);
    assert_eq!((&paused["status"], &paused["version"]), (&json!("paused"), &json!(2)));
    admin.post(&format!("{at}/pause"), Value::Null).await.expect(200);
    let resumed = admin.post(&format!("{at}/resume"), Value::Null).await.expect(200);
    assert_eq!((&resumed["status"], &resumed["paused_at"]), (&json!("active"), &json!(null)));
    assert_eq!(admin.get(&at).await.expect(200), resumed);
    assert_eq!(admin.delete(&at).await.status, 204);
    admin.get(&at).await.expect_problem(404, "not_found");
    admin.delete(&at).await.expect_problem(404, "not_found");
    admin.patch(&at, json!({"label": "x"})).await.expect_problem(404, "not_found");
    assert_eq!(admin.get(HERE).await.expect(200)["total"], 0);
    assert_eq!(
        events(&app).await,
        ["invite.created", "invite.updated", "invite.paused", "invite.resumed", "invite.deleted"]
    );
    let history =
        admin.get(&format!("/api/v1/history?invite_id={}&type=invite.updated", id(&made))).await.expect(200);
    let event = &history["items"][0];
    assert_eq!(event["before"], json!({"label": "Movie night", "max_uses": 2, "version": 1}));
    assert_eq!(event["after"], json!({"label": null, "max_uses": 5, "version": 2}));
    assert_eq!((&event["actor"]["name"], &event["address"]), (&json!("admin"), &json!("127.0.0.1")));
    for (what, paused) in [("invite.paused", true), ("invite.resumed", false)] {
        let told = admin.get(&format!("/api/v1/history?type={what}")).await.expect(200);
        let event = &told["items"][0];
        let (before, after) = (json!({"paused": !paused}), json!({"paused": paused}));
        assert_eq!((&event["before"], &event["after"]), (&before, &after), "{what}");
    }
}

#[tokio::test]
async fn everything_that_is_wrong_is_told_at_once() {
    let app = TestApp::start().await;
    let admin = app.sign_in_as_admin().await;
    let libraries = app.connect_server().await;
    let known = libraries[0].id.to_string();
    let nobody = "0190a7e2-7c1b-7d4e-9a55-0f3c1f7f2a10";
    let all = json!({"mode": "all"});
    let long = "x".repeat(101);
    let cases: Vec<(Value, &str, Vec<&str>)> = vec![
        (json!({}), "validation_failed", vec!["/libraries"]),
        (
            json!({"libraries": all, "max_uses": 0, "membership_days": 3651, "label": long}),
            "validation_failed",
            vec!["/label", "/max_uses", "/membership_days"],
        ),
        (json!({"libraries": all, "max_uses": -1}), "validation_failed", vec!["/max_uses"]),
        (json!({"libraries": all, "max_uses": 1.5}), "validation_failed", vec!["/max_uses"]),
        (json!({"libraries": all, "membership_days": 0}), "validation_failed", vec!["/membership_days"]),
        (json!({"libraries": all, "expires_at": "tomorrow"}), "validation_failed", vec!["/expires_at"]),
        (
            json!({"libraries": all, "expires_at": "2020-01-01T00:00:00Z"}),
            "validation_failed",
            vec!["/expires_at"],
        ),
        (json!({"libraries": all, "expires_on": "2099-02-30"}), "validation_failed", vec!["/expires_on"]),
        (
            json!({"libraries": all, "expires_on": "2099-02-01", "expires_at": "2099-02-01T00:00:00Z"}),
            "validation_failed",
            vec!["/expires_on"],
        ),
        (json!({"libraries": all, "path": "a b"}), "validation_failed", vec!["/path"]),
        (json!({"libraries": all, "path": "../etc"}), "validation_failed", vec!["/path"]),
        (json!({"libraries": all, "bound_email": "anna"}), "validation_failed", vec!["/bound_email"]),
        (json!({"libraries": all, "hat": 1}), "validation_failed", vec!["/hat"]),
        (json!({"libraries": {"mode": "none"}}), "validation_failed", vec!["/libraries/mode"]),
        (json!({"libraries": {"mode": "some", "ids": []}}), "validation_failed", vec!["/libraries/ids"]),
        (
            json!({"libraries": {"mode": "some", "ids": [nobody]}}),
            "library_unknown",
            vec!["/libraries/ids/0"],
        ),
        (
            json!({"libraries": {"mode": "some", "ids": [known, "hat", nobody]}}),
            "library_unknown",
            vec!["/libraries/ids/1", "/libraries/ids/2"],
        ),
        (
            json!({"libraries": all, "require_discord": true}),
            "discord_not_configured",
            vec!["/require_discord"],
        ),
        (
            json!({"libraries": all, "require_guild": true, "bound_discord_id": "123456789012345678"}),
            "discord_not_configured",
            vec!["/require_guild", "/bound_discord_id"],
        ),
    ];
    for (body, code, expected) in cases {
        let told = body.to_string();
        let problem = admin.post(HERE, body).await.expect_problem(422, code);
        assert_eq!(pointers(&problem), expected, "{told}: {problem}");
    }
    assert!(events(&app).await.is_empty(), "nothing was made");
}

#[tokio::test]
async fn a_library_that_is_gone_cannot_be_chosen() {
    let app = TestApp::start().await;
    let admin = app.sign_in_as_admin().await;
    let libraries = app.connect_server().await;
    app.lose_library("Kids").await;
    let body = json!({"libraries": {"mode": "some", "ids": [libraries[2].id.to_string()]}});
    let problem = admin.post(HERE, body).await.expect_problem(422, "library_unknown");
    assert_eq!(pointers(&problem), ["/libraries/ids/0"]);
}

#[tokio::test]
async fn a_path_is_one_whatever_its_case_and_free_again_after_deletion() {
    let app = TestApp::start().await;
    let admin = app.sign_in_as_admin().await;
    let body = |path: &str| json!({"path": path, "libraries": {"mode": "all"}});
    let first = make(&admin, body("Movie-Night")).await;
    let problem = admin.post(HERE, body("movie-NIGHT")).await.expect_problem(409, "invite_path_taken");
    assert_eq!(pointers(&problem), ["/path"]);
    assert_eq!(admin.delete(&format!("{HERE}/{}", id(&first))).await.status, 204);
    make(&admin, body("movie-NIGHT")).await;
    make(&admin, body(&"x".repeat(100))).await;
    let random = make(&admin, json!({"libraries": {"mode": "all"}})).await;
    let code = random["code"].as_str().expect("a code");
    assert!(code.len() == 26 && code.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()), "{code}");
}

#[tokio::test]
async fn the_link_begins_with_the_saved_address_and_never_with_the_hosts() {
    let app = TestApp::start().await;
    let admin = app.sign_in_as_admin().await.with_header("x-forwarded-host", "evil.example");
    set(&app, SettingKey::AppBaseUrl, "https://pum.example.org/films/").await;
    let made = make(&admin, json!({"path": "movie-night", "libraries": {"mode": "all"}})).await;
    assert_eq!(made["url"], "https://pum.example.org/films/invite/movie-night");
    let picture = admin.get(&format!("{HERE}/{}/qr.svg", id(&made))).await;
    assert_eq!((picture.status, picture.header("content-type")), (200, "image/svg+xml"));
    assert!(picture.text.contains("<svg") && !picture.text.contains("script"));
}

#[tokio::test]
async fn a_day_ends_where_the_settings_say() {
    let app = TestApp::start().await;
    let admin = app.sign_in_as_admin().await;
    set(&app, SettingKey::TimeZone, "Europe/Berlin").await;
    let made = make(&admin, json!({"expires_on": "2099-07-01", "libraries": {"mode": "all"}})).await;
    assert_eq!(made["expires_at"], "2099-07-01T22:00:00.000Z");
    let at = format!("{HERE}/{}", id(&made));
    assert_eq!(admin.patch(&at, json!({"expires_on": null})).await.expect(200)["expires_at"], Value::Null);
}

#[tokio::test]
async fn a_stale_edit_hears_what_has_changed() {
    let app = TestApp::start().await;
    let admin = app.sign_in_as_admin().await;
    let made = make(&admin, json!({"libraries": {"mode": "all"}})).await;
    let at = format!("{HERE}/{}", id(&made));
    admin.patch(&at, json!({"label": "one"})).await.expect(200);
    admin.patch(&at, json!({"max_uses": 7, "label": "two"})).await.expect(200);
    admin.patch(&at, json!({"allow_downloads": true})).await.expect(200);
    let stale = admin.clone().with_header("if-match", "\"2\"");
    let problem = stale.patch(&at, json!({"label": "mine"})).await.expect_problem(409, "version_conflict");
    assert_eq!(problem["changed_fields"], json!(["label", "max_uses", "allow_downloads"]));
    let fresh = admin.clone().with_header("if-match", "\"4\"");
    assert_eq!(fresh.patch(&at, json!({"label": "mine"})).await.expect(200)["version"], 5);
    assert_eq!(admin.patch(&at, json!({"label": "last wins"})).await.expect(200)["version"], 6);
}

#[tokio::test]
async fn fewer_seats_than_are_taken_means_used_up() {
    let app = TestApp::start().await;
    let admin = app.sign_in_as_admin().await;
    let made = make(&admin, json!({"max_uses": 3, "libraries": {"mode": "all"}})).await;
    take_seat(&app, &made).await;
    take_seat(&app, &made).await;
    let at = format!("{HERE}/{}", id(&made));
    let lowered = admin.patch(&at, json!({"max_uses": 1})).await.expect(200);
    assert_eq!(
        (&lowered["status"], &lowered["uses"], &lowered["max_uses"]),
        (&json!("used_up"), &json!(2), &json!(1))
    );
    let raised = admin.patch(&at, json!({"max_uses": null})).await.expect(200);
    assert_eq!(raised["status"], "active");
    let ended = admin.patch(&at, json!({"expires_at": "2020-01-01T00:00:00Z"})).await.expect(200);
    assert_eq!(ended["status"], "expired", "an edit may end a link");
}

#[tokio::test]
async fn lists_are_filtered_sorted_and_paged() {
    let app = TestApp::start().await;
    let admin = app.sign_in_as_admin().await;
    let all = json!({"mode": "all"});
    for (label, path, expires, uses) in [
        ("beta", "path-b", Some("2099-03-01T00:00:00Z"), 1),
        ("Ärger", "path-a", None, 5),
        ("100%_off!", "path-c", Some("2099-01-01T00:00:00Z"), 2),
        ("alpha", "Zulu", Some("2099-02-01T00:00:00Z"), 9),
    ] {
        let body =
            json!({"label": label, "path": path, "expires_at": expires, "max_uses": uses, "libraries": all});
        make(&admin, body).await;
    }
    let list = async |query: &str| -> Value { admin.get(&format!("{HERE}?{query}")).await.expect(200) };
    let everything = list("sort=label&order=asc").await;
    take_seat(
        &app,
        everything["items"].as_array().unwrap().iter().find(|one| one["label"] == "beta").unwrap(),
    )
    .await;
    let cases = [
        ("", vec!["alpha", "100%_off!", "Ärger", "beta"]),
        ("sort=created&order=asc", vec!["beta", "Ärger", "100%_off!", "alpha"]),
        ("sort=expires", vec!["100%_off!", "alpha", "beta", "Ärger"]),
        ("sort=uses&order=desc&limit=1", vec!["beta"]),
        ("status=active&sort=created", vec!["alpha", "100%_off!", "Ärger"]),
        ("status=used_up", vec!["beta"]),
        ("status=paused", vec![]),
        ("q=ALPHA", vec!["alpha"]),
        ("q=%C3%84RG", vec!["Ärger"]),
        ("q=zulu", vec!["alpha"]),
        ("q=PATH-&sort=created&order=asc", vec!["beta", "Ärger", "100%_off!"]),
        ("q=%25_", vec!["100%_off!"]),
        ("q=%25_x", vec![]),
        ("q=!", vec!["100%_off!"]),
    ];
    for (query, expected) in cases {
        let page = list(query).await;
        assert_eq!(labels(&page), expected, "{query}");
    }
    for sort in ["created", "expires", "uses", "label"] {
        for order in ["asc", "desc"] {
            let whole = list(&format!("sort={sort}&order={order}")).await;
            let (mut walked, mut cursor) = (Vec::new(), String::new());
            loop {
                let page = list(&format!("sort={sort}&order={order}&limit=1{cursor}")).await;
                walked.extend(labels(&page).into_iter().map(str::to_owned));
                let Some(next) = page["next_cursor"].as_str() else { break };
                cursor = format!("&cursor={next}");
            }
            assert_eq!(walked, labels(&whole), "{sort} {order}");
        }
    }
    let cursor = list("sort=label&limit=1").await["next_cursor"].as_str().unwrap().to_owned();
    admin.get(&format!("{HERE}?sort=uses&cursor={cursor}")).await.expect_problem(400, "bad_cursor");
    admin.get(&format!("{HERE}?cursor=nonsense")).await.expect_problem(400, "bad_cursor");
    admin.get(&format!("{HERE}?status=gone")).await.expect_problem(422, "validation_failed");
    admin.get(&format!("{HERE}?q={}", "x".repeat(201))).await.expect_problem(422, "validation_failed");
}

#[tokio::test]
async fn the_same_request_makes_one_invite() {
    let app = TestApp::start().await;
    let admin = app.sign_in_as_admin().await;
    let keyed = admin.clone().with_header("idempotency-key", "k-1");
    let body = json!({"label": "once", "libraries": {"mode": "all"}});
    let first = keyed.post(HERE, body.clone()).await.expect(201);
    let again = keyed.post(HERE, body.clone()).await.expect(201);
    assert_eq!(first, again);
    keyed
        .post(HERE, json!({"label": "other", "libraries": {"mode": "all"}}))
        .await
        .expect_problem(422, "idempotency_key_reused");
    assert_eq!(admin.get(HERE).await.expect(200)["total"], 1);
    let refused = admin.clone().with_header("idempotency-key", "k-2");
    refused
        .post(HERE, json!({"label": "x", "libraries": {"mode": "some", "ids": []}}))
        .await
        .expect_problem(422, "validation_failed");
    refused.post(HERE, body).await.expect(201);
}

/// Status and problem of each answer, sorted; an invite's own `code` is no problem.
fn told(answers: &[Answer]) -> Vec<(u16, &str)> {
    let mut told: Vec<_> = answers
        .iter()
        .map(|answer| (answer.status, if answer.status < 400 { "" } else { answer.code() }))
        .collect();
    told.sort_unstable();
    told
}

#[tokio::test]
async fn a_rush_makes_one_invite_of_one_request_and_one_of_one_path() {
    let app = TestApp::start().await;
    let admin = app.sign_in_as_admin().await;
    let keyed = admin.clone().with_header("idempotency-key", "k-1");
    let body = json!({"label": "once", "libraries": {"mode": "all"}});
    let twins = futures::future::join_all((0..8).map(|_| keyed.post(HERE, body.clone()))).await;
    let seen = told(&twins);
    assert_eq!(seen[0], (201, ""), "{seen:?}");
    assert!(seen.iter().all(|one| matches!(one, (201, "") | (409, "idempotency_in_progress"))), "{seen:?}");
    let invite = keyed.post(HERE, body).await.expect(201);
    assert!(
        twins.iter().all(|twin| twin.status != 201 || twin.json == invite),
        "one invite for all: {twins:?}"
    );
    let body = json!({"path": "movie-night", "libraries": {"mode": "all"}});
    let rivals = futures::future::join_all((0..8).map(|_| admin.post(HERE, body.clone()))).await;
    let seen = told(&rivals);
    assert_eq!(seen[0], (201, ""), "{seen:?}");
    assert!(seen[1..].iter().all(|one| *one == (409, "invite_path_taken")), "{seen:?}");
    assert_eq!(admin.get(HERE).await.expect(200)["total"], 2);
}

#[tokio::test]
async fn hostile_names_stay_names() {
    let app = TestApp::start().await;
    let admin = app.sign_in_as_admin().await;
    let table = [
        ("<img onerror=alert(1)>", "<img onerror=alert(1)>"),
        ("evil\u{202E}gpj.exe", "evilgpj.exe"),
        ("=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0"),
        ("\u{1b}[31mred\u{1b}[0m", "[31mred[0m"),
        ("' OR 1=1 --", "' OR 1=1 --"),
    ];
    for (raw, clean) in table {
        let made = make(&admin, json!({"label": raw, "libraries": {"mode": "all"}})).await;
        assert_eq!(made["label"], clean);
        let q: String = url::form_urlencoded::byte_serialize(clean.as_bytes()).collect();
        assert_eq!(labels(&admin.get(&format!("{HERE}?q={q}")).await.expect(200)), [clean]);
    }
    let nul = admin.post(HERE, json!({"label": "a\0b", "libraries": {"mode": "all"}})).await;
    nul.expect_problem(422, "validation_failed");
}

#[tokio::test]
async fn the_command_line_clears_what_has_expired() {
    let app = TestApp::start().await;
    let admin = app.sign_in_as_admin().await;
    for label in ["keep", "old", "older"] {
        make(&admin, json!({"label": label, "libraries": {"mode": "all"}})).await;
    }
    let page = admin.get(&format!("{HERE}?sort=label")).await.expect(200);
    for invite in &page["items"].as_array().unwrap()[1..] {
        admin
            .patch(&format!("{HERE}/{}", id(invite)), json!({"expires_at": "2020-01-01T00:00:00Z"}))
            .await
            .expect(200);
    }
    let actor = pum_app::Actor::command_line();
    assert_eq!(pum_app::invites::clear(&app.ctx, &actor, true).await.expect("clear"), 2);
    assert_eq!(labels(&admin.get(HERE).await.expect(200)), ["keep"]);
    assert_eq!(pum_app::invites::clear(&app.ctx, &actor, false).await.expect("clear"), 1);
}
