//! Redirects, floods, silence and broken connections.

use std::{net::SocketAddr, time::Duration};

use pum_plex::{ConnectTrouble, Invitee, Libraries, NewShare, PlexError, PlexTv, SharingSettings};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};
use wiremock::{MockServer, ResponseTemplate};

use crate::support::{MACHINE, answer, asked, identity, late, media_servers, ok, owner, plex, quick};

const SHORTLY: Duration = Duration::from_millis(200);

fn everything_for_bob() -> NewShare {
    NewShare {
        machine_identifier: MACHINE.into(),
        invitee: Invitee { plex_user_id: None, name_or_email: Some("bob".into()) },
        libraries: Libraries::All,
        settings: SharingSettings::default(),
    }
}

#[tokio::test]
async fn a_redirect_is_an_error_and_the_token_goes_nowhere_else() {
    let elsewhere = MockServer::start().await;
    for status in [301, 302, 303, 307, 308] {
        let plex = plex().await;
        let to =
            ResponseTemplate::new(status).insert_header("location", format!("{}/steal", elsewhere.uri()));
        answer(&plex.accounts, "GET", "/api/v2/user", to.clone()).await;
        answer(&plex.accounts, "GET", "/library/sections", to).await;
        assert_eq!(plex.tv.account(&owner()).await.unwrap_err(), PlexError::Redirected);
        let server = media_servers().at(&plex.accounts.uri().parse().unwrap()).unwrap();
        assert_eq!(server.libraries(&owner()).await.unwrap_err(), PlexError::Redirected);
    }
    assert!(asked(&elsewhere).await.is_empty());
}

#[tokio::test]
async fn data_that_is_declared_a_page_is_read_and_a_page_is_not() {
    let plex = plex().await;
    let as_page = |body: &str| ResponseTemplate::new(200).set_body_raw(body, "text/html; charset=utf-8");
    answer(&plex.accounts, "GET", "/api/users", as_page(include_str!("../../fixtures/users.xml"))).await;
    answer(&plex.accounts, "GET", "/api/v2/user", as_page(include_str!("../../fixtures/user.json"))).await;
    assert_eq!(plex.tv.users(&owner()).await.unwrap().len(), 4);
    assert_eq!(plex.tv.account(&owner()).await.unwrap().username.as_deref(), Some("ada"));

    plex.accounts.reset().await;
    answer(&plex.accounts, "GET", "/api/users", as_page("<h1>Welcome to our network</h1>")).await;
    let error = plex.tv.users(&owner()).await.unwrap_err();
    assert_eq!(error, PlexError::Garbage { what: "data, not a web page" });
}

#[tokio::test]
async fn an_endless_answer_is_cut_off_at_the_cap() {
    let plex = plex().await;
    answer(&plex.accounts, "GET", "/api/v2/user", ok(&"x".repeat(1024 * 1024 + 1))).await;
    assert_eq!(plex.tv.account(&owner()).await.unwrap_err(), PlexError::TooLarge { limit: 1024 * 1024 });
    // A list of users may well be larger than that.
    let padding = " ".repeat(3 * 1024 * 1024);
    let users = include_str!("../../fixtures/users.xml")
        .replace("</MediaContainer>", &format!("{padding}</MediaContainer>"));
    answer(&plex.accounts, "GET", "/api/users", ok(&users)).await;
    assert_eq!(plex.tv.users(&owner()).await.unwrap().len(), 4);
}

#[tokio::test]
async fn a_flood_without_announced_length_is_cut_off_too() {
    let (address, server) = serve(|_| {
        let mut flood = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
        for _ in 0..40 {
            flood.extend_from_slice(b"10000\r\n");
            flood.extend_from_slice(&[b'x'; 0x10000]);
            flood.extend_from_slice(b"\r\n");
        }
        flood
    })
    .await;
    assert_eq!(client(address).account(&owner()).await.unwrap_err().code(), "plex_too_large");
    server.abort();
}

