//! *Test connection*: every class of call that PUM needs, each with its name and a sentence, and the
//! answer to the question which token was pasted.

use std::time::Duration;

use pum_domain::server::Finding;
use pum_domain::text::clean_name;
use pum_domain::{PlexId, ProblemCode};
use pum_plex::{Lane, MediaServer, PlexError, PlexTv, Token};
use url::Url;

use super::finding::{in_words, of_trouble};
use super::{parse_url, token_for};
use crate::ctx::Ctx;
use crate::error::{AppError, AppResult};
use crate::plex_server::{self, NotReady};

/// How long each call may take while an admin waits.
const PATIENCE: Duration = Duration::from_secs(8);

/// One class of call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// Its stable name.
    pub name: &'static str,
    /// Whether it worked.
    pub ok: bool,
    /// What was found.
    pub finding: Finding,
    /// Of how many things it speaks, where it counts them.
    pub count: Option<usize>,
    /// The finding as a sentence: what it means, or what to do.
    pub detail: String,
}

/// Whose token it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenOwner {
    /// The account.
    pub plex_id: PlexId,
    /// Its name.
    pub username: String,
}

/// What a test found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tested {
    /// What tells the server from any other, once it has answered.
    pub machine_identifier: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// Its version.
    pub version: Option<String>,
    /// Whose account the token opens.
    pub owner: Option<TokenOwner>,
    /// Every check, in order; those that could not be tried say why.
    pub checks: Vec<Check>,
}

impl Tested {
    /// Whether everything worked.
    pub fn ok(&self) -> bool {
        self.checks.iter().all(|check| check.ok)
    }

    fn whose(&self) -> &str {
        self.owner.as_ref().map_or("", |owner| &owner.username)
    }

    fn pass(&mut self, name: &'static str, finding: Finding) {
        self.push(name, true, finding, None);
    }

    fn fail(&mut self, name: &'static str, finding: Finding) {
        self.push(name, false, finding, None);
    }

    fn push(&mut self, name: &'static str, ok: bool, finding: Finding, count: Option<usize>) {
        let detail = in_words(finding, self.whose(), count.unwrap_or_default());
        self.checks.push(Check { name, ok, finding, count, detail });
    }

    fn note<T>(&mut self, name: &'static str, answer: Result<Vec<T>, PlexError>, found: Finding) {
        match answer {
            Ok(list) => self.push(name, true, found, Some(list.len())),
            Err(error) => self.fail(name, of_trouble(&error)),
        }
    }

