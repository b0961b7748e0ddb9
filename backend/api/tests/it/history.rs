//! The history through the front door: filters, pages, and names that stay names.

use pum_app::Actor;
use pum_domain::event::EventType;
use pum_domain::{InviteId, UserId};
use pum_store::history::{self, NewEvent};
use pum_testkit::TestApp;
use serde_json::{Value, json};
use uuid::Uuid;

const HERE: &str = "/api/v1/history";

async fn record(app: &TestApp, event: NewEvent) {
    let tx = app.ctx.db().begin().await.expect("begin");
    history::append(&tx, event).await.expect("append");
    tx.commit().await.expect("commit");
}

fn types(page: &Value) -> Vec<&str> {
    page["items"].as_array().expect("items").iter().filter_map(|item| item["type"].as_str()).collect()
}

#[tokio::test]
async fn events_are_found_by_everything_they_say() {
    let app = TestApp::start().await;
    let admin = app.sign_in_as_admin().await;
    let (user, invite) = (Uuid::from_u128(7), Uuid::from_u128(8));
    let anna = app.make_admin("anna", &[], |_| {}).await;
    let actor = Actor::admin(anna, "Ännä", "203.0.113.7");
    record(&app, NewEvent { invite_id: Some(InviteId(invite)), ..actor.event(EventType::InviteCreated) })
        .await;
    let granted = Actor::system().event(EventType::UserAccessGranted);
    record(&app, NewEvent { user_id: Some(UserId(user)), reason: Some("100%_sure".to_owned()), ..granted })
        .await;
    record(&app, Actor::schedule().event(EventType::LibraryVanished)).await;
    let all = ["library.vanished", "user.access_granted", "invite.created"];
    let cases = [
        (String::new(), all.to_vec()),
        ("order=asc".to_owned(), vec!["invite.created", "user.access_granted", "library.vanished"]),
        ("q=%C3%A4nn%C3%84".to_owned(), vec!["invite.created"]),
        ("q=203.0.113".to_owned(), vec!["invite.created"]),
        ("q=%25_s".to_owned(), vec!["user.access_granted"]),
        ("q=%25_x".to_owned(), vec![]),
        ("type=library.vanished".to_owned(), vec!["library.vanished"]),
        (format!("actor={anna}"), vec!["invite.created"]),
        ("actor=system".to_owned(), vec!["user.access_granted"]),
        (format!("user_id={user}"), vec!["user.access_granted"]),
        (format!("invite_id={invite}"), vec!["invite.created"]),
        ("invite_id=nonsense".to_owned(), vec![]),
        (format!("invite_id={invite}&user_id={user}"), vec![]),
        ("from=2000-01-01T00:00:00Z".to_owned(), all.to_vec()),
        ("to=2000-01-01T00:00:00Z".to_owned(), vec![]),
    ];
    for (query, expected) in cases {
        let page = admin.get(&format!("{HERE}?{query}")).await.expect(200);
        assert_eq!(types(&page), expected, "{query}");
    }
    let one = admin.get(&format!("{HERE}?type=invite.created")).await.expect(200)["items"][0].clone();
    assert_eq!(one["actor"], json!({"kind": "admin", "id": anna.to_string(), "name": "Ännä"}));
    assert_eq!((&one["address"], &one["invite_id"]), (&json!("203.0.113.7"), &json!(invite.to_string())));
    for (query, pointer) in
        [("type=invite.made", "/type"), ("from=yesterday", "/from"), ("to=1", "/to"), ("hat=1", "/hat")]
    {
        let problem = admin.get(&format!("{HERE}?{query}")).await.expect_problem(422, "validation_failed");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{query}");
    }
    let mut walked = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = admin.get(&format!("{HERE}?limit=1{cursor}")).await.expect(200);
        walked.extend(types(&page).into_iter().map(str::to_owned));
        assert_eq!(page["total"], 3);
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(walked, all);
}
