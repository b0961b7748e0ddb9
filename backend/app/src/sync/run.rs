//! The job of a sync, from its first call to its recorded result.

use std::time::Duration;

use pum_domain::access::READS_LAG;
use pum_domain::brake::RemovalSource;
use pum_domain::event::{ActorKind, EventType, HintKind};
use pum_domain::instant::DAY;
use pum_domain::settings::SettingKey;
use pum_domain::sync::drift::Action;
use pum_domain::sync::judge::{Look, judge};
use pum_domain::sync::lists::doubts;
use pum_domain::sync::matching::matches;
use pum_domain::sync::{DriftKind, DriftPolicy, Known, Person, SyncProblem, SyncState, Verdict};
use pum_domain::user::{RemovedReason, UserState};
use pum_domain::{HoldId, SyncId};
use pum_store::brake::Candidate;
use pum_store::history::Subject;
use pum_store::syncs::{self as store, Ending, Item};
use pum_store::{Reads, Tx, hints, history, plex_server, users};
use serde_json::json;

use super::read::{Snapshot, Unread, read};
use super::record::{self, Recording};
use super::{BATCH, departures, newcomers};
use crate::actor::Actor;
use crate::ctx::Ctx;
use crate::error::AppResult;
use crate::jobs::Trouble;
use crate::outcome::{JobInfo, Outcome, backoff};
use crate::{brake, clock_guard, settings};

/// Who watches a sync is told of trouble rather than made to wait for longer than this.
const LONGEST_PAUSE: Duration = Duration::from_secs(20);

/// What was found, sorted by what has to be done about it.
#[derive(Default)]
struct Findings {
    /// As they were in everything.
    as_before: Vec<pum_domain::UserId>,
    /// To be looked at again under lock and written down. The index is the person's, if they are there.
    to_record: Vec<(pum_domain::UserId, Option<usize>)>,
    /// Not users yet.
    new: Vec<usize>,
    /// Not there at a second look.
    gone: Vec<(Candidate, Option<usize>)>,
    unchanged: i32,
    skipped: i32,
    /// Of somebody the lists say nothing certain.
    doubtful: bool,
    /// First looks that may become removals.
    missing: i64,
    /// People whose access the policy would take away or cut without a word.
    narrowed: Vec<pum_domain::UserId>,
    /// Removals that an emptied list asks for.
    emptied: Vec<Candidate>,
}

impl Findings {
    /// Everybody was looked at, with certainty: who is as before is known by one moment for them all, and their
    /// rows need no write. Otherwise each row tells its own.
    const fn are_of_everybody(&self) -> bool {
        self.skipped == 0 && !self.doubtful
    }
}

/// Carries a sync out. It may be interrupted anywhere: what is written is done, the rest is found
/// again by the next run.
pub(crate) async fn run(ctx: &Ctx, id: SyncId, info: &JobInfo) -> Result<Outcome, Trouble> {
    let sync = store::get(&ctx.reader(), id).await?;
    if !sync.state.is_open() {
        return Ok(Outcome::Done);
    }
    let tx = ctx.db().begin().await?;
    let now = tx.now().await?;
    store::begin(&tx, id, now).await?;
    hints::leave(&tx, HintKind::Sync, Some(&id.to_string())).await?;
    tx.commit().await?;
    ctx.hooks().at("sync.begun").await;
    let lane = if is_unasked(sync.actor.kind) { pum_plex::Lane::Automatic } else { pum_plex::Lane::Manual };
    let snapshot = match read(ctx, lane).await {
        Ok(snapshot) => snapshot,
        Err(unread) => return unreadable(ctx, id, info, unread).await,
    };
    ctx.hooks().at("sync.read").await;
    let policy = policy(ctx).await?;
    let since = snapshot.read_at.plus(-READS_LAG);
    let known = users::known(&ctx.reader(), since).await?;
    let look = Look {
        shelf: &snapshot.shelf,
        policy,
        read_at: snapshot.read_at,
        doubts: doubts(snapshot.lengths, &known, &snapshot.people),
        patience: patience(ctx).await?,
    };
    let findings = sort(&known, &snapshot.people, &look);
    let too_many_narrowed =
        !findings.narrowed.is_empty() && !brake::may_narrow(&ctx.reader(), &findings.narrowed).await?;
    let may_take_away = clock_guard::may_take_away(ctx).await?;
    let recording =
        Recording { ctx, sync: Some(id), look, since, hold_adoption: too_many_narrowed, may_take_away };

    store_read_at(ctx, id, &snapshot).await?;
    if !findings.are_of_everybody() {
        for some in findings.as_before.chunks(BATCH) {
            let tx = ctx.db().begin().await?;
            users::note_seen(&tx, some, snapshot.read_at).await?;
            tx.commit().await?;
        }
    }
    record::changed(&recording, &snapshot.people, &findings.to_record).await?;
    ctx.hooks().at("sync.recorded").await;
    newcomers::enter(&recording, &snapshot.people, &findings.new).await?;
    let removed = remove(ctx, &recording, &snapshot, &findings).await?;
    ctx.hooks().at("sync.removed").await;
    finish(ctx, id, &snapshot, &findings, removed, too_many_narrowed).await?;
    Ok(Outcome::Done)
}

