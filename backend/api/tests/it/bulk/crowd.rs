//! Five hundred people, an unreliable Plex, a worker that dies: everybody ends where they should, or is
//! listed with the reason, and nothing is told twice.

use std::time::Duration;

use pum_testkit::TestApp;
use pum_testkit::db::rows;
use pum_testkit::fake_plex::Fault;
use serde_json::{Value, json};

use super::{begin, counts, numbered, people, see_through, state, suspended, titles};
use crate::dance::events;

const CROWD: usize = 500;
/// So many of them have a share; the others are suspended and only get another one to come back to.
/// Plex lists everybody's shares in each answer, so that more would take long and tell nothing new.
const SHARED: usize = 100;

#[tokio::test]
async fn five_hundred_are_changed_while_plex_fails_and_the_worker_dies() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let mut names = numbered(CROWD).collect::<Vec<_>>();
    let away = suspended(&app, names.split_off(SHARED)).await;
    let all = people(&app, names).await;
    // Every tenth call fails, in one way or the other.
    for at in 0..200 {
        let fault = match at % 3 {
            0 => Fault::status(503),
            1 => Fault::LostAnswer,
            _ => Fault::Drop,
        };
        app.plex.fault(fault.on("*").after(at * 10 + 9).times(1));
    }
    let refused = &all[63];
    let share = app.plex.shares_of(refused.account).first().expect("a share").id.to_string();
    let refusing =
        app.plex.fault(Fault::status(403).on("writes").containing(&format!("/shared_servers/{share}")));

    let here = begin(
        &admin,
        json!({"filter": {"home": false}, "action": "set_libraries", "libraries": {"mode": "all"}}),
    )
    .await;
    for done in [410, 450] {
        let doomed = app.worker();
        app.until_in_time("part of it is done", || async {
            admin.get(&here).await.expect(200)["counts"]["applied"].as_i64() > Some(done)
        })
        .await;
        doomed.kill().await;
        app.ctx.db().let_time_pass(Duration::from_secs(61));
    }
    see_through(&app, &admin, &here).await;
    assert_eq!(state(&admin, &here).await, "finished");
    let ended = counts(&admin, &here).await;
    let of = |name: &str| ended[name].as_i64().unwrap_or(0);
    assert_eq!(of("applied") + of("failed"), CROWD as i64, "{ended}");
    let failed = admin.get(&format!("{here}/items?state=failed&limit=200")).await.expect(200);
    let items = failed["items"].as_array().unwrap();
    assert!(items.iter().all(|item| item["reason"].is_string()), "each says why: {failed}");
    assert!(items.iter().any(|item| item["user"]["id"] == refused.id.to_string()));

    app.plex.lift(refusing);
    app.plex.clear_faults();
    admin.post(&format!("{here}/retry"), Value::Null).await.expect(202);
    see_through(&app, &admin, &here).await;
    assert_eq!(counts(&admin, &here).await, json!({ "applied": CROWD }));
    assert!(all.iter().all(|person| titles(&app, person.account).len() == 3));

    let back = admin.get(&format!("/api/v1/users/{}", away[7])).await.expect(200);
    assert_eq!((&back["state"], &back["libraries"]), (&json!("suspended"), &Value::Null));

    let once =
        "SELECT CAST(COUNT(*) AS CHAR(8)) AS found FROM history_events WHERE type = 'TYPE' GROUP BY user_id";
    for (what, expected) in [("user.updated", CROWD), ("user.access_changed", SHARED)] {
        assert_eq!(events(&app, what).await, expected, "{what}");
        let per_user = rows(app.db.url(), &once.replace("TYPE", what)).await;
        assert!(per_user.iter().all(|count| count.trim() == "1"), "{what} is told once for each");
    }
    let bulk = here.rsplit('/').next().unwrap();
    let of_bulk = admin.get(&format!("/api/v1/history?q=bulk:{bulk}&type=user.updated")).await.expect(200);
    assert_eq!(of_bulk["total"], CROWD, "each event names the bulk");
    assert!(app.plex.overlapping_writes().is_empty());
}
