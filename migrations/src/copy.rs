//! A copy of the SQLite file, made before steps run on a database that is in use.

use std::path::{Path, PathBuf};

use sea_orm_migration::sea_orm::DatabaseConnection;

use crate::Error;
use crate::connection::{beside, create_private};

/// How many copies are kept for one step. The first is never replaced: after an interrupted run it
/// is the only one from before the step.
const COPIES: u32 = 3;

/// Copies the database that `pool` has open to `<file>.before-<step>.bak` and says where.
pub(crate) async fn make(pool: &DatabaseConnection, file: &Path, step: &str) -> Result<PathBuf, Error> {
    let target = (1..=COPIES)
        .map(|number| match number {
            1 => beside(file, &format!(".before-{step}.bak")),
            _ => beside(file, &format!(".before-{step}.{number}.bak")),
        })
        .find(|path| !path.exists())
        .unwrap_or_else(|| beside(file, &format!(".before-{step}.{COPIES}.bak")));
    // Written under another name first, so that a copy that has its name is whole.
    let part = beside(&target, ".part");
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| Error::File { path, source }
    };
    if part.exists() {
        std::fs::remove_file(&part).map_err(failed(&part))?;
    }
    create_private(&part)?;
    sqlx::query("VACUUM INTO ?")
        .bind(part.to_string_lossy().into_owned())
        .execute(pool.get_sqlite_connection_pool())
        .await?;
    std::fs::rename(&part, &target).map_err(failed(&target))?;
    tracing::info!(copy = %target.display(), "copied the database before migrating it");
    Ok(target)
}