/// Nobody will try again by itself.
pub(crate) async fn died(tx: &Tx, id: SyncId, why: &str) -> AppResult<()> {
    fail(tx, id, SyncProblem::Internal, why).await
}

/// Nobody has pressed a button: whatever somebody waits for comes first.
pub(super) const fn is_unasked(kind: ActorKind) -> bool {
    matches!(kind, ActorKind::Schedule | ActorKind::System)
}

/// How long an invitation may wait to be accepted, in milliseconds.
pub(crate) async fn patience(ctx: &Ctx) -> AppResult<i64> {
    Ok(settings::number(ctx, SettingKey::PendingInvitationDays).await? * DAY)
}

pub(super) async fn policy(ctx: &Ctx) -> AppResult<DriftPolicy> {
    let text = settings::value(ctx, SettingKey::DriftPolicy).await?;
    Ok(text.and_then(|text| text.parse().ok()).unwrap_or(DriftPolicy::Adopt))
}

async fn store_read_at(ctx: &Ctx, id: SyncId, snapshot: &Snapshot) -> AppResult<()> {
    let tx = ctx.db().begin().await?;
    store::begin(&tx, id, snapshot.read_at).await?;
    // What it waited for is over.
    store::clear_problem(&tx, id).await?;
    plex_server::note_plex_tv_answered(&tx).await?;
    let people = i64::try_from(snapshot.lengths.shares + snapshot.lengths.invitations).unwrap_or(i64::MAX);
    if plex_server::note_people(&tx, people).await? {
        hints::leave(&tx, HintKind::Server, None).await?;
    }
    Ok(tx.commit().await?)
}

/// Trouble in passing is tried again soon; then the sync has failed, and the next one may do better.
async fn unreadable(ctx: &Ctx, id: SyncId, info: &JobInfo, unread: Unread) -> Result<Outcome, Trouble> {
    let pause =
        unread.passing.as_ref().map(|error| error.retry_after().unwrap_or_else(|| backoff(info.attempt)));
    let again = pause.filter(|pause| !info.is_last() && *pause <= LONGEST_PAUSE);
    let tx = ctx.db().begin().await?;
    let outcome = match again {
        Some(after) => {
            store::note_problem(&tx, id, unread.problem, &unread.detail).await?;
            Outcome::Again { after, error: unread.detail, spends_attempt: true }
        }
        None => {
            fail(&tx, id, unread.problem, &unread.detail).await?;
            Outcome::Done
        }
    };
    hints::leave(&tx, HintKind::Sync, Some(&id.to_string())).await?;
    tx.commit().await?;
    tracing::warn!(sync.id = %id, problem = %unread.problem, "the sync could not read Plex's lists");
    Ok(outcome)
}

