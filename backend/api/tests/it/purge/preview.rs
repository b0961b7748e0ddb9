//! What a purge would do.

use pum_domain::Permission;
use pum_testkit::TestApp;
use serde_json::{Value, json};

use super::*;
use crate::bulk::{numbered, people, suspended};

#[actix_web::test]
async fn everybody_gets_a_verdict_with_its_reason() {
    let (app, admin, all) = idle_people(9).await;
    suspended(&app, ["away".to_owned()]).await;
    last_seen(&app, &all[1], None).await;
    last_seen(&app, &all[2], Some(10)).await;
    set(&app, &all[3], "home = TRUE").await;
    set(&app, &all[4], "shares_back = TRUE").await;
    set(&app, &all[5], "purge_whitelisted = TRUE").await;
    set(&app, &all[6], "state = 'pending'").await;
    streams(&app, &all[7]).await;
    let account = plex_id(&all[8]);
    let admins = app.make_admin("colleague", &[], |new| {
        new.plex =
            Some(pum_store::admins::PlexLink { plex_id: account, username: "c".to_owned(), thumb: None });
    });
    admins.await;
    watched(&app, &[(400, 0)]).await;

    let page = admin.post(&format!("{PREVIEW}?limit=200"), terms(json!({}))).await.expect(200);
    let rows = page["items"].as_array().expect("items");
    let told = rows.iter().map(|row| (row["reason"].as_str().unwrap(), row["idle_days"].as_i64().unwrap()));
    let mut told: Vec<_> = told.collect();
    told.sort_unstable();
    let away = told.iter().position(|(reason, _)| *reason == "suspended").expect("the suspended one");
    told.remove(away);
    assert_eq!(
        told,
        [
            ("admin", 100),
            ("home", 100),
            ("idle", 100),
            ("never_streamed", 400),
            ("pending", 100),
            ("shares_back", 100),
            ("streamed_recently", 10),
            ("streaming", 0),
            ("whitelisted", 100),
        ]
    );
    assert_eq!(
        (&page["total"], &page["purge_count"], &page["keep_count"], &page["keeps_everybody"]),
        (&json!(10), &json!(2), &json!(8), &Value::Null),
        "{page}"
    );
    assert_eq!(rows[0]["user"]["username"], "person001", "the quietest first: {page}");
    assert!(page["watching_since"].is_string());

    let nobody = json!({ "exempt_shares_back": false, "exempt_whitelisted": false, "exempt_admins": false });
    let page = admin.post(PREVIEW, terms(nobody)).await.expect(200);
    assert_eq!(page["purge_count"], 5, "those by choice: {page}");
    let longer = admin.post(PREVIEW, json!({ "inactive_days": 101 })).await.expect(200);
    assert_eq!(longer["purge_count"], 1, "{longer}");
    assert!(app.plex.calls().is_empty(), "Plex is not asked");
}

#[actix_web::test]
async fn pages_go_on_where_they_ended_whatever_is_listed() {
    let (app, admin, all) = idle_people(12).await;
    for (at, person) in all.iter().enumerate() {
        last_seen(&app, person, Some(if at % 3 == 0 { 20 } else { 100 + i64::try_from(at).unwrap() })).await;
    }
    let lists = [("", 12), ("&verdict=purge", 8), ("&verdict=keep", 4)];
    for (filter, expected) in lists {
        for order in ["asc", "desc"] {
            let (mut seen, mut cursor) = (Vec::new(), String::new());
            loop {
                let path = format!("{PREVIEW}?limit=3&order={order}{filter}{cursor}");
                let page = admin.post(&path, terms(json!({}))).await.expect(200);
                assert_eq!(page["total"], expected, "{filter} {order}");
                let rows = page["items"].as_array().unwrap();
                seen.extend(rows.iter().map(|row| {
                    (row["idle_days"].as_i64().unwrap(), row["user"]["id"].as_str().unwrap().to_owned())
                }));
                match page["next_cursor"].as_str() {
                    Some(next) => cursor = format!("&cursor={next}"),
                    None => break,
                }
            }
            let mut days: Vec<_> = seen.iter().map(|(days, _)| *days).collect();
            assert_eq!(days.len(), expected, "{filter} {order}");
            if order == "desc" {
                days.reverse();
            }
            assert!(days.is_sorted(), "{filter} {order}: {days:?}");
            seen.sort_unstable();
            seen.dedup();
            assert_eq!(seen.len(), expected, "nobody twice: {filter} {order}");
        }
    }
    let first = admin.post(&format!("{PREVIEW}?limit=3"), terms(json!({}))).await.expect(200);
    let cursor = first["next_cursor"].as_str().unwrap();
    for wrong in ["nonsense", "ha.1", &format!("{cursor}.x"), &cursor.replacen('h', "s", 1)] {
        let path = format!("{PREVIEW}?cursor={wrong}");
        admin.post(&path, terms(json!({}))).await.expect_problem(400, "bad_cursor");
    }
}

