//! What the owner has set for a person at Plex, content filters above all, is not ours: a write that sends settings
//! along leaves it as it was. That is noted with the attempt, held against what Plex shows afterwards, and given
//! back once where it differs.

use pum_domain::access::{CallEnd, READS_LAG, Written};
use pum_plex::SharingSettings;
use pum_store::Reads;
use pum_store::access_changes::{self, Attempt};
use serde::{Deserialize, Serialize};

use super::apply::{Applying, End};
use super::call::{NOT_DONE, end_of, written_by};
use super::observe::Seen;

/// The longest pause before Plex is asked again whether it shows what was given back, in milliseconds.
const LOOK_AGAIN: i64 = 15_000;

/// So often it is given back where nobody knows whether Plex has done it.
const TRIES: usize = 3;

/// What was set for a person before a write of ours, in the words of each list: a list is held against itself only.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Kept {
    /// By the row of their share.
    row: SharingSettings,
    /// By the list of the owner's people, where that shows them.
    person: Option<SharingSettings>,
}

impl Kept {
    pub(super) const fn new(row: SharingSettings, person: Option<SharingSettings>) -> Self {
        Self { row, person }
    }

    /// Somebody without a share.
    pub(super) fn of_person(person: SharingSettings) -> Self {
        Self { person: Some(person), ..Self::default() }
    }

    /// Everything that either list tells.
    pub(super) fn all(&self) -> SharingSettings {
        self.row.clone().or(self.person.clone().unwrap_or_default())
    }
}

/// What the row of an attempt says: what was written and, where that sent settings along, what they were.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Note {
    #[serde(flatten)]
    pub written: Written,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept: Option<Kept>,
}

fn kept_by(attempt: &Attempt) -> Option<Kept> {
    if end_of(attempt) == CallEnd::NotDone {
        return None;
    }
    serde_json::from_str::<Note>(attempt.detail.as_deref()?).ok()?.kept
}

impl Applying<'_> {
    /// What was set for the person before the first write of this change that sent settings along.
    pub(super) async fn kept(&self) -> Result<Option<Kept>, End> {
        let attempts = access_changes::attempts_of(&self.ctx.reader(), self.change.id).await?;
        Ok(attempts.iter().rev().find_map(kept_by))
    }

    /// Whether something that was set for the person has to be set again. Once that has been done and does not hold,
    /// the change has failed; where the answer was lost, and time shows that nothing was done, it is tried again.
    pub(super) async fn has_to_give_back(&self, seen: &Seen) -> Result<bool, End> {
        let (Some(kept), Some(share)) = (self.kept().await?, &seen.share) else { return Ok(false) };
        let mut changed = kept.row.changed_in(&share.settings);
        if let Some(before) = &kept.person
            && let Some(now) = self.standing().await?.settings
        {
            changed.extend(before.changed_in(&now));
        }
        changed.sort_unstable();
        changed.dedup();
        if changed.is_empty() {
            return Ok(false);
        }
        let reader = self.ctx.reader();
        let attempts = access_changes::attempts_of(&reader, self.change.id).await?;
        let tries: Vec<&Attempt> = attempts
            .iter()
            .filter(|attempt| written_by(attempt) == Some(Written::GiveBackSettings))
            .collect();
        let given_back =
            tries.iter().find(|attempt| matches!(end_of(attempt), CallEnd::Done | CallEnd::Unknown));
        let Some(given_back) = given_back else { return Ok(true) };
        let left = READS_LAG - reader.now().await?.since(given_back.started_at);
        if left > 0 {
            return Err(End::unconfirmed(left.clamp(500, LOOK_AGAIN)));
        }
        // Whoever tries again has it set once more.
        self.record(given_back.id, NOT_DONE).await?;
        if end_of(given_back) == CallEnd::Unknown && tries.len() < TRIES {
            return Ok(true);
        }
        Err(End::SettingsNotKept(changed))
    }
}
