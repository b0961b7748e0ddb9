//! `pum jobs`: what waits, runs or has failed, and what the clock asks for.

use super::terminal::refusal;
use crate::config::{Config, KeyNeed};
use crate::wiring;
use pum_api::jobs::{JobDto, ScheduleDto};
use pum_app::schedules::{self, Standing};
use pum_app::{Actor, Ctx};
use pum_domain::UserId;
use pum_domain::job::{JobKind, JobState};
use pum_domain::page::PageRequest;
use pum_store::jobs::{self, Filter, Job};
use pum_store::users;
use serde_json::{Value, json};
use std::process::ExitCode;

#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(clap::Subcommand)]
enum Action {
    /// The newest jobs, or the schedules
    List {
        /// Only those that stand like this: queued, running, blocked, done or dead
        #[arg(long, value_parser = name::<JobState>)]
        state: Option<JobState>,
        /// Only those of this kind
        #[arg(long, value_parser = name::<JobKind>)]
        kind: Option<JobKind>,
        /// So many at most
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=200))]
        limit: u32,
        /// What the clock asks for, instead of jobs
        #[arg(long, conflicts_with_all = ["state", "kind", "limit"])]
        schedules: bool,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Run a schedule now; a run that is under way is joined
    Run {
        /// The schedule, as `pum jobs list --schedules` shows it
        name: String,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Let a failed job try again
    Retry {
        /// The job's number
        id: i64,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

fn name<T: std::str::FromStr<Err = pum_domain::catalogue::UnknownName>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|error: T::Err| error.to_string())
}

pub async fn run(args: Args) -> anyhow::Result<ExitCode> {
    let config = Config::load(KeyNeed::Optional)?;
    let ctx = wiring::open_for_tool(&config).await?;
    let actor = Actor::command_line();
    match args.action {
        Action::List { schedules: true, json, .. } => list_schedules(&ctx, json).await?,
        Action::List { state, kind, limit, json, .. } => {
            list(&ctx, &Filter { state, kind, ..Filter::default() }, limit, json).await?;
        }
        Action::Run { name, json } => {
            let job = schedules::run_now(&ctx, &name, &actor).await.map_err(refusal)?;
            answer(&ctx, job, json).await?;
        }
        Action::Retry { id, json } => {
            let job = pum_app::jobs::retry(&ctx, id, &actor).await.map_err(refusal)?;
            answer(&ctx, job, json).await?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn shown(ctx: &Ctx, jobs: Vec<Job>) -> anyhow::Result<Vec<JobDto>> {
    let ids: Vec<UserId> = jobs.iter().filter_map(|job| job.subject_id.as_deref()?.parse().ok()).collect();
    let names = users::names(&ctx.reader(), &ids).await?;
    Ok(jobs.into_iter().map(|job| JobDto::of(job, &names)).collect())
}

async fn list(ctx: &Ctx, filter: &Filter, limit: u32, json: bool) -> anyhow::Result<()> {
    let request = PageRequest { limit, cursor: None, descending: true };
    let page = jobs::list(&ctx.reader(), filter, &request).await?;
    let jobs = shown(ctx, page.items).await?;
    if json {
        say!("{}", Value::from_iter(jobs.iter().map(|job| json!(job))));
    } else {
        jobs.iter().for_each(print);
    }
    Ok(())
}

async fn list_schedules(ctx: &Ctx, json: bool) -> anyhow::Result<()> {
    let all = schedules::list(ctx).await.map_err(refusal)?;
    if json {
        say!("{}", Value::from_iter(all.into_iter().map(|one| json!(ScheduleDto::from(one)))));
    } else {
        all.iter().for_each(print_schedule);
    }
    Ok(())
}

async fn answer(ctx: &Ctx, job: Job, json: bool) -> anyhow::Result<()> {
    for job in shown(ctx, vec![job]).await? {
        if json {
            say!("{}", json!(job));
        } else {
            print(&job);
        }
    }
    Ok(())
}

fn print(job: &JobDto) {
    let about = job.user.as_ref().map_or("-", |user| user.username.as_deref().unwrap_or(&user.id));
    let error = job.error.as_deref().unwrap_or_default();
    let tries = format!("{}/{}", job.attempts, job.max_attempts);
    say!(
        "{:>8}  {:<8}  {:<20}  {about:<20}  {tries:>6}  {}  {error}",
        job.id,
        job.state.as_str(),
        job.kind,
        job.created_at
    );
}

fn print_schedule(standing: &Standing) {
    let schedule = standing.schedule;
    let next = standing.next_at.map_or_else(|| "turned off".to_owned(), pum_domain::Instant::to_rfc3339);
    let last = standing.last.as_ref().map_or_else(
        || "never ran".to_owned(),
        |job| {
            let when = job.finished_at.map(pum_domain::Instant::to_rfc3339).unwrap_or_default();
            format!("{} {when}", job.state)
        },
    );
    let now = match &standing.open {
        Some(job) if job.state == JobState::Running => "  running",
        _ => "",
    };
    say!("{:<20}  {:<16}  next {next:<26}  last {last}{now}", schedule.name, schedule.cron);
}