#[tokio::test]
async fn a_huge_error_page_is_still_the_error() {
    let plex = plex().await;
    let page = ResponseTemplate::new(401).set_body_string("y".repeat(5 * 1024 * 1024));
    answer(&plex.accounts, "GET", "/api/v2/user", page).await;
    assert_eq!(plex.tv.account(&owner()).await.unwrap_err(), PlexError::Unauthorized);
}

#[tokio::test]
async fn silence_ends_at_the_deadline_and_tells_reads_from_writes() {
    let plex = plex().await;
    answer(&plex.accounts, "GET", "/api/v2/user", late()).await;
    answer(&plex.accounts, "POST", &format!("/api/servers/{MACHINE}/shared_servers"), late()).await;
    let hasty = plex.tv.within(SHORTLY);
    let read = hasty.account(&owner()).await.unwrap_err();
    assert_eq!(read, PlexError::Timeout { request_may_have_been_done: false });
    let write = hasty.create_share(&owner(), &everything_for_bob()).await.unwrap_err();
    assert_eq!(write, PlexError::Timeout { request_may_have_been_done: true });
    assert!(write.may_have_been_done() && !read.may_have_been_done());
}

#[tokio::test]
async fn a_write_whose_answer_is_lost_may_have_been_done() {
    let (address, server) = serve(|_| Vec::new()).await;
    let error = client(address).create_share(&owner(), &everything_for_bob()).await.unwrap_err();
    assert_eq!(error, PlexError::ConnectionLost { request_may_have_been_done: true });
    let error = client(address).account(&owner()).await.unwrap_err();
    assert_eq!(error, PlexError::ConnectionLost { request_may_have_been_done: false });
    server.abort();
}

#[tokio::test]
async fn an_answer_that_stops_half_way_is_no_answer() {
    let (address, server) =
        serve(|_| b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"id\":1".to_vec()).await;
    assert_eq!(client(address).account(&owner()).await.unwrap_err().code(), "plex_connection_lost");
    server.abort();
}

#[tokio::test]
async fn nobody_at_the_address_is_told_from_an_unknown_name() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let refused = client(address).account(&owner()).await.unwrap_err();
    assert_eq!(refused, PlexError::Connect(ConnectTrouble::Refused));
    assert!(!refused.may_have_been_done());
    let unknown = media_servers().at(&"http://no-such-host.invalid:32400".parse().unwrap()).unwrap();
    assert_eq!(unknown.identity().await.unwrap_err(), PlexError::Connect(ConnectTrouble::Name));
}

#[tokio::test]
async fn a_server_that_speaks_no_tls_is_said_so() {
    let (address, server) = serve(|_| b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec()).await;
    let url = format!("https://{address}").parse().unwrap();
    let error = media_servers().at(&url).unwrap().identity().await.unwrap_err();
    assert_eq!(error, PlexError::Connect(ConnectTrouble::Tls));
    server.abort();
}

#[tokio::test]
async fn addresses_that_may_not_be_called_are_refused_before_anything_is_sent() {
    let servers = media_servers();
    for url in [
        "http://169.254.169.254/",
        "http://[fe80::1]:32400/",
        "http://me:pw@127.0.0.1:32400/",
        "ftp://127.0.0.1/",
    ] {
        let url = url.parse().unwrap();
        assert_eq!(servers.at(&url).unwrap_err().code(), "plex_address_refused");
        assert_eq!(servers.try_out(&url).unwrap_err().code(), "plex_address_refused");
    }
}

/// Answers every connection with the same bytes once its request has come, then closes it.
async fn serve(bytes: fn(SocketAddr) -> Vec<u8>) -> (SocketAddr, tokio::task::JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let task = tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0; 16 * 1024];
            let _ = stream.read(&mut request).await;
            let _ = stream.write_all(&bytes(address)).await;
            let _ = stream.shutdown().await;
        }
    });
    (address, task)
}

fn client(address: SocketAddr) -> PlexTv {
    let url: url::Url = format!("http://{address}").parse().unwrap();
    let endpoints = pum_plex::Endpoints { plex_tv: url.clone(), clients: url.clone(), auth: url };
    PlexTv::new(endpoints, identity(), quick()).unwrap()
}
