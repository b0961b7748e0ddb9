//! The circuit and the pause as callers see them.

use std::time::Duration;

use pum_plex::{Lane, Limits, PlexError, Token};
use wiremock::ResponseTemplate;

use crate::support::{answer, asked, media_servers, ok, owner, plex, plex_with, quick};

#[tokio::test]
async fn a_failing_host_is_left_alone_and_others_are_not() {
    let plex = plex().await;
    answer(&plex.accounts, "GET", "/api/v2/user", ResponseTemplate::new(503)).await;
    answer(&plex.clients, "GET", "/api/v2/resources", ok("[]")).await;
    answer(&plex.clients, "GET", "/identity", ok(r#"<MediaContainer machineIdentifier="m"/>"#)).await;
    for _ in 0..5 {
        assert_eq!(plex.tv.account(&owner()).await.unwrap_err().code(), "plex_unavailable");
    }
    let open = plex.tv.in_lane(Lane::Interactive).account(&owner()).await.unwrap_err();
    assert!(
        matches!(open, PlexError::CircuitOpen { retry_in } if retry_in <= Duration::from_secs(6)),
        "{open:?}"
    );
    assert_eq!(asked(&plex.accounts).await.len(), 5);
    assert!(plex.tv.servers(&owner()).await.unwrap().is_empty());
    let server = media_servers().at(&plex.clients.uri().parse().unwrap()).unwrap();
    assert_eq!(server.identity().await.unwrap().machine_identifier, "m");
}

#[tokio::test]
async fn a_dead_media_server_does_not_stop_plex_tv_nor_an_admin_who_tries_it_again() {
    let plex = plex().await;
    answer(&plex.clients, "GET", "/identity", ResponseTemplate::new(502)).await;
    answer(&plex.accounts, "GET", "/api/v2/user", ok(include_str!("../../fixtures/user.json"))).await;
    let servers = plex.tv.media_servers(quick());
    let url = plex.clients.uri().parse().unwrap();
    for _ in 0..5 {
        let error = servers.at(&url).unwrap().identity().await.unwrap_err();
        assert_eq!(error.code(), "plex_unavailable");
    }
    assert_eq!(servers.at(&url).unwrap().identity().await.unwrap_err().code(), "plex_circuit_open");
    assert_eq!(servers.try_out(&url).unwrap().identity().await.unwrap_err().code(), "plex_unavailable");
    plex.tv.account(&owner()).await.unwrap();
}

#[tokio::test]
async fn a_dead_token_is_the_hosts_answer_and_opens_nothing() {
    let plex = plex().await;
    answer(&plex.accounts, "GET", "/api/v2/user", ResponseTemplate::new(401)).await;
    for _ in 0..20 {
        assert_eq!(plex.tv.account(&owner()).await.unwrap_err(), PlexError::Unauthorized);
    }
}

#[tokio::test]
async fn what_is_wrong_with_our_own_call_is_not_held_against_the_host() {
    let plex = plex().await;
    answer(&plex.accounts, "GET", "/api/v2/user", ok(include_str!("../../fixtures/user.json"))).await;
    for _ in 0..10 {
        let pasted = Token::new("a token\nwith a line break");
        assert_eq!(plex.tv.account(&pasted).await.unwrap_err(), PlexError::Unauthorized);
    }
    plex.tv.account(&owner()).await.unwrap();
    assert_eq!(asked(&plex.accounts).await.len(), 1);
}

#[tokio::test]
async fn slow_down_holds_every_call_of_the_service() {
    let plex = plex().await;
    let slow = ResponseTemplate::new(429).insert_header("retry-after", "60");
    answer(&plex.accounts, "GET", "/api/v2/user", slow).await;
    let told = plex.tv.account(&owner()).await.unwrap_err();
    assert_eq!(told, PlexError::RateLimited { retry_after: Some(Duration::from_secs(60)) });
    for _ in 0..3 {
        let held = plex.tv.servers(&owner()).await.unwrap_err();
        assert!(
            matches!(held, PlexError::RateLimited { retry_after: Some(left) } if left > Duration::from_secs(50))
        );
    }
    assert_eq!(asked(&plex.accounts).await.len(), 1);
    assert!(asked(&plex.clients).await.is_empty());
}

#[tokio::test]
async fn a_short_pause_is_waited_out_within_the_deadline() {
    let plex = plex_with(Limits { burst: 5, ..quick() }).await;
    let slow = ResponseTemplate::new(429).insert_header("retry-after", "1");
    answer(&plex.accounts, "GET", "/api/v2/user", slow).await;
    plex.tv.account(&owner()).await.unwrap_err();
    plex.accounts.reset().await;
    answer(&plex.accounts, "GET", "/api/v2/user", ok(include_str!("../../fixtures/user.json"))).await;
    plex.tv.account(&owner()).await.unwrap();
}
