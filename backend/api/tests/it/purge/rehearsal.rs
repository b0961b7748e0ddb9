//! Terms tried on the past year.

use serde_json::{Value, json};

use super::*;

const REHEARSAL: &str = "/api/v1/purge/rehearsal";

/// Who would have been removed, by their place among them: days ago, idle days, back after.
fn told(answer: &Value, people: &[Person], now: Instant) -> Vec<(usize, i64, i64, Option<i64>)> {
    let rows = answer["would_remove"].as_array().expect("people").iter();
    let removed = rows.map(|row| {
        let place =
            people.iter().position(|one| row["user"]["id"] == one.id.to_string()).expect("one of them");
        let at = row["removed_at"].as_str().expect("a moment").parse::<chrono::DateTime<chrono::Utc>>();
        let ago = now.since(Instant::from(at.expect("a moment")));
        let days = (ago + DAY / 2) / DAY;
        (place, days, row["idle_days"].as_i64().expect("days"), row["came_back_within_days"].as_i64())
    });
    let mut removed: Vec<_> = removed.collect();
    removed.sort_unstable();
    removed
}

#[actix_web::test]
async fn the_past_year_is_replayed() {
    let (app, admin, all) = idle_people(7).await;
    // The oldest stream of all, so that nothing before it is guessed at.
    import(&app, &all[0], &[500, 400, 330, 260, 200, 120, 40]).await;
    import(&app, &all[1], &[490, 300, 200, 150, 80, 10]).await;
    import(&app, &all[2], &[450, 400, 350, 150, 100, 50, 5]).await;
    import(&app, &all[3], &[460, 410, 350, 300, 250]).await;
    import(&app, &all[4], &[460, 410, 350, 300, 250]).await;
    for (person, last) in
        [(0, Some(40)), (1, Some(10)), (2, Some(5)), (3, Some(250)), (4, Some(250)), (5, None), (6, Some(80))]
    {
        last_seen(&app, &all[person], last).await;
    }
    set(&app, &all[4], "purge_whitelisted = TRUE").await;
    watched(&app, &[(600, 0)]).await;
    let now = now(&app).await;

    let answer = admin.post(REHEARSAL, terms(json!({}))).await.expect(200);
    assert_eq!(
        told(&answer, &all, now),
        [
            // Idle for 190 days until 300 days ago: gone on the first day that is looked at.
            (1, 365, 125, None),
            // Idle for 200 days until 150 days ago.
            (2, 260, 90, None),
            (3, 160, 90, None),
            // Never streamed since joining.
            (5, 365, 135, None),
        ],
        "{answer}"
    );
    assert_eq!((&answer["removed_count"], &answer["came_back_count"]), (&json!(4), &json!(0)), "{answer}");

    let answer = admin.post(REHEARSAL, json!({ "inactive_days": 60 })).await.expect(200);
    let early = told(&answer, &all, now);
    assert!(early.contains(&(0, 340, 60, Some(10))), "back ten days later: {early:?}");
    assert_eq!(answer["days"], 365);

    // With a warning and a wait of two weeks that one would not have gone.
    let waiting = json!({ "inactive_days": 60, "warn_wait_days": 14 });
    let answer = admin.post(REHEARSAL, waiting).await.expect(200);
    assert!(told(&answer, &all, now).iter().all(|one| *one != (0, 340, 60, Some(10))), "{answer}");

    // Nobody is idle before PUM was looking.
    watched(&app, &[(100, 0)]).await;
    let answer = admin.post(REHEARSAL, terms(json!({}))).await.expect(200);
    assert!(told(&answer, &all, now).iter().all(|(_, days, ..)| *days <= 10), "{answer}");
    watched(&app, &[(80, 0)]).await;
    let answer = admin.post(REHEARSAL, terms(json!({}))).await.expect(200);
    assert_eq!(answer["removed_count"], 0, "{answer}");
    let answer = admin.post(REHEARSAL, terms(json!({ "count_imported": true }))).await.expect(200);
    assert!(answer["removed_count"].as_i64() > Some(2), "unless the imported history counts: {answer}");
    assert_eq!(states(&admin, &all).await, vec!["active"; 7], "nothing is changed");
}
