//! `just bench`: how quick and how small PUM is, beside the fake Plex, on the machine it runs on.
//!
//! Speed is a ratio: each route against a bare handler that runs the same SQL and sends the same bytes, in
//! interleaved rounds of one run, so that a busy machine slows both alike. The rest is absolute.

mod bulk;
mod in_step;
mod load;
mod looks;
mod process;
mod purge;
mod reference;
mod scene;
mod user_lists;
mod watching;

use anyhow::Context as _;
use clap::Parser;
use load::Question;
use process::{Place, Pum};
use pum_testkit::fake_plex::{FakePlex, Ports, Scenario, Start};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Rounds of every measurement; odd, so that the median is one of them.
const ROUNDS: usize = 7;
/// How long each question is asked in a round.
const ROUND: Duration = Duration::from_secs(2);
/// The same for the many ways to list users, so that all of them together stay bearable.
const ROUNDS_OF_MANY: usize = 5;
const ROUND_OF_MANY: Duration = Duration::from_millis(500);
/// How often each question is asked anew; odd as well.
const ANEW: usize = 31;
/// How long a process is left alone before its memory is looked at.
const REST: Duration = Duration::from_secs(5);

/// Measures PUM and prints a table.
#[derive(Parser)]
struct Args {
    #[command(subcommand)]
    part: Part,
}

