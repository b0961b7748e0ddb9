//! The setup code: shows that whoever claims a fresh installation can read its log.
//!
//! It is derived from the secret key and a number in the database, so that every process can print
//! it while the database holds nothing it could be read from. It is dead once there is an admin.

use pum_domain::ProblemCode;
use pum_domain::event::EventType;
use pum_store::{Tx, admins, history, meta};

use crate::ctx::Ctx;
use crate::error::{AppError, AppResult};
use crate::login::Visitor;
use crate::random;
use crate::secret::{Secret, equal};
use crate::throttle::{self, SETUP_CODES};

const NONCE: &str = "setup.code_nonce";
/// Letters of the code, 5 bits each: 130 bits.
const LETTERS: usize = 26;

/// The code, as far as there is one.
#[derive(Debug, Clone)]
pub enum Offered {
    /// Whoever types this becomes the first admin.
    Code(Secret),
    /// There is an admin, who signs in instead.
    AdminExists,
}

/// The present code.
pub async fn code(ctx: &Ctx) -> AppResult<Offered> {
    if admins::count(&ctx.reader()).await? > 0 {
        return Ok(Offered::AdminExists);
    }
    if let Some(preset) = &ctx.options().setup_code {
        return Ok(Offered::Code(preset.clone()));
    }
    let nonce = match meta::get(&ctx.reader(), NONCE).await? {
        Some(nonce) => nonce,
        None => {
            let tx = ctx.db().begin().await?;
            let nonce = meta::get_or_set(&tx, NONCE, &random::identifier()).await?;
            tx.commit().await?;
            nonce
        }
    };
    Ok(Offered::Code(derived(ctx, &nonce)))
}

/// Makes every code printed so far worthless.
pub(super) async fn renew(tx: &Tx) -> AppResult<()> {
    Ok(meta::set(tx, NONCE, &random::identifier()).await?)
}

fn derived(ctx: &Ctx, nonce: &str) -> Secret {
    let fingerprint = ctx.keys().fingerprint("setup code", nonce);
    let bytes = data_encoding::HEXLOWER.decode(fingerprint.as_bytes()).unwrap_or_default();
    let text = data_encoding::BASE32_NOPAD.encode(&bytes).to_ascii_lowercase();
    let letters: Vec<char> = text.chars().take(LETTERS).collect();
    Secret::new(letters.chunks(6).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-"))
}

/// Judges a code that somebody typed. Wrong ones are counted, all together.
pub(super) async fn check(ctx: &Ctx, visitor: &Visitor, typed: &str) -> AppResult<()> {
    let Offered::Code(code) = code(ctx).await? else { return Err(admin_exists()) };
    throttle::check(ctx, SETUP_CODES, "all").await?;
    if equal(&plain(typed), &plain(code.expose())) {
        return Ok(());
    }
    throttle::take(ctx, SETUP_CODES, "all").await?;
    let tx = ctx.db().begin().await?;
    history::append(&tx, super::actor_at(visitor).event(EventType::SetupCodeRefused)).await?;
    tx.commit().await?;
    let detail =
        "This is not the setup code. It stands in PUM's start-up log; `pum setup code` prints it as well.";
    Err(AppError::refused(ProblemCode::SetupCodeWrong, detail))
}

pub(super) fn admin_exists() -> AppError {
    let detail = "There is an admin already. Sign in to go on.";
    AppError::conflict(ProblemCode::SetupComplete, detail)
}

/// People leave out dashes and get spaces along when they copy.
fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && *c != '-').flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dashes_spaces_and_capitals_do_not_matter() {
        assert_eq!(plain(" ABCdef-ghijkl \n"), plain("abcdefghijkl"));
        assert_ne!(plain("abc"), plain("abd"));
    }
}
