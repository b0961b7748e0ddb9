//! What Plex says of a person beside their share, read right before access is given or taken away: whether
//! they belong to the owner's Home, whether they are friends, what is set for them, and what else is shared
//! with them.

use std::collections::HashSet;

use pum_domain::access::{Absence, CallEnd, Listed, Written, trust_absence};
use pum_plex::{PlexError, PlexUserId, ShareState, SharingSettings, UserServer};
use pum_store::users::ShownLibraries;
use pum_store::{access_changes, users};

use super::apply::{Applying, End};
use super::call::{end_of, written_by};

/// A person in the list of the owner's people.
#[derive(Debug, Default)]
pub(super) struct Standing {
    /// Belongs to the owner's Home, or is a managed account.
    is_at_home: bool,
    /// By which username, or else address, they are listed.
    pub name: Option<String>,
    /// What is set for them on the owner's servers; nothing if they are not listed.
    pub settings: Option<SharingSettings>,
    /// Their shares of all servers; `None` if the list said nothing.
    servers: Option<Vec<UserServer>>,
    /// Whether they are in the list.
    listed: bool,
    /// Plex offers no such list (any more).
    is_retired: bool,
}

impl Standing {
    /// Members of the Home and managed accounts have access without a share, and it is not ours to take away,
    /// whatever PUM has believed so far.
    pub(super) const fn refuse_home(&self) -> Result<(), End> {
        if self.is_at_home { Err(End::HomeMember) } else { Ok(()) }
    }
}

impl Applying<'_> {
    /// What Plex says of the person.
    pub(super) async fn standing(&self) -> Result<Standing, End> {
        let (people, is_retired) = match self.plex.users(&self.server.token).await {
            Ok(people) => (people, false),
            Err(PlexError::RouteGone) => (Vec::new(), true),
            Err(error) => return Err(self.read_error(error).await),
        };
        if people.is_empty() {
            // No answer, or none any more: the Home has a list of its own.
            let is_at_home = self.ask_the_home().await?;
            return Ok(Standing { is_at_home, is_retired, ..Standing::default() });
        }
        let Some(person) = people.into_iter().find(|one| self.is(one.id)) else {
            return Ok(Standing { servers: Some(Vec::new()), ..Standing::default() });
        };
        self.note_home(person.home, person.restricted).await?;
        Ok(Standing {
            is_at_home: person.home || person.restricted,
            name: person.username.or(person.email),
            settings: Some(person.settings),
            servers: Some(person.servers),
            listed: true,
            is_retired,
        })
    }

    async fn ask_the_home(&self) -> Result<bool, End> {
        let members = match self.plex.home_users(&self.server.token).await {
            Ok(members) => members,
            // Nobody says: what was true the last time is held to be true.
            Err(PlexError::RouteGone) => return Ok(self.user.home || self.user.restricted),
            Err(error) => return Err(self.read_error(error).await),
        };
        let member = members.into_iter().find(|one| self.is(one.id));
        let is_member = member.is_some();
        self.note_home(is_member, member.is_some_and(|member| member.restricted)).await?;
        Ok(is_member)
    }

    async fn note_home(&self, home: bool, restricted: bool) -> Result<(), End> {
        if (home, restricted) != (self.user.home, self.user.restricted) {
            let tx = self.ctx.db().begin().await?;
            users::note_home(&tx, self.user.id, home, restricted).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    /// Whether the share is gone for certain: no list is believed alone, and an empty one not at all.
    pub(super) async fn believe_absence(&self, standing: &Standing) -> Result<(), End> {
        let reader = self.ctx.reader();
        let mid = self.server.machine_identifier.as_str();
        let is_shared = |servers: &Vec<UserServer>| {
            servers.iter().any(|one| one.machine_identifier == mid && !one.pending)
        };
        let latest = access_changes::latest_attempt_for(&reader, self.user.id).await?;
        let of_this = access_changes::attempts_of(&reader, self.change.id).await?;
        let taken_away = latest.iter().chain(&of_this).any(|attempt| {
            matches!(written_by(attempt), Some(Written::Remove | Written::EndFriendship))
                && end_of(attempt) != CallEnd::NotDone
        });
        let shown = users::profile(&reader, self.user.id).await?.shown;
        let absence = Absence {
            listed: match (self.user.plex_id, &standing.servers) {
                // Whoever has no account yet is in no list.
                (None, _) => Listed::NotShown,
                (_, Some(servers)) if is_shared(servers) => Listed::Shown,
                (_, Some(_)) => Listed::NotShown,
                (_, None) if standing.is_retired => self.listed_elsewhere().await?,
                (_, None) => Listed::NoAnswer,
            },
            others: users::others_stay(&reader, self.user.id).await?,
            taken_away,
            was_shared: shown.is_some_and(|shown| shown.libraries != ShownLibraries::Nothing),
            looks: self.change.unconfirmed_reads,
        };
        trust_absence(&absence).map_err(End::unconfirmed)
    }

    /// Where Plex offers no list of people: what another list of shares says, or the same once more. An empty one
    /// says nothing while others are known to have a share.
    async fn listed_elsewhere(&self) -> Result<Listed, End> {
        let (token, mid) = (&self.server.token, self.server.machine_identifier.as_str());
        let (shares, not_shown) = match self.plex.other_shares(token, mid).await {
            Err(PlexError::RouteGone) => (self.plex.shares(token, mid).await, Listed::NoList),
            others => (others, Listed::NotShown),
        };
        let mut shares = match shares {
            Ok(shares) => shares,
            Err(error) => return Err(self.read_error(error).await),
        };
        shares.retain(|share| share.state == ShareState::Accepted);
        if shares.is_empty() && users::others_have_shares(&self.ctx.reader(), self.user.id).await? {
            return Ok(Listed::NoAnswer);
        }
        let shown = shares.iter().any(|share| share.plex_user_id.is_some_and(|id| self.is(id)));
        Ok(if shown { Listed::Shown } else { not_shown })
    }

    /// Whether the friendship has ended. Notes which other servers go with it, as long as they can be seen.
    pub(super) async fn friendship_is_over(&self, standing: &Standing) -> Result<bool, End> {
        if self.user.plex_id.is_none() || self.has_ended_it().await? {
            self.note(false, None).await?;
            return Ok(true);
        }
        let Some(servers) = &standing.servers else {
            // Not known: ending what has ended does no harm.
            return Ok(false);
        };
        if !standing.listed {
            self.note(false, None).await?;
            return Ok(true);
        }
        let own = match self.plex.servers(&self.server.token).await {
            Ok(all) => all,
            Err(error) => return Err(self.read_error(error).await),
        };
        // What they share with the owner in return is in their list as well, and stays.
        let own: HashSet<&str> =
            own.iter().filter(|one| one.owned).map(|one| one.machine_identifier.as_str()).collect();
        let names: Vec<String> = servers
            .iter()
            .filter(|one| one.machine_identifier != self.server.machine_identifier)
            .filter(|one| own.contains(one.machine_identifier.as_str()))
            .map(|one| pum_domain::text::clean_name(&one.name))
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

    fn is(&self, account: PlexUserId) -> bool {
        self.user.plex_id.is_some_and(|ours| ours.0 == account.0)
    }

    async fn note(&self, friends: bool, other_servers: Option<&[String]>) -> Result<(), End> {
        let tx = self.ctx.db().begin().await?;
        users::note_friendship(&tx, self.user.id, friends, other_servers).await?;
        Ok(tx.commit().await?)
    }
}
