//! What has been played, and what it adds up to, through the front door.

use pum_domain::instant::{DAY, HOUR, MINUTE};
use pum_domain::job::{JobKind, Lane};
use pum_domain::settings::SettingKey;
use pum_domain::stream::{StreamEnd, StreamKind, StreamState};
use pum_domain::{Instant, Permission, PlexId, StreamId, UserId};
use pum_store::Reads;
use pum_store::jobs::{self, NewJob};
use pum_store::streams::{self, Advance, Delivery, Ending, Imported, Item, NewStream, Player, Viewer};
use pum_store::users::{self, Enrolment};
use pum_testkit::TestApp;
use serde_json::{Value, json};

const HERE: &str = "/api/v1/stream-history";

fn item(title: &str, kind: StreamKind) -> Item {
    Item {
        kind,
        rating_key: Some(title.to_owned()),
        title: title.to_owned(),
        parent_title: None,
        grandparent_title: None,
        season_number: None,
        episode_number: None,
        year: None,
        library_key: Some(1),
        library_title: Some("Movies".to_owned()),
        thumb: Some("/library/metadata/1/thumb/2".to_owned()),
        duration_ms: Some(2 * HOUR),
    }
}

async fn enrol(app: &TestApp, name: &str, account: i64) -> UserId {
    let person = Enrolment {
        new_id: pum_app::random::id(),
        plex_id: PlexId(account),
        plex_uuid: None,
        username: name.to_owned(),
        email: None,
        thumb: None,
        invited_by: pum_app::random::id(),
        membership_days: None,
        grant_purge_whitelist: false,
        grant_bot_whitelist: false,
    };
    let tx = app.ctx.db().begin().await.unwrap();
    let (id, _) = users::enrol(&tx, &person).await.unwrap();
    tx.commit().await.unwrap();
    id
}

/// Somebody plays something and watches so many minutes of it.
async fn played(
    app: &TestApp,
    account: i64,
    what: Item,
    product: &str,
    at: Instant,
    minutes: i64,
) -> StreamId {
    let machine_identifier = app.plex.server(0).machine_identifier().to_owned();
    let begun = NewStream {
        machine_identifier,
        session_key: format!("{}{account}", at.millis()),
        player_id: None,
        viewer: Viewer { account_id: Some(PlexId(account)), name: format!("viewer {account}") },
        state: StreamState::Playing,
        item: what,
        player: Player { product: Some(product.to_owned()), ..Player::default() },
        delivery: Delivery { address: Some("203.0.113.9".to_owned()), ..Delivery::default() },
        started_at: at,
        position_ms: None,
        four_k_looks: 0,
    };
    let end = at.plus(minutes * MINUTE);
    let tx = app.ctx.db().begin().await.unwrap();
    let id = streams::begin(&tx, &[begun]).await.unwrap()[0].unwrap();
    let look = Advance {
        id,
        at: end,
        state: StreamState::Playing,
        position_ms: None,
        watched_ms_more: minutes * MINUTE,
        paused_ms_more: 0,
        four_k_looks: 0,
        delivery: None,
    };
    streams::advance(&tx, &[], &[look]).await.unwrap();
    streams::end(&tx, &[Ending { id, at: end, reason: StreamEnd::Stopped }]).await.unwrap();
    tx.commit().await.unwrap();
    id
}

fn titles(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().filter_map(|one| one["title"].as_str()).collect()
}

