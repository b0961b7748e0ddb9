//! Whether `SECRET_KEY` is the one that sealed what the database holds.
//!
//! The first key that opens a database leaves a sealed word there. Any other key is refused before
//! it can do harm: tokens would no longer open, and new ones would be sealed beside the old.

use pum_domain::ProblemCode;
use pum_store::{Db, meta};

use crate::error::{AppError, AppResult};
use crate::secret::{Keys, Place, Secret};

const FACT: &str = "key_check";
const WORD: &str = "this database belongs to this key";
const PLACE: Place<'static> = Place { table: "meta", column: "value", row: FACT };

/// Whether a database has seen no key yet, so that a fresh one may be made for it.
pub async fn is_fresh(db: &Db) -> AppResult<bool> {
    Ok(meta::get(&db.reader(), FACT).await?.is_none())
}

/// What to say when there is no key, but the database was opened with one before.
pub fn missing() -> AppError {
    AppError::conflict(
        ProblemCode::Unavailable,
        "This database was used with a SECRET_KEY, and there is none now. Give the same SECRET_KEY again, or put \
         the file secret.key back into the data folder from a backup. Without it the stored Plex token cannot be \
         read.",
    )
}

/// Refuses keys that do not fit the database; the first ones fit by leaving their mark.
pub async fn ensure(db: &Db, keys: &Keys) -> AppResult<()> {
    let mark = match meta::get(&db.reader(), FACT).await? {
        Some(mark) => mark,
        None => {
            let tx = db.begin().await?;
            let mark = meta::get_or_set(&tx, FACT, &keys.seal(PLACE, &Secret::new(WORD))).await?;
            tx.commit().await?;
            mark
        }
    };
    match keys.open(PLACE, &mark) {
        Ok(word) if word.expose() == WORD => Ok(()),
        _ => Err(AppError::conflict(
            ProblemCode::Unavailable,
            "This database was used with another SECRET_KEY. Give the SECRET_KEY that was used before, or put its \
             file secret.key back into the data folder from a backup. Nothing was changed.",
        )),
    }
}