async fn fail(tx: &Tx, id: SyncId, problem: SyncProblem, detail: &str) -> AppResult<()> {
    let ending = Ending { problem: Some(problem), detail: Some(detail.to_owned()), ..Ending::default() };
    if store::finish(tx, id, SyncState::Failed, &ending).await? {
        let mut event = Actor::system().event(EventType::SyncFailed);
        event.subject = Some(subject(id));
        event.reason = Some(problem.to_string());
        history::append(tx, event).await?;
        hints::leave(tx, HintKind::Sync, Some(&id.to_string())).await?;
    }
    Ok(())
}

fn subject(id: SyncId) -> Subject {
    Subject { kind: "sync".to_owned(), id: Some(id.to_string()), name: None }
}

fn sort(known: &[Known], people: &[Person], look: &Look<'_>) -> Findings {
    let whom = matches(known, people);
    let mut person_of = vec![None; known.len()];
    let mut findings = Findings::default();
    for (index, user) in whom.into_iter().enumerate() {
        match user.and_then(|user| person_of.get_mut(user)) {
            Some(place) => *place = Some(index),
            // Friends without a share are no users.
            None if people.get(index).is_some_and(Person::belongs_here) => findings.new.push(index),
            None => {}
        }
    }
    for (user, person_index) in known.iter().zip(person_of) {
        let person = person_index.and_then(|index: usize| people.get(index));
        let judgement = judge(user, person, look);
        let candidate = |reason| Candidate { user_id: user.id, name: user.username.clone(), reason };
        findings.doubtful |= matches!(judgement.verdict, Verdict::Doubtful(_));
        match &judgement.verdict {
            Verdict::Unchanged => {
                findings.unchanged += i32::from(judgement.facts.is_empty() && !user.is_owner);
                if record::is_as_before(user, person, &judgement) {
                    findings.as_before.extend(person.map(|_| user.id));
                    continue;
                }
            }
            Verdict::Busy => findings.skipped += 1,
            Verdict::Missing => findings.missing += 1,
            Verdict::Gone(departure) => {
                findings.gone.push((candidate(departure.reason()), person_index));
                if judgement.facts.is_empty() {
                    continue;
                }
            }
            Verdict::Doubtful(SyncProblem::ListEmptied) if person.is_none_or(|one| !one.belongs_here()) => {
                findings.emptied.push(candidate(match user.state {
                    UserState::Pending => RemovedReason::InvitationGone,
                    _ => RemovedReason::LeftPlex,
                }));
            }
            Verdict::Drifted(DriftKind::Narrowed | DriftKind::Changed, Action::Adopt(_)) => {
                findings.narrowed.push(user.id);
            }
            _ => {}
        }
        findings.to_record.push((user.id, person_index));
    }
    findings
}

/// What became of those who are gone.
struct Removed {
    hold: Option<HoldId>,
    problem: Option<SyncProblem>,
}

async fn remove(
    ctx: &Ctx,
    recording: &Recording<'_>,
    snapshot: &Snapshot,
    findings: &Findings,
) -> Result<Removed, Trouble> {
    let mut candidates: Vec<Candidate> =
        findings.gone.iter().map(|(candidate, _)| candidate.clone()).collect();
    let source = RemovalSource::Sync;
    if findings.gone.is_empty() && findings.emptied.is_empty() {
        let emptied = recording.look.doubts.emptied;
        if !emptied {
            let tx = ctx.db().begin().await?;
            brake::drop_holds(&tx, source).await?;
            tx.commit().await?;
        }
        return Ok(Removed { hold: None, problem: emptied.then_some(SyncProblem::ListEmptied) });
    }
    if !recording.may_take_away {
        departures::not_removed(recording, &candidates, SyncProblem::Clock).await?;
        return Ok(Removed { hold: None, problem: Some(SyncProblem::Clock) });
    }
    if !findings.emptied.is_empty() {
        // One list is no answer, so the others are not to be trusted with anybody either.
        candidates.extend(findings.emptied.iter().cloned());
        let tx = ctx.db().begin().await?;
        let hold = brake::hold(&tx, source, &candidates).await?;
        tx.commit().await?;
        return Ok(Removed { hold: Some(hold), problem: Some(SyncProblem::ListEmptied) });
    }
    // Those missing for the first time are on their way: a list that shrinks with every look is
    // stopped before the first of them is taken for gone.
    let leaving = i64::try_from(candidates.len()).unwrap_or(i64::MAX).saturating_add(findings.missing);
    if brake::room(&ctx.reader()).await?.has(leaving)
        && departures::leave(recording, &snapshot.people, &findings.gone).await?
    {
        let tx = ctx.db().begin().await?;
        brake::drop_holds(&tx, source).await?;
        tx.commit().await?;
        return Ok(Removed { hold: None, problem: None });
    }
    let tx = ctx.db().begin().await?;
    let hold = brake::hold(&tx, source, &candidates).await?;
    tx.commit().await?;
    departures::not_removed(recording, &candidates, SyncProblem::TooMany).await?;
    Ok(Removed { hold: Some(hold), problem: Some(SyncProblem::TooMany) })
}