#[actix_web::test]
async fn what_was_played_is_found_exported_and_deleted() {
    let app = TestApp::start().await;
    let admin = app.sign_in_as_admin().await;
    let libraries = app.connect_server().await;
    let movies = libraries.iter().find(|library| library.key == 1).unwrap();
    let anna = enrol(&app, "anna", 4711).await;
    let now = app.ctx.reader().now().await.unwrap();
    let first =
        played(&app, 4711, item("=Film", StreamKind::Movie), "Plex Web", now.plus(-5 * HOUR), 30).await;
    let pilot = Item { library_key: Some(99), ..item("Pilot", StreamKind::Episode) };
    played(&app, 5, pilot, "Plexamp", now.plus(-4 * HOUR), 10).await;
    let imported = Imported {
        machine_identifier: app.plex.server(0).machine_identifier().to_owned(),
        history_key: "/status/sessions/history/1".to_owned(),
        viewer: Viewer { account_id: Some(PlexId(4711)), name: "anna".to_owned() },
        item: item("Old", StreamKind::Movie),
        player: Player::default(),
        viewed_at: now.plus(-50 * DAY),
    };
    let tx = app.ctx.db().begin().await.unwrap();
    streams::import(&tx, &[imported]).await.unwrap();
    tx.commit().await.unwrap();

    let cases = [
        (String::new(), vec!["Pilot", "=Film", "Old"]),
        ("order=asc&sort=started".to_owned(), vec!["Old", "=Film", "Pilot"]),
        (format!("user_id={anna}"), vec!["=Film", "Old"]),
        (format!("library_id={}", movies.id), vec!["=Film", "Old"]),
        ("library_id=nonsense".to_owned(), vec![]),
        ("user_id=nonsense".to_owned(), vec![]),
        ("player=Plexamp".to_owned(), vec!["Pilot"]),
        ("kind=movie".to_owned(), vec!["=Film", "Old"]),
        ("q=PILO".to_owned(), vec!["Pilot"]),
        (format!("from={}", now.plus(-DAY).to_rfc3339()), vec!["Pilot", "=Film"]),
        (format!("to={}", now.plus(-DAY).to_rfc3339()), vec!["Old"]),
    ];
    for (query, expected) in cases {
        let page = admin.get(&format!("{HERE}?{query}")).await.expect(200);
        assert_eq!(titles(&page), expected, "{query}");
    }
    let page = admin.get(HERE).await.expect(200);
    let (unknown, known, old) = (&page["items"][0], &page["items"][1], &page["items"][2]);
    assert_eq!((&unknown["user"], &unknown["viewer_name"]), (&Value::Null, &json!("viewer 5")));
    assert_eq!(unknown["library"], json!({"id": null, "title": "Movies"}));
    assert_eq!((&known["user"]["username"], &known["watched_seconds"]), (&json!("anna"), &json!(1800)));
    assert_eq!(known["thumb"], format!("/api/v1/pictures/streams/{first}"));
    assert_eq!((&old["source"], &old["watched_seconds"]), (&json!("imported"), &Value::Null));

    let file = admin.get(&format!("{HERE}/export?user_id={anna}")).await;
    assert_eq!((file.status, file.header("content-type")), (200, "text/csv; charset=utf-8"));
    assert!(file.text.contains(",movie,\"'=Film\","), "{}", file.text);
    assert_eq!(file.text.lines().count(), 3, "{}", file.text);
    let file = admin.get(&format!("{HERE}/export?format=json&kind=episode")).await.expect(200);
    assert_eq!((file.as_array().map(Vec::len), &file[0]["title"]), (Some(1), &json!("Pilot")));

    let onlooker = app.sign_in_with(&[Permission::StreamHistoryView]).await;
    let path = format!("{HERE}/delete");
    let ids = json!({"ids": [first.to_string(), "99999"]});
    onlooker.post(&path, ids.clone()).await.expect_problem(403, "permission_denied");
    for (ids, pointer) in
        [(json!([]), "/ids"), (json!(["1", "x"]), "/ids/1"), (json!(vec!["1"; 201]), "/ids")]
    {
        let refused = admin.post(&path, json!({"ids": ids})).await.expect_problem(422, "validation_failed");
        assert_eq!(refused["errors"][0]["pointer"], pointer);
    }
    let answer = admin.post(&path, ids.clone()).await.expect(200);
    assert_eq!(answer, json!({"deleted": 1}));
    assert_eq!(admin.post(&path, ids).await.expect(200), json!({"deleted": 0}));
    assert_eq!(titles(&admin.get(HERE).await.expect(200)), ["Pilot", "Old"]);
    let events = admin.get("/api/v1/history?type=stream_history.deleted").await.expect(200);
    let event = &events["items"][0];
    assert_eq!((&events["total"], &event["user_id"]), (&json!(1), &json!(anna.to_string())));
    assert_eq!(event["before"]["streams"][0]["title"], "=Film");
}

