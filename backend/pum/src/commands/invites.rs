//! `pum invites`: links for whoever prefers a terminal.

use super::terminal::{self, refusal};
use crate::config::{Config, KeyNeed};
use crate::wiring;
use anyhow::anyhow;
use chrono::{DateTime, NaiveDate};
use pum_api::invites::InviteDto;
use pum_app::invites::{self, ChosenLibraries, Edit, Expiry, InviteView, NewInvite};
use pum_app::{Actor, Ctx};
use pum_domain::Instant;
use pum_domain::invite::InviteStatus;
use pum_domain::page::PageRequest;
use pum_store::invites::{Filter, Sort};
use pum_store::{libraries, plex_server};
use serde_json::{Value, json};
use std::process::ExitCode;

/// Rows asked for at once.
const PAGE: u32 = 200;

#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(clap::Subcommand)]
enum Action {
    /// Every invite, newest first
    List {
        /// Only those that stand like this: active, paused, expired or used_up
        #[arg(long, value_parser = status)]
        status: Option<InviteStatus>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Make an invite and print its link
    Create(Box<New>),
    /// Delete invites; who has accepted one keeps their access
    Clear {
        /// Only those that have expired
        #[arg(long)]
        expired_only: bool,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
}

#[derive(clap::Args)]
struct New {
    /// Open all libraries, later ones too
    #[arg(long, conflicts_with = "library", required_unless_present = "library")]
    all_libraries: bool,
    /// Open this library, by title or id; may be repeated
    #[arg(long)]
    library: Vec<String>,
    /// A note for admins
    #[arg(long)]
    label: Option<String>,
    /// An own path instead of a random code
    #[arg(long)]
    path: Option<String>,
    /// How many people it lets in; unlimited when left out
    #[arg(long)]
    uses: Option<i64>,
    /// When it ends: a day (2026-12-31) or a moment (2026-12-31T18:00:00Z); never when left out
    #[arg(long, value_parser = expiry)]
    expires: Option<Expiry>,
    /// Days of access from joining on; for good when left out
    #[arg(long)]
    days: Option<i64>,
    /// Let people download
    #[arg(long)]
    downloads: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

fn status(text: &str) -> Result<InviteStatus, String> {
    text.parse().map_err(|error: pum_domain::catalogue::UnknownName| error.to_string())
}

fn expiry(text: &str) -> Result<Expiry, String> {
    if let Ok(day) = text.parse::<NaiveDate>() {
        return Ok(Expiry::On(day));
    }
    match DateTime::parse_from_rfc3339(text) {
        Ok(moment) => Ok(Expiry::At(Instant(moment.timestamp_millis()))),
        Err(_) => Err("give a day like 2026-12-31 or a moment like 2026-12-31T18:00:00Z".to_owned()),
    }
}

pub async fn run(args: Args) -> anyhow::Result<ExitCode> {
    let config = Config::load(KeyNeed::Optional)?;
    let ctx = wiring::open_for_tool(&config).await?;
    match args.action {
        Action::List { status, json } => list(&ctx, status, json).await?,
        Action::Create(new) => create(&ctx, *new).await?,
        Action::Clear { expired_only, yes } => {
            let which = if expired_only { "every invite that has expired" } else { "every invite" };
            // A script has said what it wants; a person is asked once more.
            if terminal::somebody_is_there() && !yes && !terminal::confirm(&format!("This deletes {which}."))?
            {
                return Err(anyhow!("nothing was changed"));
            }
            let deleted =
                invites::clear(&ctx, &Actor::command_line(), expired_only).await.map_err(refusal)?;
            say!("Deleted {deleted}.");
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn list(ctx: &Ctx, status: Option<InviteStatus>, json: bool) -> anyhow::Result<()> {
    let filter = Filter { status, q: None };
    let mut request = PageRequest { limit: PAGE, cursor: None, descending: true };
    let mut all = Vec::new();
    loop {
        let page = invites::list(ctx, &filter, Sort::Created, &request).await.map_err(refusal)?;
        for view in page.items {
            if json {
                all.push(json!(InviteDto::from(view)));
            } else {
                print(&view);
            }
        }
        request.cursor = page.next_cursor;
        if request.cursor.is_none() {
            break;
        }
    }
    if json {
        say!("{}", Value::from(all));
    }
    Ok(())
}

async fn create(ctx: &Ctx, new: New) -> anyhow::Result<()> {
    let libraries = if new.all_libraries { ChosenLibraries::All } else { chosen(ctx, &new.library).await? };
    let rules = Edit {
        label: Some(new.label),
        expires: Some(new.expires),
        max_uses: Some(new.uses),
        membership_days: Some(new.days),
        libraries: Some(libraries),
        allow_downloads: Some(new.downloads),
        ..Edit::default()
    };
    let wanted = NewInvite { path: new.path, rules };
    let view = invites::create(ctx, &Actor::command_line(), &wanted, None).await.map_err(refusal)?;
    if new.json {
        say!("{}", json!(InviteDto::from(view)));
    } else {
        say!("{}", view.url);
    }
    Ok(())
}

/// The ids behind titles. A title that two libraries have is refused: which one would be a guess.
async fn chosen(ctx: &Ctx, wanted: &[String]) -> anyhow::Result<ChosenLibraries> {
    let reader = ctx.reader();
    let known = match plex_server::get(&reader).await? {
        Some(server) => libraries::of_server(&reader, &server.machine_identifier).await?,
        None => Vec::new(),
    };
    let mut ids = Vec::new();
    for text in wanted {
        let found: Vec<String> = known
            .iter()
            .filter(|library| library.title == *text || library.id.to_string() == *text)
            .map(|library| library.id.to_string())
            .collect();
        match found.as_slice() {
            [id] => ids.push(id.clone()),
            [] if known.is_empty() => {
                return Err(anyhow!("no libraries are known yet; finish the setup first"));
            }
            [] => {
                let titles: Vec<&str> = known.iter().map(|library| library.title.as_str()).collect();
                return Err(anyhow!("there is no library {text}; there are: {}", titles.join(", ")));
            }
            several => {
                return Err(anyhow!(
                    "several libraries are called {text}; give one id of {}",
                    several.join(", ")
                ));
            }
        }
    }
    Ok(ChosenLibraries::Some(ids))
}

fn print(view: &InviteView) {
    let invite = &view.invite;
    let uses = match invite.max_uses {
        Some(most) => format!("{} of {most}", invite.uses),
        None => format!("{} of unlimited", invite.uses),
    };
    let label = invite.label.as_deref().unwrap_or("-");
    say!("{:<8}  {uses:<16}  {label:<30}  {}", view.status.as_str(), view.url);
}
