//! Writing down what the lists mean for users, in short batches. Everybody is judged again under lock:
//! whose access somebody wants to change since is left alone.

use pum_domain::access::{ChangeCause, ChangeState, WantedAccess};
use pum_domain::brake::RemovalSource;
use pum_domain::event::{EventType, HintKind};
use pum_domain::instant::DAY;
use pum_domain::job::Lane;
use pum_domain::sync::drift::{Action, difference};
use pum_domain::sync::judge::{Judgement, Look, judge};
use pum_domain::sync::{DriftKind, FieldChange, Known, Person, SyncItemKind, Verdict};
use pum_domain::user::{RemovedReason, UserState};
use pum_domain::{Instant, SyncId, UserId};
use pum_store::brake::Candidate;
use pum_store::history::NewEvent;
use pum_store::syncs::Item;
use pum_store::{Tx, access_changes, brake, hints, history, redemptions, users};
use serde_json::json;

use super::SMALL_BATCH;
use super::run::note_items;
use crate::access::{Request, observation_of, request};
use crate::actor::Actor;
use crate::ctx::Ctx;
use crate::error::AppResult;

/// What holds for all that is written down.
pub(super) struct Recording<'a> {
    pub ctx: &'a Ctx,
    /// The sync whose result tells of it; a single look has none.
    pub sync: Option<SyncId>,
    pub look: Look<'a>,
    /// Changes asked for, written or finished since make somebody busy.
    pub since: Instant,
    /// So many would lose libraries that nothing of the kind is adopted.
    pub hold_adoption: bool,
    /// The clock can be trusted with taking something away.
    pub may_take_away: bool,
}

/// Whether there is nothing to write down but the moment.
pub(super) fn is_as_before(known: &Known, person: Option<&Person>, judgement: &Judgement) -> bool {
    let settled = known.missing_since.is_none() && known.drift.is_none();
    let Some(person) = person else {
        return known.missing_since.is_none() && judgement.facts.is_empty();
    };
    let seen = person.share.as_ref();
    let same_share = match (&known.last_seen, seen) {
        (None, None) => true,
        (Some(before), Some(share)) => {
            before.all == share.all_libraries
                && before.pending != share.accepted
                && (share.all_libraries || before.sections == share.sections)
                && known.share_id == Some(share.share_id)
        }
        _ => false,
    };
    let same_picture = person.thumb.is_none() || known.thumb == person.thumb;
    let is_listed = known.listed.is_some() || person.listed.is_none();
    judgement.facts.is_empty() && settled && same_share && same_picture && is_listed
}

/// Writes down users who are not as they were.
pub(super) async fn changed(
    recording: &Recording<'_>,
    people: &[Person],
    users: &[(UserId, Option<usize>)],
) -> AppResult<()> {
    for some in users.chunks(SMALL_BATCH) {
        let tx = recording.ctx.db().begin().await?;
        let ids: Vec<UserId> = some.iter().map(|(id, _)| *id).collect();
        let fresh = users::known_locked(&tx, &ids, recording.since).await?;
        let mut batch = Batch::default();
        for known in &fresh {
            let place = some.iter().find(|(id, _)| *id == known.id).and_then(|(_, index)| *index);
            let person = place.and_then(|index| people.get(index));
            batch.one(&tx, recording, known, person).await?;
        }
        batch.write(&tx, recording).await?;
        tx.commit().await?;
        recording.ctx.hooks().at("sync.batch").await;
    }
    Ok(())
}

/// What a batch writes at its end, in few statements.
#[derive(Default)]
struct Batch {
    items: Vec<Item>,
    events: Vec<NewEvent>,
    missing: Vec<UserId>,
    found: Vec<UserId>,
}

impl Batch {
    async fn write(self, tx: &Tx, recording: &Recording<'_>) -> AppResult<()> {
        if let Some(sync) = recording.sync {
            users::note_missing(tx, &self.missing, Some(sync), recording.look.read_at).await?;
        }
        users::note_found(tx, &self.found).await?;
        note_items(tx, recording.sync, &self.items).await?;
        if !self.events.is_empty() {
            hints::leave(tx, HintKind::Users, None).await?;
        }
        history::append_all(tx, self.events).await?;
        Ok(())
    }

    fn item(&mut self, known: &Known, kind: SyncItemKind, changes: Vec<FieldChange>, reason: Option<&str>) {
        self.items.push(Item {
            kind,
            user_id: Some(known.id),
            name: known.username.clone(),
            changes,
            reason: reason.map(str::to_owned),
            detail: None,
        });
    }

    fn event(&mut self, what: EventType, known: &Known, reason: Option<&str>, change: Option<&FieldChange>) {
        let mut event = Actor::system().event(what);
        event.user_id = Some(known.id);
        event.reason = reason.map(str::to_owned);
        if let Some(change) = change {
            event.before = Some(json!({ change.field.as_str(): change.old }));
            event.after = Some(json!({ change.field.as_str(): change.new }));
        }
        self.events.push(event);
    }