#[actix_web::test]
async fn a_user_s_figures_are_those_of_the_last_day_week_month_and_all() {
    let app = TestApp::start().await;
    let admin = app.sign_in_as_admin().await;
    app.connect_server().await;
    let anna = enrol(&app, "anna", 4711).await;
    let path = format!("/api/v1/users/{anna}/stats");
    let nothing = admin.get(&path).await.expect(200);
    assert_eq!(nothing["all"], json!({"plays": 0, "watch_seconds": 0}));
    assert_eq!((&nothing["watching_since"], &nothing["last_streamed_at"]), (&Value::Null, &Value::Null));
    let now = app.ctx.reader().now().await.unwrap();
    let film = || item("Film", StreamKind::Movie);
    let since = now.plus(-100 * DAY);
    let tx = app.ctx.db().begin().await.unwrap();
    streams::note_watched(&tx, app.plex.server(0).machine_identifier(), since, MINUTE).await.unwrap();
    tx.commit().await.unwrap();
    for (back, product, minutes) in [
        (2 * HOUR, "Plex Web", 10),
        (3 * DAY, "Plexamp", 20),
        (20 * DAY, "Plex Web", 40),
        (90 * DAY, "TV", 80),
    ] {
        played(&app, 4711, film(), product, now.plus(-back), minutes).await;
    }
    let stats = admin.get(&path).await.expect(200);
    let sums: Vec<(i64, i64)> = ["day", "week", "month", "all"]
        .iter()
        .map(|name| {
            (stats[*name]["plays"].as_i64().unwrap(), stats[*name]["watch_seconds"].as_i64().unwrap() / 60)
        })
        .collect();
    assert_eq!(sums, [(1, 10), (2, 30), (3, 70), (4, 150)]);
    assert_eq!(stats["players"][0], json!({"player": "Plex Web", "plays": 2, "watch_seconds": 3000}));
    assert_eq!(stats["last_streamed_at"], now.plus(-2 * HOUR + 10 * MINUTE).to_rfc3339());
    assert_eq!(stats["watching_since"], since.to_rfc3339());
    let user = admin.get(&format!("/api/v1/users/{anna}")).await.expect(200);
    assert_eq!((&user["plays"], &user["watch_seconds"]), (&json!(4), &json!(9000)));
    let missing = format!("/api/v1/users/{}/stats", uuid::Uuid::nil());
    admin.get(&missing).await.expect_problem(404, "not_found");
}

