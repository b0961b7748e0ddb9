//! Planted secrets never come out again: not in logs, not in errors, not in debug output.

use std::{
    io::Write,
    sync::{Arc, Mutex},
};

use pum_plex::{PlexError, Token};
use tracing_subscriber::fmt::MakeWriter;
use wiremock::ResponseTemplate;

use crate::support::{MACHINE, answer, media_servers, not_found, ok, plex};

const SECRET: &str = "plantedSecret0123456";

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn a_planted_secret_is_in_no_log_line_error_or_debug_output() {
    let lines = Lines::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(lines.clone())
        .finish();
    // For the whole process: what other tests log meanwhile must hold no secret either.
    tracing::subscriber::set_global_default(subscriber).unwrap();

    let token = Token::new(SECRET);
    let plex = plex().await;
    let refusal = format!(
        r#"{{"errors":[{{"code":1008,"message":"token {SECRET} at https://plex.tv/?X-Plex-Token={SECRET}","status":422}}]}}"#
    );
    let signed_in = include_str!("../../fixtures/pin_signed_in.json").replace("guestTokenXyz1234567", SECRET);
    answer(&plex.accounts, "GET", "/api/v2/pins/308667304", ok(&signed_in)).await;
    answer(&plex.accounts, "GET", "/api/v2/user", ResponseTemplate::new(422).set_body_string(refusal)).await;
    answer(&plex.accounts, "GET", &format!("/api/servers/{MACHINE}"), not_found()).await;
    let resources = include_str!("../../fixtures/resources.json").replace("ownerServerToken1", SECRET);
    answer(&plex.clients, "GET", "/api/v2/resources", ok(&resources)).await;
    let shares = include_str!("../../fixtures/shares_v1.xml").replace("perShareToken0000001", SECRET);
    answer(&plex.accounts, "GET", &format!("/api/servers/{MACHINE}/shared_servers"), ok(&shares)).await;

    let mut seen = format!("{:?}", plex.tv.pin_status(308_667_304, "id").await.unwrap());
    seen += &format!("{:?}", plex.tv.servers(&token).await.unwrap());
    seen += &format!("{:?}", plex.tv.shares(&token, MACHINE).await.unwrap());
    let refused = plex.tv.account(&token).await.unwrap_err();
    assert!(
        matches!(&refused, PlexError::Refused { status: 422, message } if message == "token … at …"),
        "{refused}"
    );
    seen += &format!("{refused:?} {refused}");
    seen += &format!("{:?}", plex.tv.sections(&token, MACHINE).await.unwrap_err());
    let nowhere = media_servers().at(&format!("http://127.0.0.1:1/{SECRET}").parse().unwrap()).unwrap();
    let broken = nowhere.libraries(&token).await.unwrap_err();
    seen += &format!("{broken:?} {broken} {:?}", plex.tv);

    let logged = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    let ours = |line: &&str| line.contains("pum_plex");
    assert!(logged.lines().filter(ours).count() >= 6, "{logged}");
    assert!(logged.contains("GET /api/servers/{server}/shared_servers"), "templates are what is logged");
    assert!(!logged.lines().filter(ours).any(|line| line.contains(MACHINE)), "{logged}");
    assert!(!logged.contains(SECRET), "{logged}");
    assert!(!seen.contains(SECRET), "{seen}");
}
