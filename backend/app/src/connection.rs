//! Connecting a Plex server, now and later: testing it, choosing it from an account, replacing its
//! token, its address, or the server itself.

mod choose;
mod finding;
mod owner_token;
mod replace;
mod test;

pub use choose::{Address, ServerChoice, list_servers};
pub use owner_token::drop_stale;
pub use replace::{
    Confirmed, Target, attach_sign_in, complete_choosing_sign_in, complete_replace_token, connect,
    connect_in_setup, start_sign_in,
};
pub use test::{Check, Tested, TokenOwner, test_saved, test_typed};

use pum_plex::Token;
use url::Url;

use crate::ctx::Ctx;
use crate::error::{AppError, AppResult};

/// The longest token that is taken for one, in bytes: those of the newer kind carry more than a secret.
const LONGEST_TOKEN: usize = 2_048;

/// The address of a media server as an admin typed it.
pub(crate) fn parse_url(raw: &str) -> AppResult<Url> {
    let wrong = |detail: &str| AppError::field("/url", "invalid", detail);
    let url =
        Url::parse(raw.trim()).map_err(|_| wrong("give a full address such as http://192.168.1.10:32400"))?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err(wrong("begin the address with http:// or https://"));
    }
    if !url.username().is_empty()
        || url.password().is_some()
        || url.query().is_some()
        || url.fragment().is_some()
    {
        return Err(wrong("leave out user names, ? and # from the address"));
    }
    Ok(url)
}

/// A token as an admin typed it, or the environment's when it was given for this very address.
pub(crate) fn token_for(ctx: &Ctx, url: &Url, typed: Option<&str>) -> AppResult<Token> {
    if let Some(typed) = typed.map(str::trim).filter(|typed| !typed.is_empty()) {
        let plausible = typed.len() <= LONGEST_TOKEN && typed.bytes().all(|byte| byte.is_ascii_graphic());
        return match plausible {
            true => Ok(Token::new(typed)),
            false => {
                Err(AppError::field("/token", "invalid", "copy the token again; it has no spaces in it"))
            }
        };
    }
    let preset = ctx.options().plex_token.as_ref().filter(|_| ctx.options().plex_url.as_ref() == Some(url));
    let preset = preset.map(|token| Token::new(token.expose()));
    preset.ok_or_else(|| AppError::field("/token", "required", "is required"))
}