    async fn one(
        &mut self,
        tx: &Tx,
        recording: &Recording<'_>,
        known: &Known,
        person: Option<&Person>,
    ) -> AppResult<()> {
        let look = &recording.look;
        let Judgement { mut facts, verdict } = judge(known, person, look);
        let certain = !matches!(verdict, Verdict::Doubtful(_));
        match person {
            Some(person) if certain => self.who(tx, known, person, &facts).await?,
            None if !facts.is_empty() => users::note_friendship(tx, known.id, false, None).await?,
            _ => {}
        }
        let share = person.and_then(|person| person.share.as_ref());
        let looked_at =
            !matches!(verdict, Verdict::Busy | Verdict::Doubtful(_) | Verdict::Missing | Verdict::Gone(_));
        if looked_at && person.is_some() {
            users::observe(tx, known.id, &observation_of(share, look.read_at)).await?;
            if known.missing_since.is_some() {
                self.found.push(known.id);
            }
        }
        let settled =
            matches!(verdict, Verdict::Unchanged | Verdict::Joined | Verdict::Waits | Verdict::Returned(_));
        if settled && known.drift.is_some() && person.is_some() {
            users::note_drift(tx, known.id, None, look.read_at).await?;
        }
        match verdict {
            Verdict::Unchanged | Verdict::Busy | Verdict::Gone(_) => {}
            Verdict::Doubtful(problem) => {
                self.item(known, SyncItemKind::Problem, Vec::new(), Some(problem.as_str()));
            }
            Verdict::Missing => {
                self.missing.push(known.id);
                self.item(known, SyncItemKind::Missing, Vec::new(), None);
            }
            Verdict::Joined => facts.extend(self.joined(tx, recording, known, person).await?),
            Verdict::Waits => {
                waits_by_hand(tx, known.id).await?;
                facts.extend(FieldChange::of("state", known.state.as_str(), UserState::Pending.as_str()));
            }
            Verdict::Returned(wanted) => {
                return self.returned(tx, recording, known, person, &wanted, facts).await;
            }
            Verdict::Drifted(kind, action) => {
                facts.extend(self.drifted(tx, recording, known, kind, action).await?);
            }
            Verdict::LacksNewLibraries => {
                ask(tx, known, &known.wanted, ChangeCause::LibraryAdded).await?;
                self.item(known, SyncItemKind::Updated, facts, Some(ChangeCause::LibraryAdded.as_str()));
                return Ok(());
            }
        }
        if !facts.is_empty() {
            self.item(known, SyncItemKind::Updated, facts, None);
        }
        Ok(())
    }

    async fn who(&mut self, tx: &Tx, known: &Known, person: &Person, facts: &[FieldChange]) -> AppResult<()> {
        if !facts.is_empty() || (known.listed.is_none() && person.listed.is_some()) {
            users::note_person(tx, known, person).await?;
        }
        if person.thumb.is_some() && person.thumb != known.thumb {
            users::note_picture(tx, known.id, person.thumb.as_deref()).await?;
        }
        if let Some(change) = facts.iter().find(|fact| matches!(fact.field.as_str(), "username" | "email")) {
            self.event(EventType::UserRenamed, known, None, Some(change));
        }
        Ok(())
    }

    /// They have accepted. Where a redemption waits for that, its own job sees it through.
    async fn joined(
        &mut self,
        tx: &Tx,
        recording: &Recording<'_>,
        known: &Known,
        person: Option<&Person>,
    ) -> AppResult<Option<FieldChange>> {
        let change = FieldChange::of("state", known.state.as_str(), UserState::Active.as_str());
        let latest = access_changes::latest_of(tx, known.id).await?;
        if let Some(latest) = &latest
            && let Some(redemption) = latest.redemption_id
            && !redemptions::get(tx, redemption).await?.state.is_final()
        {
            let asked = Request {
                user_id: known.id,
                // With what was changed by hand while the invitation waited.
                wanted: &known.wanted,
                cause: ChangeCause::Redemption,
                redemption_id: Some(redemption),
                lane: Lane::Manual,
            };
            request(tx, asked).await?;
            return Ok(change);
        }
        let user = users::get(tx, known.id).await?;
        let joined = person.and_then(|person| person.accepted_at).unwrap_or(recording.look.read_at);
        let days = user.membership_days.map(|days| joined.plus(i64::from(days) * DAY));
        users::note_membership(
            tx,
            known.id,
            user.joined_at.unwrap_or(joined),
            days.or(user.access_expires_at),
        )
        .await?;
        users::set_state(tx, known.id, UserState::Active, None).await?;
        self.event(EventType::UserJoined, known, None, change.as_ref());
        let given = latest.filter(|latest| {
            latest.state == ChangeState::Applied
                && latest.wanted != WantedAccess::Nothing
                && latest.wanted == known.wanted
        });
        if let Some(given) = given
            && let Some(share) = person.and_then(|person| person.share.as_ref())
            && difference(&given.wanted, share, recording.look.shelf).is_some()
        {
            // What PUM gave while the invitation waited: Plex keeps some of it only from now on.
            let lane = Lane::Manual;
            let (wanted, cause) = (&given.wanted, given.cause);
            request(tx, Request { user_id: known.id, wanted, cause, redemption_id: None, lane }).await?;
        }
        Ok(change)
    }

