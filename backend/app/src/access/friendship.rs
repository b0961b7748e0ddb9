//! What Plex says of a person beside their share, read right before access is taken away: whether they
//! belong to the owner's Home, whether they are friends, and what else is shared with them.

use pum_domain::access::{CallEnd, Written};
use pum_plex::User;
use pum_store::{access_changes, users};

use super::apply::{Applying, End};
use super::call::{end_of, written_by};

impl Applying<'_> {
    /// Members of the Home and managed accounts are not ours to remove, whatever PUM has believed so far.
    pub(super) async fn refuse_home(&self) -> Result<(), End> {
        match self.person().await? {
            Some(person) if person.home || person.restricted => Err(End::HomeMember),
            _ => Ok(()),
        }
    }

    /// Whether the friendship has ended. Notes which other servers go with it, as long as they can be seen.
    pub(super) async fn friendship_is_over(&self) -> Result<bool, End> {
        if self.user.plex_id.is_none() || self.has_ended_it().await? {
            self.note(false, None).await?;
            return Ok(true);
        }
        let Some(person) = self.person().await? else {
            self.note(false, None).await?;
            return Ok(true);
        };
        if person.home || person.restricted {
            return Err(End::HomeMember);
        }
        let other = |machine: &str| machine != self.server.machine_identifier;
        let names: Vec<String> = person
            .servers
            .into_iter()
            .filter(|server| other(&server.machine_identifier))
            .map(|server| pum_domain::text::clean_name(&server.name))
            .collect();
        self.note(true, Some(&names)).await?;
        Ok(false)
    }

    /// Plex's lists lag: a call of this very change that Plex said yes to is believed.
    async fn has_ended_it(&self) -> Result<bool, End> {
        let latest = access_changes::latest_attempt_for(&self.ctx.reader(), self.user.id).await?;
        Ok(latest.is_some_and(|attempt| {
            written_by(&attempt) == Some(Written::EndFriendship)
                && end_of(&attempt) == CallEnd::Done
                && attempt.started_at >= self.change.requested_at
        }))
    }

    async fn person(&self) -> Result<Option<User>, End> {
        let people = self.plex.users(&self.server.token).await.map_err(|error| self.owner_error(error))?;
        let person =
            people.into_iter().find(|person| self.user.plex_id.is_some_and(|id| id.0 == person.id.0));
        if let Some(person) = &person
            && (person.home, person.restricted) != (self.user.home, self.user.restricted)
        {
            let tx = self.ctx.db().begin().await?;
            users::note_home(&tx, self.user.id, person.home, person.restricted).await?;
            tx.commit().await?;
        }
        Ok(person)
    }

    async fn note(&self, friends: bool, other_servers: Option<&[String]>) -> Result<(), End> {
        let tx = self.ctx.db().begin().await?;
        users::note_friendship(&tx, self.user.id, friends, other_servers).await?;
        Ok(tx.commit().await?)
    }
}
