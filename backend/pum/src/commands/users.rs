//! `pum users`: who is there, for whoever prefers a terminal.

use super::sync;
use super::terminal::refusal;
use crate::config::{Config, KeyNeed};
use crate::wiring;
use pum_api::users::{UserDto, UserFilter};
use pum_app::users::{self, UserView};
use pum_app::{AppError, Ctx};
use pum_domain::catalogue::UnknownName;
use pum_domain::page::PageRequest;
use pum_domain::user::UserState;
use pum_store::users::Sort;
use serde_json::json;
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
    /// Everybody, removed people included
    List(Box<Which>),
    /// Compare the users with Plex; a worker does it
    Sync(sync::Which),
}

#[derive(clap::Args)]
struct Which {
    /// Text in the name, the e-mail address, the notes or the Discord account
    #[arg(long)]
    q: Option<String>,
    /// Only those who stand like this: active, pending, suspended or removed
    #[arg(long, value_parser = state)]
    state: Option<UserState>,
    /// Only those who are meant to see the library with this id
    #[arg(long)]
    library: Option<String>,
    /// Only those with this tag
    #[arg(long)]
    tag: Option<String>,
    /// Only those who came by the invite with this id
    #[arg(long)]
    invite: Option<String>,
    /// Only those whose access ends within so many days
    #[arg(long, value_name = "DAYS")]
    expiring: Option<i64>,
    /// Only those who have not streamed for so many days
    #[arg(long, value_name = "DAYS")]
    inactive: Option<i64>,
    /// Only those with (true) or without (false) a Discord account
    #[arg(long)]
    discord: Option<bool>,
    /// Only those in the owner's Home, or outside
    #[arg(long)]
    home: Option<bool>,
    /// Only those who share a server with the owner, or who do not
    #[arg(long)]
    shares_back: Option<bool>,
    /// Only those whom inactivity purges leave out, or do not
    #[arg(long)]
    purge_whitelisted: Option<bool>,
    /// Only those whom the bot's removals leave out, or do not
    #[arg(long)]
    bot_whitelisted: Option<bool>,
    /// Only those on the block list, or not on it
    #[arg(long)]
    blocked: Option<bool>,
    /// What to sort by: username, added, joined, last_streamed, plays, watch_time or expires
    #[arg(long, default_value = "username", value_parser = sort)]
    sort: Sort,
    /// From the last to the first
    #[arg(long)]
    descending: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

fn state(text: &str) -> Result<UserState, String> {
    text.parse().map_err(|error: UnknownName| error.to_string())
}

fn sort(text: &str) -> Result<Sort, String> {
    text.parse().map_err(|error: UnknownName| error.to_string())
}

pub async fn run(args: Args) -> anyhow::Result<ExitCode> {
    let config = Config::load(KeyNeed::Optional)?;
    let ctx = wiring::open_for_tool(&config).await?;
    match args.action {
        Action::List(which) => list(&ctx, *which).await?,
        Action::Sync(which) => return sync::run(&ctx, &which).await,
    }
    Ok(ExitCode::SUCCESS)
}

async fn list(ctx: &Ctx, which: Which) -> anyhow::Result<()> {
    let filter = UserFilter {
        q: which.q,
        state: which.state,
        library: which.library,
        tag: which.tag,
        invite_id: which.invite,
        expiring_days: which.expiring,
        inactive_days: which.inactive,
        discord: which.discord,
        home: which.home,
        shares_back: which.shares_back,
        purge_whitelisted: which.purge_whitelisted,
        bot_whitelisted: which.bot_whitelisted,
        blocked: which.blocked,
    };
    let filter = filter.parse("", &ctx.reader()).await.map_err(|error| {
        let problem = error.problem(String::new());
        refusal(AppError::refused(problem.code, problem.detail))
    })?;
    let mut request = PageRequest { limit: PAGE, cursor: None, descending: which.descending };
    let mut all = Vec::new();
    loop {
        let page = users::list(ctx, &filter, which.sort, &request).await.map_err(refusal)?;
        for view in page.items {
            match which.json {
                true => all.push(json!(UserDto::of(view, ""))),
                false => print(&view),
            }
        }
        request.cursor = page.next_cursor;
        if request.cursor.is_none() {
            break;
        }
    }
    if which.json {
        say!("{}", serde_json::Value::from(all));
    }
    Ok(())
}

fn print(view: &UserView) {
    let user = &view.user;
    let until = user.access_expires_at.map_or_else(|| "-".to_owned(), |end| end.to_rfc3339());
    let change = view.change.as_ref().map_or_else(String::new, |change| format!("  change {}", change.state));
    let email = user.email.as_deref().unwrap_or("-");
    say!("{:<9}  {:<30}  {email:<36}  until {until}{change}", user.state.as_str(), user.username);
}
