//! What PUM's routes are held against: handlers without any house around them. Each runs the same SQL as the
//! route, throws the rows away and sends the very bytes that PUM sent.

use actix_web::web::{Bytes, Data};
use actix_web::{App, HttpResponse, HttpServer, web};
use anyhow::Context as _;
use pum_migrations::Address;
use sea_orm::{ConnectionTrait as _, DatabaseConnection};
use std::path::Path;

/// Paths of the reference server.
pub const NOTHING: &str = "/nothing";
pub const LIST: &str = "/list";
pub const PUBLIC: &str = "/public";

struct Reference {
    database: DatabaseConnection,
    list: Answer,
    public: Answer,
}

struct Answer {
    queries: Vec<String>,
    bytes: Bytes,
}

/// Serves until the process is ended. `folder` holds `list.json`, `list.sql` and the like: what PUM answered,
/// and the statements behind it, one a line.
///
/// # Errors
/// When a file is missing, or the port is taken.
pub async fn serve(database: &str, folder: &Path, port: u16) -> anyhow::Result<()> {
    let address: Address = database.parse()?;
    let answer = |name: &str| -> anyhow::Result<Answer> {
        let sql = std::fs::read_to_string(folder.join(format!("{name}.sql"))).context("the statements")?;
        let bytes = std::fs::read(folder.join(format!("{name}.json"))).context("the answer")?;
        Ok(Answer { queries: sql.lines().map(str::to_owned).collect(), bytes: bytes.into() })
    };
    let reference = Data::new(Reference {
        database: address.open(8).await?.reader,
        list: answer("list")?,
        public: answer("public")?,
    });
    HttpServer::new(move || {
        App::new()
            .app_data(reference.clone())
            .route(NOTHING, web::get().to(|| async { HttpResponse::Ok().body("ok") }))
            .route(LIST, web::get().to(|r: Data<Reference>| async move { send(&r.database, &r.list).await }))
            .route(
                PUBLIC,
                web::get().to(|r: Data<Reference>| async move { send(&r.database, &r.public).await }),
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