#[derive(clap::Subcommand)]
enum Part {
    /// All measurements
    Run {
        /// The folder of the built `pum`
        programs: PathBuf,
        /// No more than this, in an installation of its own
        #[arg(long)]
        only: Option<Only>,
    },
    /// How times grow with the stream history, on an empty database (SQLite or PostgreSQL) of one's own
    Growth {
        /// Its address
        database: String,
        /// So many streams, one step after the other
        #[arg(long, value_delimiter = ',', default_values_t = [1_000_000, 10_000_000])]
        streams: Vec<u64>,
    },
    /// The bare handlers, as a process of their own
    #[command(hide = true)]
    Reference { database: String, folder: PathBuf, port: u16 },
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Only {
    /// What a look at 200 streams costs
    Looks,
    /// How long a sync of 10,000 people takes, and what a page has to wait meanwhile
    Sync,
}

#[actix_web::main]
async fn main() -> anyhow::Result<()> {
    match Args::parse().part {
        Part::Run { programs, only } => run(programs, only).await,
        Part::Growth { database, streams } => watching::growth(&database, &streams).await,
        Part::Reference { database, folder, port } => reference::serve(&database, &folder, port).await,
    }
}

async fn run(programs: PathBuf, only: Option<Only>) -> anyhow::Result<()> {
    let programs = programs.canonicalize()?;
    match only {
        Some(Only::Looks) => return looks::measure(&programs).await,
        Some(Only::Sync) => return in_step::alone(&programs).await,
        None => {}
    }
    let folder = tempfile::tempdir()?;
    let plex = FakePlex::start_with(Start { scenario: Scenario::Empty, ports: Ports::default() })?;
    let place = Place { programs: programs.clone(), data: folder.path().canonicalize()?, plex: &plex };

    let first = Pum::start(&place, "up").await?;
    let scene = scene::set(&place, &first).await?;
    row(
        "accept → share asked of Plex, median",
        format!("{:.0} ms", scene.accept_to_share.as_secs_f64() * 1000.0),
    );
    let mut progress = bulk::first_progress(&first, &scene).await?;
    row("change of 500 users → first progress shown, median", format!("{:.0} ms", median(&mut progress)));
    first.stop()?;

    starts(&place).await?;
    memory(&place).await?;
    routes(&place, &scene).await?;
    looks::measure(&programs).await?;
    watching::measure(&place, &scene.cookie).await?;
    looks::beside_many(&place, &scene.cookie).await?;
    in_step::measure(&place, &scene.cookie).await
}

async fn starts(place: &Place<'_>) -> anyhow::Result<()> {
    let mut ready = Vec::new();
    for _ in 0..ROUNDS {
        let pum = Pum::start(place, "up").await?;
        ready.push(pum.ready_after.as_secs_f64() * 1000.0);
        pum.stop()?;
    }
    row("`pum up`, start → ready, existing database", format!("{:.0} ms", median(&mut ready)));
    Ok(())
}

async fn memory(place: &Place<'_>) -> anyhow::Result<()> {
    for (command, words) in [("api", "`pum api`, idle"), ("up", "`pum up` with its worker, idle")] {
        let pum = Pum::start(place, command).await?;
        tokio::time::sleep(REST).await;
        row(words, format!("{:.0} MB", pum.memory()? as f64 / 1e6));
        pum.stop()?;
    }
    Ok(())
}

/// One route: what PUM is asked, and what it asks its database for that.
struct Measured {
    /// The name of the bare handler.
    name: String,
    words: String,
    question: Question,
    sql: Vec<String>,
}

async fn routes(place: &Place<'_>, scene: &scene::Scene) -> anyhow::Result<()> {
    let pum = Pum::start(place, "api").await?;
    let measured = |name: &str, words: &str, path: &str, sql: &[String]| Measured {
        name: name.to_owned(),
        words: words.to_owned(),
        question: pum.question(path, (name != "public").then(|| scene.cookie.clone())),
        sql: sql.to_vec(),
    };
    let public = format!("/api/v1/public/invites/{}", scene.code);
    let main = [
        measured("list", "50 of 10,000 invites", "/api/v1/invites?limit=50", &scene.list_sql),
        measured("public", "public invite", &public, &scene.public_sql),
    ];
    let users: Vec<Measured> = scene
        .user_lists
        .iter()
        .enumerate()
        .map(|(number, list)| {
            let path = format!("/api/v1/users?limit=50{}", list.query);
            measured(&format!("users{number}"), &list.words, &path, &list.sql)
        })
        .collect();
    for route in main.iter().chain(&users) {
        let bytes = load::once(&route.question).await.with_context(|| route.words.clone())?;
        std::fs::write(place.data.join(format!("{}.json", route.name)), bytes)?;
        std::fs::write(place.data.join(format!("{}.sql", route.name)), route.sql.join("\n"))?;
    }
    let bare = Bare::start(place).await?;
    for route in main.iter().chain(&users) {
        // A statement that fails shows here, not as a wonderful rate.
        let answered = load::once(&bare.question(&format!("/{}", route.name))).await;
        answered.with_context(|| format!("the statements of {}", route.words))?;
    }
    compare(&bare, &main, ROUNDS, ROUND).await?;
    compare(&bare, &users, ROUNDS_OF_MANY, ROUND_OF_MANY).await?;
    for route in main.iter().chain(&users) {
        let own = anew(place, &route.question).await?;
        // SQLite itself has to read anew after a commit, so the bare handler is asked after one as well.
        let bare = anew(place, &bare.question(&format!("/{}", route.name))).await?;
        let times = own.as_secs_f64() / bare.as_secs_f64();
        row(
            &format!("{}, read anew, one after the other", route.words),
            format!("{}; bare handler {}, so {times:.2} × its time", milliseconds(own), milliseconds(bare)),
        );
    }
    for (words, q) in [("a word that many have", "person%201"), ("a word that nobody has", "nobody")] {
        let question = pum.question(&format!("/api/v1/users?q={q}"), Some(scene.cookie.clone()));
        let time = milliseconds(anew(place, &question).await?);
        row(&format!("search in 10,000 users, {words}, read anew, median"), time);
    }
    pum.stop()
}

/// The median time of an answer right after something was committed, so that nothing is remembered.
async fn anew(place: &Place<'_>, question: &Question) -> anyhow::Result<Duration> {
    let url = format!("sqlite://{}", place.data.join("pum.db").display());
    let mut times = Vec::with_capacity(ANEW);
    for _ in 0..ANEW {
        // A row that stays as it is would be no commit to SQLite.
        pum_testkit::db::run(
            &url,
            "UPDATE users SET plays = plays + 1 WHERE id = (SELECT MIN(id) FROM users)",
        )
        .await;
        times.extend(load::times(question, 1).await?);
    }
    Ok(middle(&mut times))
}

fn middle(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

fn milliseconds(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1000.0)
}

/// Each route beside its bare handler, in turns.
async fn compare(bare: &Bare, routes: &[Measured], rounds: usize, round: Duration) -> anyhow::Result<()> {
    let nothing = bare.question(reference::NOTHING);
    let bares: Vec<Question> =
        routes.iter().map(|route| bare.question(&format!("/{}", route.name))).collect();
    let questions: Vec<&Question> =
        routes.iter().map(|route| &route.question).chain(&bares).chain([&nothing]).collect();
    let mut rates = vec![Vec::new(); questions.len()];
    for question in &questions {
        load::per_second(question, round / 4).await?;
    }
    for _ in 0..rounds {
        for (question, rates) in questions.iter().zip(&mut rates) {
            rates.push(load::per_second(question, round).await?);
        }
    }
    let medians: Vec<f64> = rates.into_iter().map(|mut rates| median(&mut rates)).collect();
    let nothing = medians[2 * routes.len()];
    for (number, route) in routes.iter().enumerate() {
        let (own, bare) = (medians[number], medians[routes.len() + number]);
        let (times, share) = (bare / own, own / nothing);
        row(
            &route.words,
            format!(
                "{own:.0}/s; bare handler {bare:.0}/s, so {times:.2} × its time; {share:.3} of a handler that does nothing"
            ),
        );
    }
    Ok(())
}

/// The bare handlers, in a process like PUM's own.
struct Bare {
    child: Child,
    address: String,
}

impl Bare {
    async fn start(place: &Place<'_>) -> anyhow::Result<Self> {
        let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let child = Command::new(std::env::current_exe()?)
            .arg("reference")
            .arg(format!("sqlite://{}", place.data.join("pum.db").display()))
            .arg(&place.data)
            .arg(port.to_string())
            .stdin(Stdio::null())
            .spawn()
            .context("the bare handlers do not start")?;
        let bare = Self { child, address: format!("127.0.0.1:{port}") };
        for _ in 0..500 {
            if load::once(&bare.question(reference::NOTHING)).await.is_ok() {
                return Ok(bare);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        anyhow::bail!("the bare handlers do not answer")
    }

    fn question(&self, path: &str) -> Question {
        Question { address: self.address.clone(), path: path.to_owned(), cookie: None }
    }
}

impl Drop for Bare {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

fn row(words: &str, value: String) {
    println!("| {words} | {value} |");
}
