//! The actix side: sockets, bytes in, bytes out, and connections that break on purpose.

use super::call::{Listener, Request};
use super::control;
use super::engine::{Outcome, Shared};
use super::listening::wants_websocket;
use actix_web::body::{BodyStream, SizedStream};
use actix_web::dev::ServerHandle;
use actix_web::web::{self, Bytes};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer};
use futures::stream;
use std::io;
use std::net::TcpListener;
use std::time::Duration;

/// Largest request body, in bytes.
const BODY_LIMIT: usize = 4 << 20;

/// Which address is whose, by port.
pub type Ports = Vec<(u16, Listener)>;

/// Serves on these sockets, in a thread of its own, until the handle stops it.
///
/// # Errors
/// When a socket cannot be used.
pub fn start(
    shared: Shared,
    sockets: Vec<(TcpListener, Listener)>,
) -> io::Result<(ServerHandle, std::thread::JoinHandle<()>)> {
    let mut ports = Ports::new();
    for (socket, listener) in &sockets {
        ports.push((socket.local_addr()?.port(), *listener));
    }
    let (tell, told) = std::sync::mpsc::channel();
    let thread = std::thread::Builder::new().name("fake-plex".into()).spawn(move || {
        let system = actix_web::rt::System::new();
        system.block_on(async move {
            match listen(shared, sockets, ports) {
                Ok(server) => {
                    let _ = tell.send(Ok(server.handle()));
                    let _ = server.await;
                }
                Err(problem) => {
                    let _ = tell.send(Err(problem));
                }
            }
        });
    })?;
    let handle = told.recv().map_err(|_| io::Error::other("the fake's thread ended early"))??;
    Ok((handle, thread))
}

fn listen(
    shared: Shared,
    sockets: Vec<(TcpListener, Listener)>,
    ports: Ports,
) -> io::Result<actix_web::dev::Server> {
    let mut server = HttpServer::new(move || {
        App::new()
            .app_data(web::Data::new(shared.clone()))
            .app_data(web::Data::new(ports.clone()))
            .default_service(web::to(handle))
    })
    .workers(1)
    .disable_signals()
    .shutdown_timeout(0);
    for (socket, _) in sockets {
        server = server.listen(socket)?;
    }
    Ok(server.run())
}

async fn handle(
    http: HttpRequest,
    payload: web::Payload,
    shared: web::Data<Shared>,
    ports: web::Data<Ports>,
) -> HttpResponse {
    let port = http.app_config().local_addr().port();
    let listener = ports.iter().find(|(p, _)| *p == port).map_or(Listener::PlexTv, |(_, listener)| *listener);
    // What a websocket's client says is no body: it ends with the connection.
    let (payload, body) = if wants_websocket(&http) {
        (Some(payload), Bytes::new())
    } else {
        match payload.to_bytes_limited(BODY_LIMIT).await {
            Ok(Ok(body)) => (None, body),
            Ok(Err(_)) => return HttpResponse::BadRequest().finish(),
            Err(_) => return HttpResponse::PayloadTooLarge().finish(),
        }
    };
    let request = Request {
        listener,
        method: http.method().to_string(),
        path: http.path().to_owned(),
        query: url::form_urlencoded::parse(http.query_string().as_bytes()).into_owned().collect(),
        headers: http
            .headers()
            .iter()
            .map(|(name, value)| {
                (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
            })
            .collect(),
        body,
    };
    if let Some(path) = request.path.strip_prefix("/_fake/") {
        return control::answer(&shared, path, &request);
    }
    match shared.answer(request).await {
        Outcome::Dropped => dropped(),
        Outcome::Listening(listening) => listening.into_response(&http, payload).await,
        Outcome::Answer { status, headers, content_type, bytes, cut } => {
            let status = actix_web::http::StatusCode::from_u16(status).unwrap_or_default();
            let mut response = HttpResponse::build(status);
            response.insert_header(("content-type", content_type));
            for header in headers {
                response.insert_header(header);
            }
            if cut { response.body(cut_short(bytes)) } else { response.body(bytes) }
        }
    }
}

/// A body that fails before its first byte makes actix close the connection unanswered.
fn dropped() -> HttpResponse {
    let nothing = stream::iter([Err::<Bytes, _>(io::Error::other("dropped on purpose"))]);
    HttpResponse::Ok().body(BodyStream::new(nothing))
}

/// Announces the whole length, sends half, and closes the connection.
fn cut_short(bytes: Vec<u8>) -> SizedStream<impl futures::Stream<Item = io::Result<Bytes>>> {
    let whole = bytes.len() as u64;
    let half = Bytes::from(bytes).split_to(bytes_half(whole));
    let parts = stream::unfold(Some(half), |half| async move {
        let half = half?;
        if half.is_empty() {
            // Lets what was sent reach the client before the connection ends.
            tokio::time::sleep(Duration::from_millis(30)).await;
            return Some((Err(io::Error::other("cut on purpose")), None));
        }
        Some((Ok(half), Some(Bytes::new())))
    });
    SizedStream::new(whole, Box::pin(parts))
}

fn bytes_half(whole: u64) -> usize {
    usize::try_from(whole / 2).unwrap_or(0)
}
