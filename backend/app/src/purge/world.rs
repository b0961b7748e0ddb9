//! What the purge goes by: when PUM was looking, who streams, who leaves, and what casts doubt on it all.

use std::collections::HashSet;

use pum_domain::instant::{MINUTE, SECOND};
use pum_domain::job::JobKind;
use pum_domain::purge::{Conditions, Person, Reason, Terms, Verdict, Watch, doubt, exempt, judge};
use pum_domain::settings::SettingKey;
use pum_domain::user::Becomes;
use pum_domain::{Instant, PlexId, UserId};
use pum_store::play_imports::{self, PlayImport};
use pum_store::purge::{self as store, Someone};
use pum_store::{Reads, Tx, access_changes, admins, jobs, plex_server, streams};

use crate::ctx::Ctx;
use crate::error::{AppError, AppResult};
use crate::{clock_guard, plex_server as server, settings};

/// A look that is not older than this is fresh, whatever the pause between two.
const FRESH: i64 = 15 * MINUTE;
/// So many looks in a row may fail before what was seen is old.
const LOOKS: i64 = 5;
/// On a server its owner is number 1.
const OWNER_THERE: i64 = 1;

/// What the purge goes by, at one moment.
#[derive(Debug)]
pub struct World {
    /// The moment.
    pub now: Instant,
    /// The first look at what is playing.
    pub watching_since: Option<Instant>,
    /// How far back the server's own play history was imported.
    pub imported_since: Option<Instant>,
    /// Why nobody may be removed just now.
    pub doubt: Option<Reason>,
    /// The server that is looked at.
    machine: Option<String>,
    watch: Watch,
    with_imported: Watch,
    owner: Option<PlexId>,
    admins: HashSet<PlexId>,
    leaving: HashSet<UserId>,
    streaming: HashSet<UserId>,
    /// Who is playing by the server's word, where it was just asked.
    playing: HashSet<PlexId>,
}

impl World {
    /// As far as PUM knows: the server is not asked.
    pub async fn known(ctx: &Ctx) -> AppResult<Self> {
        Self::look(ctx, None).await
    }

    /// The same, with the server asked who is playing, and the clocks looked at: before anybody goes.
    pub(crate) async fn fresh(ctx: &Ctx) -> AppResult<Self> {
        let trusted = clock_guard::may_take_away(ctx).await?;
        let playing = playing(ctx).await;
        let mut world = Self::look(ctx, Some(playing.is_some())).await?;
        world.playing = playing.unwrap_or_default();
        if !trusted {
            world.doubt = Some(Reason::ClockDoubted);
        }
        Ok(world)
    }

    async fn look(ctx: &Ctx, answers: Option<bool>) -> AppResult<Self> {
        let reader = ctx.reader();
        let now = reader.now().await?;
        let known = plex_server::get(&reader).await?;
        let (mut spans, mut streaming, mut import) = (Vec::new(), HashSet::new(), None);
        if let Some(known) = &known {
            let machine = &known.machine_identifier;
            let ever = (Instant(i64::MIN), Instant(i64::MAX));
            let watched = streams::watched_spans(&reader, machine, ever.0, ever.1).await?;
            spans = watched.into_iter().map(|span| (span.from, span.to)).collect();
            streaming = store::streaming(&reader, machine).await?;
            import = play_imports::get(&reader, machine).await?;
        }
        let watch = Watch::new(spans.iter().copied());
        // Half a history says nothing about those who are in the other half.
        let imported_since = import.as_ref().and_then(PlayImport::imported_since);
        let imported = imported_since.zip(import.and_then(|import| import.settled_until));
        let pause = settings::number(ctx, SettingKey::StreamPollSeconds).await? * SECOND;
        let conditions = Conditions {
            now,
            watch: &watch,
            usual_age: FRESH.max(pause * LOOKS),
            clock_doubted: clock_guard::doubt(&reader).await?.is_some(),
            reachable: answers.unwrap_or_else(|| known.as_ref().is_some_and(|known| known.reachable)),
            importing: importing(&reader).await?,
        };
        let admins = admins::all(&reader).await?.into_iter().filter_map(|admin| Some(admin.plex?.plex_id));
        Ok(Self {
            now,
            watching_since: watch.began_at(),
            imported_since,
            doubt: doubt(&conditions),
            // As far as it was read, what happened while nobody looked is known as well.
            with_imported: Watch::new(spans.into_iter().chain(imported)),
            watch,
            owner: known.as_ref().map(|known| known.owner_plex_id),
            machine: known.map(|known| known.machine_identifier),
            admins: admins.collect(),
            leaving: store::leaving(&reader).await?,
            streaming,
            playing: HashSet::new(),
        })
    }

    /// The times that count as watched over.
    pub(crate) const fn watch(&self, terms: &Terms) -> &Watch {
        if terms.count_imported { &self.with_imported } else { &self.watch }
    }

    /// Decides about somebody.
    pub fn judge(&self, someone: &Someone, terms: &Terms) -> Verdict {
        let leaving = self.leaving.contains(&someone.id);
        let streaming = self.streaming.contains(&someone.id);
        judge(&self.person(someone, leaving, streaming), terms, self.watch(terms), self.doubt, self.now)
    }

    /// Decides about somebody whose row the transaction has locked, by what is true now.
    pub(crate) async fn judge_in(&self, tx: &Tx, id: UserId, terms: &Terms) -> AppResult<(Someone, Verdict)> {
        let Some(someone) = store::find(tx, &[id]).await?.pop() else {
            return Err(AppError::not_found("user"));
        };
        let open = access_changes::open_of(tx, &[id]).await?;
        let leaving = open.iter().any(|change| matches!(change.becomes, Some(Becomes::Removed(_))));
        let streaming = match &self.machine {
            Some(machine) => store::streams_now(tx, machine, id).await?,
            None => false,
        };
        let person = self.person(&someone, leaving, streaming);
        let verdict = judge(&person, terms, self.watch(terms), self.doubt, self.now);
        Ok((someone, verdict))
    }

    /// Whether somebody may be removed at all, as far as it does not depend on what they watch.
    pub(super) fn could_go(&self, someone: &Someone, terms: &Terms) -> bool {
        exempt(&self.person(someone, false, false), terms).is_none()
    }

    fn person(&self, someone: &Someone, leaving: bool, streaming: bool) -> Person {
        let account = someone.plex_id;
        Person {
            owner: someone.person.owner || (account.is_some() && account == self.owner),
            admin: account.is_some_and(|account| self.admins.contains(&account)),
            leaving,
            streaming: streaming || account.is_some_and(|account| self.playing.contains(&account)),
            ..someone.person
        }
    }
}

/// Whether the server's play history is being imported.
async fn importing(db: &impl Reads) -> AppResult<bool> {
    Ok(jobs::is_open(db, JobKind::ImportPlayHistory.as_str()).await?)
}

/// Who is playing right now; `None`: the server does not say.
async fn playing(ctx: &Ctx) -> Option<HashSet<PlexId>> {
    let connected = server::connected_server(ctx).await.ok()?;
    let media_server = server::verify_identity(ctx, &connected).await.ok()?;
    let sessions = media_server.now_playing(&connected.token).await.ok()?;
    let accounts = sessions.into_iter().filter_map(|session| session.account_id);
    let by_plex = |account| if account == OWNER_THERE { connected.owner_plex_id } else { PlexId(account) };
    Some(accounts.map(by_plex).collect())
}
