//! A purge that an admin asks for.

use pum_domain::UserId;
use pum_domain::user::UserState;
use pum_store::users;
use serde_json::{Value, json};
use uuid::Uuid;

use super::*;
use crate::bulk::enrolment;
use crate::dance::events;

#[actix_web::test]
async fn the_ticked_ones_go_and_whoever_streams_meanwhile_stays() {
    let (app, admin, all) = idle_people(6).await;
    last_seen(&app, &all[0], Some(10)).await;
    set(&app, &all[1], "home = TRUE").await;
    let nobody = Person { id: UserId(Uuid::from_u128(1)), account: 1 };
    let mut ticked: Vec<&Person> = all.iter().collect();
    ticked.push(&nobody);
    let begun = ask(&admin, &ticked).await;
    assert_eq!(begun["accepted"], 4, "{begun}");
    let mut everybody = Vec::from_iter(all.iter().map(|one| Person { id: one.id, account: one.account }));
    everybody.push(nobody);
    assert_eq!(
        refused(&begun, &everybody),
        [(0, "streamed_recently".to_owned()), (1, "home".to_owned()), (6, "unknown_user".to_owned())]
    );

    // One is seen by the watcher, another one is only known to the server.
    streams(&app, &all[2]).await;
    plays_at_the_server(&app, &all[3]);
    let items = see_through(&app, &admin, &begun).await;
    let told: Vec<_> =
        items["items"].as_array().unwrap().iter().map(|item| (&item["state"], &item["reason"])).collect();
    let kept = told.iter().filter(|one| **one == (&json!("refused"), &json!("streaming"))).count();
    let done = told.iter().filter(|one| one.0 == "applied").count();
    assert_eq!((kept, done, told.len()), (2, 2, 4), "{items}");
    assert_eq!(
        states(&admin, &all).await,
        ["active", "active", "active", "active", "removed", "removed"].map(str::to_owned)
    );
    for person in &all[4..] {
        assert!(app.plex.shares_of(person.account).is_empty());
        let shown = user(&admin, person).await;
        assert_eq!(
            (&shown["removed_reason"], &shown["kept"]["libraries"]["mode"]),
            (&json!("purged"), &json!("some"))
        );
        let told =
            admin.get(&format!("/api/v1/history?type=user.purged&user_id={}", person.id)).await.expect(200);
        assert_eq!(
            (&told["total"], &told["items"][0]["after"]["idle_days"]),
            (&json!(1), &json!(100)),
            "{told}"
        );
        assert_eq!(told["items"][0]["actor"]["kind"], "admin", "{told}");
    }

    // The way back, after which they have time anew.
    admin.post(&format!("/api/v1/users/{}/restore", all[4].id), Value::Null).await.expect(202);
    app.run_jobs().await;
    assert_eq!(user(&admin, &all[4]).await["state"], "active");
    assert_eq!(reason(&admin, &all[4]).await, "given_time");
    app.may_leave_jobs();
}

#[actix_web::test]
async fn whoever_comes_back_by_an_invite_or_through_plex_has_time_anew_as_well() {
    let (app, admin, all) = idle_people(3).await;
    let ago = days_ago(&app, 50).await.millis();
    for person in &all[..2] {
        let gone = format!("state = 'removed', removed_reason = 'left_plex', removed_at = {ago}");
        set(&app, person, &gone).await;
    }
    let tx = app.ctx.db().begin().await.expect("begin");
    let invited = enrolment(all[0].account, "person000".to_owned());
    let (id, is_new) = users::enrol(&tx, &invited).await.expect("enrol");
    users::set_state(&tx, id, UserState::Active, None).await.expect("activate");
    tx.commit().await.expect("commit");
    assert_eq!((id, is_new), (all[0].id, false));
    app.sync(&admin).await;
    assert_eq!(states(&admin, &all).await, ["active"; 3]);
    // Whatever counts as joining.
    for (person, expected) in all.iter().zip(["given_time", "given_time", "idle"]) {
        let (_, reason, _) = verdict(&admin, person, terms(json!({ "ignore_join_date": true }))).await;
        assert_eq!(reason, expected, "{}", person.id);
    }
}

#[actix_web::test]
async fn a_stream_left_open_on_a_server_that_was_replaced_keeps_nobody() {
    let (app, admin, all) = idle_people(1).await;
    streams(&app, &all[0]).await;
    last_seen(&app, &all[0], Some(100)).await;
    assert_eq!(reason(&admin, &all[0]).await, "streaming");
    run(app.db.url(), "UPDATE streams SET machine_identifier = 'replaced'").await;
    let begun = ask(&admin, &[&all[0]]).await;
    see_through(&app, &admin, &begun).await;
    assert_eq!(gone(&admin, &all).await, 1);
    app.may_leave_jobs();
}

#[actix_web::test]
async fn for_ten_seconds_it_can_be_taken_back() {
    let (app, admin, all) = idle_people(3).await;
    let begun = ask(&admin, &[&all[0], &all[1]]).await;
    let here = format!("{PURGE}/{}", begun["purge_id"].as_str().unwrap());
    app.run_jobs().await;
    assert_eq!(admin.get(&here).await.expect(200)["counts"]["waiting"], 2);
    let stopped = admin.post(&format!("{here}/stop"), Value::Null).await.expect(200);
    assert_eq!((&stopped["state"], &stopped["action"]), (&json!("stopped"), &json!("purge")));
    app.ctx.db().let_time_pass(std::time::Duration::from_secs(11));
    app.run_jobs().await;
    assert_eq!((gone(&admin, &all).await, events(&app, "user.purged").await), (0, 0));
    assert!(app.plex.writes().is_empty());
    let other = json!({ "ids": [all[0].id], "action": "add_tags", "tags": ["x"] });
    let bulk = admin.post("/api/v1/users/bulk", other).await.expect(202);
    let foreign = format!("{PURGE}/{}", bulk["bulk_id"].as_str().unwrap());
    admin.get(&foreign).await.expect_problem(404, "not_found");
    app.run_jobs().await;
    app.may_leave_jobs();
}

#[actix_web::test]
async fn when_nobody_is_idle_nothing_begins() {
    let (app, admin, all) = idle_people(1).await;
    last_seen(&app, &all[0], Some(1)).await;
    let begun = ask(&admin, &[&all[0]]).await;
    assert_eq!((&begun["purge_id"], &begun["accepted"]), (&Value::Null, &json!(0)));
    assert_eq!(refused(&begun, &all), [(0, "streamed_recently".to_owned())]);
}

#[actix_web::test]
async fn an_admins_list_is_their_word_and_needs_no_second_one() {
    let (app, admin, all) = idle_people(8).await;
    let begun = ask(&admin, &all.iter().collect::<Vec<_>>()).await;
    see_through(&app, &admin, &begun).await;
    assert_eq!(gone(&admin, &all).await, 8);
    app.may_leave_jobs();
}
