//! Puts the HTTP layer together and serves it until told to stop.

use std::io;
use std::net::TcpListener;
use std::time::Duration;

use actix_web::dev::{Server, ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::middleware::{Compress, from_fn};
use actix_web::web::Data;
use actix_web::{App, HttpServer, web};
use pum_app::Ctx;
use tokio_util::sync::CancellationToken;
use tracing_actix_web::TracingLogger;

use crate::logging::RequestSpan;
use crate::session_cookie::Sessions;
use crate::state::{ApiConfig, Web};
use crate::{access, base_path, docs, headers, health, problems, routes, spa};

/// How long requests that are under way at the end may take, in seconds.
const SHUTDOWN_SECONDS: u64 = 20;
/// How long a request's head may take to arrive.
const HEAD_TIMEOUT: Duration = Duration::from_secs(15);

/// Serves on `listener` until `shutdown`, then lets running requests finish.
pub async fn serve(
    config: ApiConfig,
    ctx: Ctx,
    listener: TcpListener,
    shutdown: CancellationToken,
) -> io::Result<()> {
    let web = Data::new(Web::new(&config, ctx, shutdown.clone())?);
    let server = build(&config, web, listener)?;
    let handle = server.handle();
    let stop = async {
        shutdown.cancelled().await;
        handle.stop(true).await;
    };
    let (served, ()) = tokio::join!(
        async {
            let served = server.await;
            // A server that ended by itself must not leave the other half waiting.
            shutdown.cancel();
            served
        },
        stop
    );
    served
}

fn build(config: &ApiConfig, web: Data<Web>, listener: TcpListener) -> io::Result<Server> {
    let mut server = HttpServer::new(move || app(web.clone()))
        .disable_signals()
        .client_request_timeout(HEAD_TIMEOUT)
        .shutdown_timeout(SHUTDOWN_SECONDS);
    if let Some(threads) = config.threads {
        server = server.workers(threads);
    }
    Ok(server.listen(listener)?.run())
}

/// The layers, the last being the outermost.
fn app(
    web: Data<Web>,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl actix_web::body::MessageBody>,
        Error = actix_web::Error,
        InitError = (),
    >,
> {
    App::new()
        .app_data(web.clone())
        .configure(routes::served)
        .configure(docs::configure)
        .configure(health::configure)
        .default_service(web::to(spa::serve))
        .wrap(from_fn(access::guard))
        .wrap(Sessions(web))
        .wrap(Compress::default())
        .wrap(from_fn(problems::write))
        .wrap(from_fn(headers::add))
        .wrap(TracingLogger::<RequestSpan>::new())
        .wrap(from_fn(base_path::strip))
}