async fn finish(
    ctx: &Ctx,
    id: SyncId,
    snapshot: &Snapshot,
    findings: &Findings,
    removed: Removed,
    too_many_narrowed: bool,
) -> AppResult<()> {
    let state = if removed.hold.is_some() { SyncState::NeedsConfirmation } else { SyncState::Done };
    let problem = removed.problem.or(too_many_narrowed.then_some(SyncProblem::TooMany));
    let detail = problem.map(|problem| match problem {
        SyncProblem::ListEmptied => format!(
            "Plex lists {} people, {} shares of this server and {} invitations, where there were more before. An \
             empty list is no answer: nobody was removed and nothing was taken away. Confirm only if you know that \
             they are gone.",
            snapshot.lengths.users, snapshot.lengths.shares, snapshot.lengths.invitations
        ),
        SyncProblem::Clock => "The clock has jumped or differs from the database's: nobody is removed until an admin \
                               has looked at it."
            .to_owned(),
        _ if removed.hold.is_some() => format!(
            "{} people are no longer at Plex, or have not accepted in time: more than may go within a day without a \
             word of yours. Nobody was removed: look at the list, then confirm.",
            findings.gone.len()
        ),
        _ => format!(
            "{} people would lose libraries, because Plex shows fewer: with those before them, more than may within a \
             day. Nothing was adopted: decide for each of them.",
            findings.narrowed.len()
        ),
    });
    let tx = ctx.db().begin().await?;
    let ending = Ending {
        unchanged: findings.unchanged,
        skipped: findings.skipped,
        problem,
        detail,
        hold_id: removed.hold,
    };
    if store::finish(&tx, id, state, &ending).await? {
        if findings.are_of_everybody() {
            plex_server::note_people_seen(&tx, &snapshot.machine_identifier, snapshot.read_at).await?;
        }
        let sync = store::get(&tx, id).await?;
        let counts = sync.counts;
        let mut event = Actor::system().event(EventType::SyncCompleted);
        event.actor = sync.actor;
        event.subject = Some(subject(id));
        event.reason = problem.map(|problem| problem.to_string());
        event.after = Some(json!({
            "added": counts.added, "updated": counts.updated, "missing": counts.missing, "left": counts.left,
            "returned": counts.returned, "unchanged": counts.unchanged, "problems": counts.problems,
        }));
        // One that found nothing is no news.
        let news = counts.added + counts.updated + counts.left + counts.returned + counts.problems > 0;
        if news || problem.is_some() || !is_unasked(event.actor.kind) {
            history::append(&tx, event).await?;
        }
        hints::leave(&tx, HintKind::Sync, Some(&id.to_string())).await?;
        if news {
            hints::leave(&tx, HintKind::Users, None).await?;
        }
    }
    tx.commit().await?;
    tracing::info!(sync.id = %id, %state, "sync finished");
    Ok(())
}

/// Findings about people, for the result of the sync, where there is one.
pub(super) async fn note_items(tx: &Tx, sync: Option<SyncId>, items: &[Item]) -> AppResult<()> {
    if let Some(id) = sync {
        store::add_items(tx, id, items).await?;
    }
    Ok(())
}
