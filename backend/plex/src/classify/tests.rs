use reqwest::header::HeaderValue;

use super::*;

const ITEM: Question = Question { asks: Asks::Item, shares: false };
const LIST: Question = Question { asks: Asks::List, shares: false };
const ON_SERVER: Question = Question { asks: Asks::ServerItem, shares: false };
const SHARE: Question = Question { asks: Asks::Item, shares: true };

const PAGE_404: &str = "<!DOCTYPE html>\n<html><head><title>404</title></head><body>The page you were looking for doesn't exist.</body></html>";
const NOT_FOUND_V2: &str = r#"{"errors":[{"code":1002,"message":"Not Found","status":404}]}"#;
const NOT_FOUND_V1: &str = "<?xml version=\"1.0\"?><errors><error>Not found</error></errors>";

fn judged(question: Question, status: u16, body: &str) -> PlexError {
    judge(question, StatusCode::from_u16(status).unwrap(), &HeaderMap::new(), body.as_bytes())
}

#[test]
fn every_status_keeps_its_meaning() {
    let refused = |status, message: &str| PlexError::Refused { status, message: message.into() };
    let unavailable = |status| PlexError::Unavailable { status, retry_after: None };
    let gone = r#"<Response code="410" status="This endpoint was deprecated and removed"/>"#;
    let dead = r#"{"errors":[{"code":1001,"message":"User could not be authenticated","status":401}]}"#;
    let dead_xml =
        r#"<errors><error code="1001" message="User could not be authenticated" status="401"/></errors>"#;
    let table = [
        (ITEM, 401, dead, PlexError::Unauthorized),
        (ITEM, 401, dead_xml, PlexError::Unauthorized),
        (
            ON_SERVER,
            401,
            "<html><head></head><body><h1>401 Unauthorized</h1></body></html>",
            PlexError::Unauthorized,
        ),
        (ITEM, 422, r#"<Response code="422" status="Invalid token"/>"#, PlexError::Unauthorized),
        (LIST, 422, "<errors><error>Invalid token</error></errors>", PlexError::Unauthorized),
        (ITEM, 422, "Invalid token", PlexError::Unauthorized),
        (ITEM, 422, r#""Invalid token""#, PlexError::Unauthorized),
        (ITEM, 422, "<html><body><h1>Invalid token.</h1></body></html>", PlexError::Unauthorized),
        (ITEM, 403, dead, PlexError::Unauthorized),
        (
            ITEM,
            403,
            r#"{"errors":[{"code":1012,"message":"Subscription needed","status":403}]}"#,
            PlexError::Forbidden,
        ),
        (ITEM, 404, NOT_FOUND_V2, PlexError::ItemMissing),
        (ITEM, 404, NOT_FOUND_V1, PlexError::ItemMissing),
        (ITEM, 404, "", PlexError::ItemMissing),
        (
            ITEM,
            404,
            r#"{"errors":[{"code":1020,"message":"Code not found or expired"}]}"#,
            PlexError::ItemMissing,
        ),
        (ITEM, 404, PAGE_404, PlexError::RouteGone),
        (ON_SERVER, 404, "<html><body><h1>404 Not Found</h1></body></html>", PlexError::ItemMissing),
        (LIST, 404, NOT_FOUND_V2, PlexError::RouteGone),
        (LIST, 404, NOT_FOUND_V1, PlexError::RouteGone),
        (LIST, 404, "", PlexError::RouteGone),
        (ITEM, 410, gone, PlexError::RouteGone),
        (SHARE, 410, gone, PlexError::RouteGone),
        (
            ITEM,
            429,
            r#"{"errors":[{"code":1003,"message":"API rate limit exceeded"}]}"#,
            PlexError::RateLimited { retry_after: None },
        ),
        (ITEM, 500, r#"{"errors":[{"code":1007,"message":"Internal","status":500}]}"#, unavailable(500)),
        (LIST, 502, "<html>Bad gateway</html>", unavailable(502)),
        (LIST, 503, "", unavailable(503)),
        (ITEM, 408, "", unavailable(408)),
        (ITEM, 302, "", PlexError::Redirected),
        (ITEM, 304, "", PlexError::Redirected),
        (
            ITEM,
            400,
            r#"{"errors":[{"code":1000,"message":"X-Plex-Client-Identifier is missing"}]}"#,
            refused(400, "… is missing"),
        ),
        (
            ITEM,
            405,
            r#"{"errors":[{"code":1005,"message":"Method not allowed"}]}"#,
            refused(405, "Method not allowed"),
        ),
        (ITEM, 418, "I am a teapot with a body of my own", refused(418, "I'm a teapot")),
        (ITEM, 422, "", refused(422, "Unprocessable Entity")),
        (ITEM, 499, "{}", refused(499, "no reason given")),
    ];
    for (question, status, body, expected) in table {
        assert_eq!(judged(question, status, body), expected, "{status} {body}");
    }
}

#[test]
fn already_sharing_is_recognised_in_every_spelling_and_only_when_sharing() {
    let v1 = r#"<Response code="400" status="You're already sharing this server with bob. Please edit your existing share."/>"#;
    let shouted = r#"<Response code="400" status="YOU'RE ALREADY SHARING THIS SERVER"/>"#;
    let v2 = r#"{"errors":[{"code":1014,"message":"Already exists","status":422}]}"#;
    let v2_text =
        r#"{"errors":[{"code":1008,"message":"You are already sharing this server","status":422}]}"#;
    for (status, body) in [(400, v1), (400, shouted), (422, v1), (422, v2), (422, v2_text), (409, v2)] {
        assert_eq!(judged(SHARE, status, body), PlexError::AlreadySharing, "{body}");
    }
    assert!(matches!(judged(ITEM, 400, v1), PlexError::Refused { status: 400, .. }));
    let other = r#"{"errors":[{"code":1008,"message":"Libraries are not valid","status":422}]}"#;
    assert_eq!(
        judged(SHARE, 422, other),
        PlexError::Refused { status: 422, message: "Libraries are not valid".into() }
    );
}

#[test]
fn the_share_limit_is_told_from_other_refusals_and_from_the_rate_limit() {
    for (status, text) in [
        (400, "You have reached the maximum number of users you can share with"),
        (403, "Sharing limit reached"),
        (422, "You have invited too many friends"),
    ] {
        let body = format!(r#"<Response code="{status}" status="{text}"/>"#);
        assert_eq!(judged(SHARE, status, &body), PlexError::ShareLimit, "{text}");
    }
    let rate = r#"{"errors":[{"code":1003,"message":"API rate limit exceeded for user"}]}"#;
    assert_eq!(judged(SHARE, 429, rate), PlexError::RateLimited { retry_after: None });
    assert_eq!(judged(SHARE, 403, r#"<Response code="403" status="Not the owner"/>"#), PlexError::Forbidden);
}

#[test]
fn retry_after_comes_in_seconds_or_as_a_date_on_the_senders_own_clock() {
    let judged = |pairs: &[(&'static str, &str)]| {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(*name, HeaderValue::from_str(value).unwrap());
        }
        judge(ITEM, StatusCode::TOO_MANY_REQUESTS, &headers, b"").retry_after()
    };
    assert_eq!(judged(&[("retry-after", "2")]), Some(Duration::from_secs(2)));
    assert_eq!(judged(&[("retry-after", "99999999999")]), Some(Duration::from_secs(86_400)));
    let date = ("date", "Sun, 01 Mar 2026 10:00:00 GMT");
    assert_eq!(
        judged(&[("retry-after", "Sun, 01 Mar 2026 10:00:30 GMT"), date]),
        Some(Duration::from_secs(30))
    );
    assert_eq!(judged(&[("retry-after", "Sun, 01 Mar 2026 09:00:00 GMT"), date]), None);
    assert_eq!(judged(&[("retry-after", "soon")]), None);
    assert_eq!(judged(&[]), None);
}

#[test]
fn a_refusals_reason_is_one_clean_short_line() {
    let shown = |message: &str| {
        let body = serde_json::json!({ "errors": [{ "code": 1008, "message": message }] }).to_string();
        match judged(ITEM, 422, &body) {
            PlexError::Refused { message, .. } => message,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(shown("Two\r\nlines\u{1b}[31m \u{202e}red"), "Two lines [31m red");
    assert_eq!(shown("see https://plex.tv/x?X-Plex-Token=abc for more"), "see … for more");
    assert_eq!(shown("token abcdefghij0123456789 is bad"), "token … is bad");
    assert_eq!(shown("<b>hi</b>"), "…");
    assert_eq!(shown(&"ha ".repeat(500)).chars().count(), 160);
}

#[test]
fn a_web_page_is_known_by_its_opening_or_its_type() {
    let headers = |kind: &'static str| {
        HeaderMap::from_iter([("content-type".parse().unwrap(), HeaderValue::from_static(kind))])
    };
    let none = HeaderMap::new();
    assert!(is_html(&none, b"  <HTML><body>"));
    assert!(is_html(&none, b"<!doctype html>"));
    assert!(is_html(&headers("text/html; charset=utf-8"), b"hello"));
    assert!(is_html(&headers("text/html"), b"<h1>401 Unauthorized</h1>"));
    assert!(is_html(&headers("text/html"), b"<center><h1>502</h1></center><hr>"));
    assert!(is_html(&headers("text/html"), b"<!-- a portal --><HTML><body></body></HTML>"));
    // Simulators and proxies call everything a web page.
    assert!(!is_html(&headers("text/html"), b"<?xml version='1.0'?><MediaContainer size='0'/>"));
    assert!(!is_html(&headers("text/html"), b"<errors><error>Not found</error></errors>"));
    assert!(!is_html(&headers("text/html"), b"[]"));
    assert!(!is_html(&headers("text/html"), b""));
    assert!(!is_html(&headers("application/xml"), b"<?xml version='1.0'?><MediaContainer/>"));
    assert!(!is_html(&none, b"{}"));
}