    async fn returned(
        &mut self,
        tx: &Tx,
        recording: &Recording<'_>,
        known: &Known,
        person: Option<&Person>,
        wanted: &WantedAccess,
        mut facts: Vec<FieldChange>,
    ) -> AppResult<()> {
        let share = person.and_then(|person| person.share.as_ref());
        let waits = share.is_some_and(|share| !share.accepted);
        let state = if waits { UserState::Pending } else { UserState::Active };
        let user = users::get(tx, known.id).await?;
        users::want(tx, known.id, wanted).await?;
        if waits {
            users::forget_past_end(tx, known.id).await?;
            waits_by_hand(tx, known.id).await?;
        } else {
            let now = recording.look.read_at;
            let joined = person.and_then(|person| person.accepted_at).unwrap_or(now);
            // An end that has passed was of the earlier membership.
            let expires = user.access_expires_at.filter(|end| *end > now);
            users::note_membership(tx, known.id, joined, expires).await?;
            users::set_state(tx, known.id, state, None).await?;
        }
        let change = FieldChange::of("state", known.state.as_str(), state.as_str());
        self.event(
            EventType::UserReturned,
            known,
            known.removed_reason.map(|reason| reason.as_str()),
            change.as_ref(),
        );
        facts.extend(change);
        self.item(known, SyncItemKind::Returned, facts, None);
        Ok(())
    }

    async fn drifted(
        &mut self,
        tx: &Tx,
        recording: &Recording<'_>,
        known: &Known,
        kind: DriftKind,
        action: Action,
    ) -> AppResult<Option<FieldChange>> {
        let cuts = matches!(kind, DriftKind::Narrowed | DriftKind::Changed);
        let action = match action {
            Action::Adopt(_) if recording.hold_adoption && cuts => Action::Ask,
            Action::Reapply if !may_reapply(tx, recording, known).await? => Action::Ask,
            action => action,
        };
        let news = known.drift != Some(kind);
        match action {
            Action::Adopt(shown) => {
                if cuts {
                    brake::note_narrowed(tx, known.id, kind).await?;
                }
                users::want(tx, known.id, &shown).await?;
                users::note_drift(tx, known.id, None, recording.look.read_at).await?;
                let change = FieldChange::of("access", json!(known.wanted), json!(shown));
                self.event(EventType::UserAccessAdopted, known, Some(kind.as_str()), change.as_ref());
                return Ok(change);
            }
            Action::Ask => {
                users::note_drift(tx, known.id, Some(kind), recording.look.read_at).await?;
                self.item(known, SyncItemKind::Problem, Vec::new(), Some(kind.as_str()));
            }
            Action::Reapply => {
                ask(tx, known, &wanted_again(known), ChangeCause::Drift).await?;
                self.item(known, SyncItemKind::Updated, Vec::new(), Some(kind.as_str()));
            }
        }
        if news {
            self.event(EventType::UserAccessDrifted, known, Some(kind.as_str()), None);
        }
        Ok(None)
    }
}

/// An invitation waits that the owner has made by hand: it is no earlier one of PUM's, whose time is over.
pub(super) async fn waits_by_hand(tx: &Tx, id: UserId) -> AppResult<()> {
    users::set_state(tx, id, UserState::Pending, None).await?;
    access_changes::note_replaced(tx, id).await?;
    Ok(())
}

/// Taking everything away again is a removal like any other that nobody has asked for.
async fn may_reapply(tx: &Tx, recording: &Recording<'_>, known: &Known) -> AppResult<bool> {
    if wanted_again(known) != WantedAccess::Nothing {
        return Ok(true);
    }
    let reason = known.removed_reason.unwrap_or(RemovedReason::ByAdmin);
    let candidate = Candidate { user_id: known.id, name: known.username.clone(), reason };
    Ok(recording.may_take_away && crate::brake::admit(tx, RemovalSource::Sync, &[candidate]).await?)
}

/// What is to be made true again: nothing for somebody who is gone, whatever is remembered of them.
fn wanted_again(known: &Known) -> WantedAccess {
    match known.state {
        UserState::Removed | UserState::Suspended => WantedAccess::Nothing,
        UserState::Active | UserState::Pending => known.wanted.clone(),
    }
}

async fn ask(tx: &Tx, known: &Known, wanted: &WantedAccess, cause: ChangeCause) -> AppResult<()> {
    let asked = Request { user_id: known.id, wanted, cause, redemption_id: None, lane: Lane::Automatic };
    request(tx, asked).await?;
    Ok(())
}
