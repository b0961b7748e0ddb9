//! Lists that are never long are lists like any other.

use pum_testkit::TestApp;
use serde_json::Value;

#[tokio::test]
async fn short_lists_have_pages_too() {
    let app = TestApp::start().await;
    let admin = app.make_admin("olga", &[], |admin| admin.is_primary = true).await;
    let browser = app.sign_in_as(admin).await;
    for _ in 0..3 {
        app.sign_in_as(admin).await;
    }
    for path in ["/api/v1/account/sessions", "/api/v1/jobs/schedules", "/api/v1/settings"] {
        let whole = browser.get(&format!("{path}?limit=200")).await.expect(200);
        let rows = whole["items"].as_array().expect("rows").clone();
        assert!(rows.len() > 3 && whole["total"] == rows.len(), "{path}: {whole}");
        for order in ["asc", "desc"] {
            let (mut walked, mut cursor): (Vec<Value>, _) = (Vec::new(), String::new());
            loop {
                let page = browser.get(&format!("{path}?limit=3&order={order}{cursor}")).await.expect(200);
                let items = page["items"].as_array().expect("rows");
                assert!(items.len() <= 3 && page["total"] == rows.len(), "{path}: {page}");
                walked.extend(items.iter().cloned());
                let Some(next) = page["next_cursor"].as_str() else { break };
                cursor = format!("&cursor={next}");
            }
            if order == "desc" {
                walked.reverse();
            }
            assert_eq!(walked, rows, "{path} {order}");
        }
        browser.get(&format!("{path}?cursor=nonsense")).await.expect_problem(400, "bad_cursor");
        for query in ["limit=0", "hat=1", "sort=name", "order=up", "limit=1&limit=2"] {
            browser.get(&format!("{path}?{query}")).await.expect_problem(422, "validation_failed");
        }
    }
}
