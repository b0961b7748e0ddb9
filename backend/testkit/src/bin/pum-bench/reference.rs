//! What PUM's routes are held against: handlers without any house around them. Each runs the same SQL as the
//! route, throws the rows away and sends the very bytes that PUM sent.

use actix_web::web::{Bytes, Data};
use actix_web::{App, HttpResponse, HttpServer, web};
use anyhow::Context as _;
use pum_migrations::Address;
use sea_orm::{ConnectionTrait as _, DatabaseConnection};
use std::collections::HashMap;
use std::path::Path;

/// The handler that does nothing.
pub const NOTHING: &str = "/nothing";

struct Reference {
    database: DatabaseConnection,
    answers: HashMap<String, Answer>,
}

struct Answer {
    queries: Vec<String>,
    bytes: Bytes,
}

/// Serves until the process is ended. `folder` holds `NAME.json` and `NAME.sql` for each route: what PUM
/// answered, and the statements behind it, one a line. They are served at `/NAME`.
///
/// # Errors
/// When a file is missing, or the port is taken.
pub async fn serve(database: &str, folder: &Path, port: u16) -> anyhow::Result<()> {
    let address: Address = database.parse()?;
    let mut answers = HashMap::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let Some(name) = path.file_stem().and_then(|name| name.to_str()) else { continue };
        if path.extension().is_some_and(|extension| extension == "sql") {
            let sql = std::fs::read_to_string(&path).context("the statements")?;
            let bytes = std::fs::read(path.with_extension("json")).context("the answer")?;
            let queries = sql.lines().map(str::to_owned).collect();
            answers.insert(name.to_owned(), Answer { queries, bytes: bytes.into() });
        }
    }
    let reference = Data::new(Reference { database: address.open(8).await?.reader, answers });
    HttpServer::new(move || {
        App::new()
            .app_data(reference.clone())
            .route(NOTHING, web::get().to(|| async { HttpResponse::Ok().body("ok") }))
            .route(
                "/{name}",
                web::get().to(|r: Data<Reference>, name: web::Path<String>| async move {
                    match r.answers.get(name.as_str()) {
                        Some(answer) => send(&r.database, answer).await,
                        None => HttpResponse::NotFound().finish(),
                    }
                }),
            )
    })
    .bind(("127.0.0.1", port))?
    .run()
    .await?;
    Ok(())
}

async fn send(database: &DatabaseConnection, answer: &Answer) -> HttpResponse {
    for query in &answer.queries {
        let statement = sea_orm::Statement::from_string(database.get_database_backend(), query);
        if database.query_all_raw(statement).await.is_err() {
            return HttpResponse::InternalServerError().body(query.clone());
        }
    }
    HttpResponse::Ok().content_type("application/json").body(answer.bytes.clone())
}