#[actix_web::test]
async fn the_list_of_users_is_sorted_by_what_they_watched() {
    let app = TestApp::start().await;
    let admin = app.sign_in_as_admin().await;
    app.connect_server().await;
    let now = app.ctx.reader().now().await.unwrap();
    for (name, account) in [("often", 1001), ("long", 1002), ("lately", 1003), ("never", 1004)] {
        enrol(&app, name, account).await;
    }
    for back in 10..13 {
        played(&app, 1001, item("Clip", StreamKind::Clip), "TV", now.plus(-back * DAY), 1).await;
    }
    played(&app, 1002, item("Epic", StreamKind::Movie), "TV", now.plus(-40 * DAY), 300).await;
    played(&app, 1003, item("News", StreamKind::Live), "TV", now.plus(-HOUR), 2).await;
    let names = async |query: &str| -> Vec<String> {
        let page = admin.get(&format!("/api/v1/users?{query}")).await.expect(200);
        let names = page["items"].as_array().unwrap().iter();
        names.map(|user| user["username"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names("sort=plays&order=desc&limit=1").await, ["often"]);
    assert_eq!(names("sort=watch_time&order=desc").await, ["long", "often", "lately", "never"]);
    assert_eq!(names("sort=last_streamed&order=desc").await, ["lately", "often", "long", "never"]);
    assert_eq!(names("inactive_days=30&sort=username").await, ["long"]);
    assert_eq!(names("inactive_days=9&sort=username").await, ["long", "often"]);
}

#[actix_web::test]
async fn charts_are_told_in_the_time_zone_of_the_settings() {
    let app = TestApp::start().await;
    let admin = app.sign_in_as_admin().await;
    app.connect_server().await;
    let anna = enrol(&app, "anna", 4711).await;
    let now = app.ctx.reader().now().await.unwrap();
    // 20:00 UTC two days ago is another day in Kiritimati (UTC+14).
    let evening = Instant(now.plus(-2 * DAY).millis().div_euclid(DAY) * DAY + 20 * HOUR);
    played(&app, 4711, item("Film", StreamKind::Movie), "TV", evening, 90).await;
    played(&app, 4711, item("Song", StreamKind::Track), "TV", evening.plus(HOUR), 3).await;
    played(&app, 77, item("Pilot", StreamKind::Episode), "TV", evening, 15).await;
    played(&app, 77, item("Long ago", StreamKind::Live), "TV", evening.plus(-40 * DAY), 500).await;
    for (zone, shift) in
        [("UTC", 0), ("Pacific/Kiritimati", 14 * HOUR), ("Asia/Kathmandu", 5 * HOUR + 45 * MINUTE)]
    {
        let wish = [(SettingKey::TimeZone, Some(zone.to_owned()))].into();
        pum_app::settings::update(&app.ctx, &pum_app::Actor::system(), &wish, None).await.unwrap();
        let stats = admin.get("/api/v1/stats/watching?days=7").await.expect(200);
        assert_eq!((&stats["time_zone"], stats["days"].as_array().unwrap().len()), (&json!(zone), 7));
        let local = evening.plus(shift);
        let date = local.to_utc().format("%Y-%m-%d").to_string();
        let days: Vec<&Value> =
            stats["days"].as_array().unwrap().iter().filter(|day| day["movies"] == 1).collect();
        assert_eq!(days.len(), 1, "{zone}");
        assert_eq!((&days[0]["date"], &days[0]["episodes"]), (&json!(date), &json!(1)), "{zone}");
        let heatmap = stats["heatmap"].as_array().unwrap();
        assert_eq!(heatmap.len(), 7 * 24);
        let hour = local.to_utc().format("%u %-H").to_string();
        let slot =
            heatmap.iter().find(|slot| format!("{} {}", slot["weekday"], slot["hour"]) == hour).unwrap();
        assert!(slot["plays"].as_i64().unwrap() >= 2, "{zone}: {slot}");
        let watched: i64 = heatmap.iter().map(|slot| slot["watch_seconds"].as_i64().unwrap()).sum();
        assert_eq!(watched, (90 + 3 + 15) * 60, "{zone}");
        let active = stats["most_active"].as_array().unwrap();
        assert_eq!(active[0]["user"]["id"], anna.to_string(), "{zone}");
        assert_eq!(
            (&active[0]["plays"], &active[0]["watch_seconds"]),
            (&json!(2), &json!(93 * 60)),
            "{zone}"
        );
        assert_eq!(
            (&active[1]["user"], &active[1]["viewer_name"]),
            (&Value::Null, &json!("viewer 77")),
            "{zone}"
        );
        assert_eq!(active[1]["watch_seconds"], 15 * 60, "{zone}: what was long ago is not among it");
        assert_eq!(stats["new_users"].as_array().unwrap().len(), 7);
    }
    let longer = admin.get("/api/v1/stats/watching?days=90").await.expect(200);
    assert_eq!(longer["most_active"][0]["viewer_name"], "viewer 77");
    let refused = admin.get("/api/v1/stats/watching?days=8").await.expect_problem(422, "validation_failed");
    assert_eq!(refused["errors"][0]["pointer"], "/days");
}

#[actix_web::test]
async fn what_has_had_its_time_is_forgotten_as_the_settings_say() {
    let app = TestApp::start().await;
    let admin = app.sign_in_as_admin().await;
    app.connect_server().await;
    let anna = enrol(&app, "anna", 4711).await;
    let now = app.ctx.reader().now().await.unwrap();
    for (title, back) in [("Older", 500), ("Old", 100), ("New", 1)] {
        played(&app, 4711, item(title, StreamKind::Movie), "TV", now.plus(-back * DAY), 10).await;
    }
    let work = async |kind: JobKind| {
        let tx = app.ctx.db().begin().await.unwrap();
        jobs::enqueue(&tx, NewJob::new(kind, Lane::Automatic, json!({}))).await.unwrap();
        tx.commit().await.unwrap();
        app.run_jobs().await;
    };
    let addresses = async || -> Vec<bool> {
        let page = admin.get(HERE).await.expect(200);
        page["items"].as_array().unwrap().iter().map(|one| one["address"].is_string()).collect()
    };
    // Twice, since a job may run twice; the second run goes on where the first one ended.
    for _ in 0..2 {
        work(JobKind::ForgetAddresses).await;
        assert_eq!(addresses().await, [true, false, false], "after 90 days unless somebody says otherwise");
    }
    work(JobKind::ForgetStreams).await;
    assert_eq!(titles(&admin.get(HERE).await.expect(200)), ["New", "Old", "Older"], "0 keeps them for ever");
    admin.patch("/api/v1/settings", json!({"stream_history_days": "365"})).await.expect(200);
    for _ in 0..2 {
        work(JobKind::ForgetStreams).await;
        assert_eq!(titles(&admin.get(HERE).await.expect(200)), ["New", "Old"]);
    }
    let user = admin.get(&format!("/api/v1/users/{anna}")).await.expect(200);
    assert_eq!((&user["plays"], &user["watch_seconds"]), (&json!(3), &json!(1800)), "they stay counted");
    let told = admin.get("/api/v1/history?type=stream_history.deleted").await.expect(200);
    assert_eq!((&told["total"], &told["items"][0]["actor"]["kind"]), (&json!(1), &json!("schedule")));
    assert_eq!(told["items"][0]["after"], json!({"deleted": 1, "older_than_days": 365}));
}
