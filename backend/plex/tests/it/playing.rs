//! What is playing, what was, and stopping it: over the wire.

use pum_plex::{HistoryQuery, MediaServer, PlexError, StopOutcome};
use wiremock::{MockServer, ResponseTemplate};

use crate::support::{answer, asked, late, media_servers, ok, owner, page_404, requests};

const TERMINATE: &str = "/status/sessions/terminate";

async fn server() -> (MockServer, MediaServer) {
    let mock = MockServer::start().await;
    let server = media_servers().at(&mock.uri().parse().unwrap()).unwrap();
    (mock, server)
}

fn status(code: u16) -> ResponseTemplate {
    ResponseTemplate::new(code).set_body_raw("<html><h1>No</h1></html>", "text/html")
}

#[tokio::test]
async fn stopping_says_what_came_of_it() {
    let done = || ResponseTemplate::new(200);
    let cases = [
        (done(), done(), Ok(StopOutcome::Done), 1),
        (status(200), done(), Ok(StopOutcome::Done), 1),
        (page_404(), page_404(), Ok(StopOutcome::NoSuchSession), 2),
        (page_404(), done(), Ok(StopOutcome::Done), 2),
        (status(405), done(), Ok(StopOutcome::Done), 2),
        (status(405), page_404(), Ok(StopOutcome::NoSuchSession), 2),
        (status(410), done(), Ok(StopOutcome::Done), 2),
        (status(403), done(), Err(PlexError::Forbidden), 1),
        (status(503), done(), Err(PlexError::Unavailable { status: 503, retry_after: None }), 1),
    ];
    for (get, post, expected, calls) in cases {
        let (mock, server) = server().await;
        answer(&mock, "GET", TERMINATE, get).await;
        answer(&mock, "POST", TERMINATE, post).await;
        let outcome = server.stop_stream(&owner(), "s 7", "Bye & thanks").await;
        assert_eq!(outcome, expected);
        let asked = asked(&mock).await;
        assert_eq!(asked.len(), calls, "{asked:?}");
        assert_eq!(asked[0], "GET /status/sessions/terminate?sessionId=s+7&reason=Bye+%26+thanks");
    }
}

#[tokio::test]
async fn a_missing_plex_pass_and_a_dead_token_are_told_apart() {
    for (root, expected) in [
        (ok(include_str!("../../fixtures/root.json")), Ok(StopOutcome::PlexPassMissing)),
        (status(401), Err(PlexError::Unauthorized)),
    ] {
        let (mock, server) = server().await;
        answer(&mock, "GET", TERMINATE, status(401)).await;
        answer(&mock, "GET", "/", root).await;
        assert_eq!(server.stop_stream(&owner(), "s7", "").await, expected);
    }
}

#[tokio::test]
async fn without_a_session_id_nothing_is_asked() {
    let (mock, server) = server().await;
    assert_eq!(server.stop_stream(&owner(), " ", "Bye").await, Ok(StopOutcome::NoSessionId));
    assert!(asked(&mock).await.is_empty());
}

#[tokio::test]
async fn a_stop_whose_answer_is_lost_may_have_been_done() {
    let (mock, server) = server().await;
    answer(&mock, "GET", TERMINATE, late()).await;
    let error = server.within(std::time::Duration::from_millis(50)).stop_stream(&owner(), "s7", "").await;
    assert!(error.unwrap_err().may_have_been_done());
}

#[tokio::test]
async fn the_history_is_asked_for_in_pages() {
    let (mock, server) = server().await;
    answer(&mock, "GET", "/status/sessions/history/all", ok(include_str!("../../fixtures/history.json")))
        .await;
    let page =
        server.play_history(&owner(), &HistoryQuery { size: 3, ..HistoryQuery::default() }).await.unwrap();
    assert_eq!((page.rows, page.plays.len(), page.total), (3, 2, Some(871)));
    let query = HistoryQuery {
        since: chrono::DateTime::from_timestamp(1_700_000_000, 5),
        account_id: Some(1),
        library_key: Some("2".to_owned()),
        start: 200,
        size: 100,
    };
    server.play_history(&owner(), &query).await.unwrap();
    let asked = asked(&mock).await;
    assert_eq!(asked[0], "GET /status/sessions/history/all?sort=viewedAt%3Adesc");
    assert_eq!(
        asked[1],
        "GET /status/sessions/history/all?sort=viewedAt%3Adesc&viewedAt%3E=1699999999&accountID=1&librarySectionID=2"
    );
    let headers = &requests(&mock).await[1].headers;
    assert_eq!(
        (&headers["x-plex-container-start"], &headers["x-plex-container-size"]),
        (&"200".parse().unwrap(), &"100".parse().unwrap())
    );
}

#[tokio::test]
async fn notifications_come_until_the_server_closes() {
    let (mock, server) = server().await;
    let body = "event: ping\ndata: {}\n\nevent: playing\ndata: {\"PlaySessionStateNotification\":{\"sessionKey\":\"12\",\"state\":\"paused\"}}\n\n";
    let events = ResponseTemplate::new(200).set_body_raw(body, "text/event-stream");
    answer(&mock, "GET", "/:/eventsource/notifications", events).await;
    let mut notifications = server.notifications(&owner()).await.unwrap();
    let hint = notifications.next().await.unwrap();
    assert_eq!((hint.session_key.as_deref(), hint.state.as_deref()), (Some("12"), Some("paused")));
    assert_eq!(notifications.next().await.unwrap_err().code(), "plex_connection_lost");
    assert_eq!(asked(&mock).await, ["GET /:/eventsource/notifications?filters=playing"]);
    let headers = &requests(&mock).await[0].headers;
    assert_eq!(
        (&headers["accept"], headers["x-plex-token"].is_empty()),
        (&"text/event-stream".parse().unwrap(), false)
    );
}

#[tokio::test]
async fn a_server_without_notifications_says_so() {
    for (other, code) in [
        (page_404(), "plex_item_missing"),
        (ok("<html>A router</html>"), "plex_garbage"),
        (status(401), "plex_unauthorized"),
        (status(503), "plex_unavailable"),
    ] {
        let (mock, server) = server().await;
        answer(&mock, "GET", "/:/eventsource/notifications", other).await;
        assert_eq!(server.notifications(&owner()).await.map(drop).unwrap_err().code(), code);
    }
    let (mock, server) = server().await;
    answer(&mock, "GET", "/:/eventsource/notifications", late()).await;
    let soon = server.within(std::time::Duration::from_millis(50));
    assert_eq!(soon.notifications(&owner()).await.map(drop).unwrap_err().code(), "plex_timeout");
}