#[actix_web::test]
async fn nobody_is_idle_for_longer_than_anybody_was_looking() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let all = people(&app, numbered(1)).await;
    let one = &all[0];
    last_seen(&app, one, Some(200)).await;
    let keep = |reason: &str, days: i64| ("keep".to_owned(), reason.to_owned(), days);
    let purge = |days: i64| ("purge".to_owned(), "idle".to_owned(), days);
    assert_eq!(verdict(&admin, one, terms(json!({}))).await, keep("not_watched", 0));
    let cases: [(&[(i64, i64)], Value, _); 5] = [
        (&[(5, 0)], json!({}), keep("watched_too_short", 5)),
        (&[(400, 0)], json!({}), purge(200)),
        (&[(400, 150), (60, 0)], json!({}), purge(110)),
        (&[(400, 190), (60, 0)], json!({}), keep("watched_too_short", 70)),
        (&[(400, 1)], json!({}), keep("watch_stale", 199)),
    ];
    for (spells, more, expected) in cases {
        watched(&app, spells).await;
        assert_eq!(verdict(&admin, one, terms(more)).await, expected, "{spells:?}");
    }

    // What only the server's own history covers counts when the admin says so, and not before.
    import(&app, one, &[300, 220]).await;
    watched(&app, &[(5, 0)]).await;
    assert_eq!(verdict(&admin, one, terms(json!({}))).await, keep("watched_too_short", 5));
    assert_eq!(verdict(&admin, one, terms(json!({ "count_imported": true }))).await, purge(200));
    let page = admin.post(PREVIEW, terms(json!({}))).await.expect(200);
    let since = page["imported_since"].as_str().expect("a moment");
    assert_eq!(since[..10], days_ago(&app, 300).await.to_rfc3339()[..10], "{page}");

    // It covers what was read of it: a gap after that is one as long as it has not been read as well.
    let counted = || verdict(&admin, one, terms(json!({ "count_imported": true })));
    let until = days_ago(&app, 60).await.millis();
    run(app.db.url(), &format!("UPDATE play_imports SET settled_until = {until}")).await;
    assert_eq!(counted().await, purge(145));
    // Half a history is none, and neither is that of another server.
    run(app.db.url(), "UPDATE play_imports SET first_done_at = NULL").await;
    assert_eq!(counted().await, keep("watched_too_short", 5));
    let done = format!("UPDATE play_imports SET first_done_at = {until}, machine_identifier = 'another'");
    run(app.db.url(), &done).await;
    assert_eq!(counted().await, keep("watched_too_short", 5));
}

#[actix_web::test]
async fn joining_counts_unless_it_is_said_not_to() {
    let (app, admin, all) = idle_people(1).await;
    let one = &all[0];
    let joined = days_ago(&app, 20).await.millis();
    set(&app, one, &format!("last_streamed_at = NULL, joined_at = {joined}")).await;
    assert_eq!(reason(&admin, one).await, "joined_recently");
    let ignoring = verdict(&admin, one, terms(json!({ "ignore_join_date": true }))).await;
    assert_eq!(ignoring, ("purge".to_owned(), "never_streamed".to_owned(), 400));
    // Whoever joined again is not idle since before.
    set(&app, one, &format!("last_streamed_at = {}", days_ago(&app, 200).await.millis())).await;
    assert_eq!(reason(&admin, one).await, "joined_recently");
}

#[actix_web::test]
async fn wrong_terms_are_told_field_by_field() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let cases = [
        (PREVIEW, json!({}), "inactive_days"),
        (PREVIEW, json!({ "inactive_days": 0 }), "/inactive_days"),
        (PREVIEW, json!({ "inactive_days": 3651 }), "/inactive_days"),
        (PREVIEW, json!({ "inactive_days": 9, "exempt_home": false }), "exempt_home"),
        (PURGE, json!({ "inactive_days": 9, "user_ids": [] }), "/user_ids"),
        (PURGE, json!({ "inactive_days": 9, "user_ids": ["x"] }), "/user_ids/0"),
        ("/api/v1/purge/rehearsal", json!({ "inactive_days": 9, "warn_wait_days": 366 }), "/warn_wait_days"),
    ];
    for (path, body, field) in cases {
        let problem = admin.post(path, body.clone()).await.expect_problem(422, "validation_failed");
        assert!(problem.to_string().contains(field), "{body}: {problem}");
    }
    let viewer = app.sign_in_with(&[Permission::UsersView, Permission::UsersBulk]).await;
    viewer.post(PREVIEW, terms(json!({}))).await.expect_problem(403, "permission_denied");
    let bulk = json!({ "filter": {}, "action": "purge" });
    admin.post("/api/v1/users/bulk", bulk).await.expect_problem(422, "validation_failed");
}
