//! What people do at Plex by themselves, or the owner does by hand, past every client.

use super::{Share, Shared, Who, World};
use crate::fake_plex::refusal::Refusal;

impl World {
    /// Gives an account another name and address; no more happens to it.
    pub fn rename(&mut self, account: u64, username: &str, email: &str) {
        if let Some(account) = self.accounts.get_mut(&account) {
            username.clone_into(&mut account.username);
            username.clone_into(&mut account.title);
            email.clone_into(&mut account.email);
        }
    }

    /// The person ends it all: every share that `owner` gave them, the friendship, the Home.
    pub fn leave(&mut self, owner: u64, account: u64) {
        // Nothing to end is fine: they are gone either way.
        let _ = self.remove_relation(owner, account);
        if let Some(members) = self.relations.homes.get_mut(&owner) {
            members.retain(|member| *member != account);
        }
    }

    /// Takes somebody out of the Home; a managed user ceases to exist, as at Plex.
    ///
    /// # Errors
    /// When they are not in it.
    pub fn remove_from_home(&mut self, admin: u64, member: u64) -> Result<(), Refusal> {
        let members = self.relations.homes.get_mut(&admin).ok_or(Refusal::NotFound)?;
        let before = members.len();
        members.retain(|one| *one != member);
        if members.len() == before {
            return Err(Refusal::NotFound);
        }
        self.relations.shares.retain(|_, s| s.owner != admin || s.invited != Some(member));
        if self.accounts.get(&member).is_some_and(|account| account.restricted) {
            self.accounts.remove(&member);
        }
        Ok(())
    }

    /// Lets somebody share a server of their own with `owner`; the two are friends from then on.
    /// Returns the server's machine identifier.
    ///
    /// # Errors
    /// When they share one already.
    pub fn share_back(&mut self, account: u64, owner: u64) -> Result<String, String> {
        // Their server has no address here.
        let slots = self.slots.clone();
        let mid = self.add_server(account, "Beacon", &[("Filme", "movie", 12)]);
        self.slots = slots;
        if !self.are_friends(account, owner) {
            self.befriend(account, owner);
        }
        self.share_titles(&mid, Who::Id(owner), &[])?;
        Ok(mid)
    }

    /// The share of a server that somebody has, accepted or not.
    pub fn share_with(&self, machine_identifier: &str, account: u64) -> Option<&Share> {
        let shares = self.relations.shares.values();
        let mut theirs =
            shares.filter(|s| s.machine_identifier == machine_identifier && s.invited == Some(account));
        theirs.find(|share| !share.stale)
    }

    /// Sets the libraries of somebody's share by title, by the owner's own hand; all of them when none
    /// is named. False without a share, or without such a library.
    pub fn set_titles(&mut self, machine_identifier: &str, account: u64, titles: &[&str]) -> bool {
        let Some(id) = self.share_with(machine_identifier, account).map(|share| share.id) else {
            return false;
        };
        let libraries = self.servers.get(machine_identifier).into_iter().flat_map(|s| &s.libraries);
        let sections = libraries.filter(|l| titles.contains(&l.title.as_str())).map(|l| l.section_id);
        let shared = if titles.is_empty() { Shared::All } else { Shared::Sections(sections.collect()) };
        if matches!(&shared, Shared::Sections(ids) if ids.len() != titles.len()) {
            return false;
        }
        if let Some(share) = self.relations.shares.get_mut(&id) {
            share.shared = shared;
        }
        true
    }

    /// Ends somebody's share of a server by the owner's own hand; the friendship stays. False without one.
    pub fn unshare(&mut self, machine_identifier: &str, account: u64) -> bool {
        let share = self.share_with(machine_identifier, account).map(|share| share.id);
        share.is_some_and(|id| self.relations.shares.remove(&id).is_some())
    }

    /// Whoever was invited by an address makes an account with it: the invitation becomes theirs, still
    /// to be accepted. Returns the account.
    pub fn claim_address(&mut self, username: &str, email: &str) -> u64 {
        let account = self.add_account(username);
        self.rename(account, username, email);
        self.claim_invitations(account);
        account
    }
}