    fn skip(&mut self, names: &[&'static str], why: Finding) {
        for name in names {
            self.fail(name, why);
        }
    }
}

/// Tests an address and a token as an admin typed them in the wizard.
pub async fn test_typed(ctx: &Ctx, url: &str, token: Option<&str>) -> AppResult<Tested> {
    let url = parse_url(url)?;
    let token = token_for(ctx, &url, token)?;
    Ok(test(ctx, &url, &token, None).await)
}

/// Tests the saved connection, or one that differs from it. The saved token goes nowhere but to the
/// saved address, and there only to the pinned server.
pub async fn test_saved(ctx: &Ctx, url: Option<&str>, token: Option<&str>) -> AppResult<Tested> {
    let (_, saved) = plex_server::load(ctx, &ctx.reader()).await?.ok_or(NotReady::NotConnected)?;
    let url = url.map_or_else(|| Ok(saved.url.clone()), parse_url)?;
    let typed = token.map(str::trim).filter(|token| !token.is_empty());
    if typed.is_some() {
        let token = token_for(ctx, &url, typed)?;
        return Ok(test(ctx, &url, &token, None).await);
    }
    if url != saved.url {
        let detail = "is needed again: a saved token is never sent to another address";
        let field = AppError::field("/token", "required", detail);
        return Err(AppError { code: ProblemCode::PlexTokenRequired, ..field });
    }
    Ok(test(ctx, &url, &saved.token, Some(&saved.machine_identifier)).await)
}

/// Tries everything that PUM will need. With `pinned`, another server at the address gets no token.
async fn test(ctx: &Ctx, url: &Url, token: &Token, pinned: Option<&str>) -> Tested {
    let plex = ctx.plex().in_lane(Lane::Interactive).within(PATIENCE);
    let mut tested =
        Tested { machine_identifier: None, name: None, version: None, owner: None, checks: Vec::new() };
    let server = find_server(ctx, url, pinned, &mut tested).await;
    let account = plex.account(token).await;
    if let Ok(account) = &account {
        let username = clean_name(account.username.as_deref().unwrap_or(&account.title));
        tested.owner = Some(TokenOwner { plex_id: PlexId(account.id.0), username });
    }
    let Some((server, machine)) = server else {
        judge_account_alone(&account, &mut tested);
        tested.skip(LATER, Finding::NotTriedServer);
        return tested;
    };
    if let Err(error) = account {
        judge_dead_token(&error, &server, token, &mut tested).await;
        tested.skip(&["owner"], Finding::NotTriedAccount);
        tested.skip(LATER, Finding::NotTriedAccount);
        return tested;
    }
    if judge_owner(&plex, token, &machine, &mut tested).await {
        try_calls(&plex, &server, token, &machine, &mut tested).await;
    } else {
        tested.skip(LATER, Finding::NotTriedOwner);
    }
    tested
}

/// What is tried with the owner's token only.
const LATER: &[&str] = &["libraries", "section_ids", "share_list", "pending"];

async fn find_server(
    ctx: &Ctx,
    url: &Url,
    pinned: Option<&str>,
    tested: &mut Tested,
) -> Option<(MediaServer, String)> {
    let found = async {
        let server = ctx.media_servers().try_out(url)?.within(PATIENCE);
        let identity = server.identity().await?;
        Ok::<_, PlexError>((server, identity))
    };
    match found.await {
        Ok((server, identity)) => {
            tested.version = identity.version;
            tested.machine_identifier = Some(identity.machine_identifier.clone());
            if pinned.is_some_and(|pinned| pinned != identity.machine_identifier) {
                tested.fail("identity", Finding::OtherServer);
                return None;
            }
            tested.pass("identity", Finding::ServerAnswers);
            Some((server, identity.machine_identifier))
        }
        Err(error) => {
            tested.fail("identity", of_trouble(&error));
            None
        }
    }
}

/// Without a server only plex.tv can be asked.
fn judge_account_alone(account: &Result<pum_plex::Account, PlexError>, tested: &mut Tested) {
    match account {
        Ok(_) => {
            tested.pass("token_kind", Finding::AccountToken);
            tested.pass("account", Finding::AccountKnown);
        }
        Err(error) => {
            tested.fail("token_kind", Finding::NoAccountToken);
            tested.fail("account", of_trouble(error));
        }
    }
    tested.skip(&["owner"], Finding::NotTriedServer);
}

/// plex.tv refuses it: perhaps it opens nothing but this server.
async fn judge_dead_token(error: &PlexError, server: &MediaServer, token: &Token, tested: &mut Tested) {
    if *error != PlexError::Unauthorized {
        tested.fail("token_kind", Finding::TokenKindUnknown);
        tested.fail("account", of_trouble(error));
        return;
    }
    let kind = match server.accounts(token).await {
        Ok(_) => Finding::ServerToken,
        Err(PlexError::Forbidden) => Finding::GuestToken,
        // Older servers answer a guest like a stranger; what a guest may see tells the two apart.
        Err(PlexError::Unauthorized) if server.root(token).await.is_ok() => Finding::GuestToken,
        Err(_) => Finding::DeadToken,
    };
    tested.fail("token_kind", kind);
    tested.fail("account", Finding::NoAccountToken);
}

/// Whether the token's account owns the server.
async fn judge_owner(plex: &PlexTv, token: &Token, machine: &str, tested: &mut Tested) -> bool {
    let servers = match plex.servers(token).await {
        Ok(servers) => servers,
        Err(error) => {
            tested.pass("token_kind", Finding::AccountToken);
            tested.pass("account", Finding::AccountKnown);
            tested.fail("owner", of_trouble(&error));
            return false;
        }
    };
    let ours = servers.iter().find(|server| server.machine_identifier == machine);
    if let Some(ours) = ours {
        tested.name = Some(clean_name(&ours.name));
    }
    let owns = ours.is_some_and(|ours| ours.owned);
    if owns {
        tested.pass("token_kind", Finding::OwnerToken);
    } else {
        tested.fail("token_kind", Finding::OtherAccountToken);
    }
    tested.pass("account", Finding::AccountKnown);
    match (owns, ours) {
        (true, _) => tested.pass("owner", Finding::OwnsServer),
        (false, Some(_)) => tested.fail("owner", Finding::IsGuest),
        (false, None) => tested.fail("owner", Finding::HasNoAccess),
    }
    owns
}

async fn try_calls(plex: &PlexTv, server: &MediaServer, token: &Token, machine: &str, tested: &mut Tested) {
    let (root, libraries, sections, shares, pending) = futures::join!(
        server.root(token),
        server.libraries(token),
        plex.sections(token, machine),
        plex.shares(token, machine),
        plex.sent_invitations(token),
    );
    if let Ok(root) = root {
        tested.name =
            Some(clean_name(&root.friendly_name)).filter(|name| !name.is_empty()).or(tested.name.take());
        tested.version = root.version.or(tested.version.take());
    }
    tested.note("libraries", libraries, Finding::LibrariesFound);
    tested.note("section_ids", sections, Finding::SectionsFound);
    tested.note("share_list", shares, Finding::SharesFound);
    tested.note("pending", pending, Finding::InvitationsFound);
}
