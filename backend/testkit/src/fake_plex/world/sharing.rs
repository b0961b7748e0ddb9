//! The rules of sharing as plex.tv applies them: who may share what, what is refused, what is
//! accepted at once, and what goes away together.

use super::{Friendship, SHARES, Server, Share, Shared, SharingSettings, World};
use crate::fake_plex::{chance, refusal::Refusal};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// How a request names the person to share with.
#[derive(Debug, Clone)]
pub enum Who {
    Id(u64),
    /// A user name or an address.
    Text(String),
}

/// A request to share a server.
#[derive(Debug)]
pub struct NewShare {
    pub machine_identifier: String,
    pub who: Who,
    /// plex.tv section ids. **Empty shares every library**, as the real service does.
    pub sections: Vec<u64>,
    pub settings: Map<String, Value>,
    pub skip_friendship: bool,
}

impl SharingSettings {
    /// Sets the named fields only. Numbers, booleans and text are taken alike; unknown names are ignored.
    pub fn apply(&mut self, fields: &Map<String, Value>) {
        for (name, value) in fields {
            let text = match value {
                Value::String(text) => text.clone(),
                Value::Bool(flag) => u8::from(*flag).to_string(),
                Value::Null => String::new(),
                other => other.to_string(),
            };
            let flag = matches!(text.as_str(), "1" | "true");
            match name.as_str() {
                "allowSync" => self.allow_sync = flag,
                "allowChannels" => self.allow_channels = flag,
                "allowCameraUpload" => self.allow_camera_upload = flag,
                "allowSubtitleAdmin" => self.allow_subtitle_admin = flag,
                "allowTuners" => self.allow_tuners = text.parse().unwrap_or(0),
                "filterAll" => self.filter_all = text,
                "filterMovies" => self.filter_movies = text,
                "filterMusic" => self.filter_music = text,
                "filterPhotos" => self.filter_photos = text,
                "filterTelevision" => self.filter_television = text,
                _ => {}
            }
        }
    }
}

fn pair(owner: u64, user: &str) -> String {
    format!("{owner}/{}", user.to_lowercase())
}

impl Share {
    /// The invitee as text: the account id, or the address while there is no account.
    pub fn invitee(&self) -> String {
        match (self.invited, &self.invited_email) {
            (Some(id), _) => id.to_string(),
            (None, Some(email)) => email.to_lowercase(),
            (None, None) => String::new(),
        }
    }

    /// Whether the share covers this section.
    pub fn covers(&self, section_id: u64) -> bool {
        match &self.shared {
            Shared::All => true,
            Shared::Sections(ids) => ids.contains(&section_id),
        }
    }
}

impl World {
    /// The server, if `caller` owns it.
    ///
    /// # Errors
    /// Unknown servers and other people's servers are both "not found".
    pub fn owned_server(&self, caller: u64, machine_identifier: &str) -> Result<&Server, Refusal> {
        self.servers.get(machine_identifier).filter(|server| server.owner == caller).ok_or(Refusal::NotFound)
    }

    /// What `owner` lets the person of a share do.
    pub fn settings_for(&self, owner: u64, user: &str) -> SharingSettings {
        let key = pair(owner, user);
        self.relations.settings.get(&key).cloned().unwrap_or_default()
    }

    /// Changes the named settings between `owner` and a person.
    pub fn change_settings(&mut self, owner: u64, user: &str, fields: &Map<String, Value>) {
        self.relations.settings.entry(pair(owner, user)).or_default().apply(fields);
    }

    /// Forgets what was set between `owner` and a person.
    pub fn reset_settings(&mut self, owner: u64, user: &str) {
        self.relations.settings.remove(&pair(owner, user));
    }

    /// Whether two people are friends (accepted).
    pub fn are_friends(&self, a: u64, b: u64) -> bool {
        self.relations
            .friendships
            .iter()
            .any(|f| f.accepted_at.is_some() && ((f.from == a && f.to == b) || (f.from == b && f.to == a)))
    }

    /// Makes two people friends.
    pub fn befriend(&mut self, a: u64, b: u64) {
        self.drop_friendship(a, b);
        let now = self.now();
        self.relations.friendships.push(Friendship {
            from: a,
            to: b,
            requested_at: now,
            accepted_at: Some(now),
        });
    }

    fn drop_friendship(&mut self, a: u64, b: u64) -> bool {
        let before = self.relations.friendships.len();
        self.relations.friendships.retain(|f| !((f.from == a && f.to == b) || (f.from == b && f.to == a)));
        before != self.relations.friendships.len()
    }

    fn same_home(&self, a: u64, b: u64) -> bool {
        self.home_of(a).is_some_and(|home| self.home_of(b) == Some(home))
    }

    fn checked_sections(&self, machine_identifier: &str, ids: &[u64]) -> Result<Shared, Refusal> {
        if ids.is_empty() {
            return Ok(Shared::All);
        }
        let known: BTreeSet<u64> = self
            .servers
            .get(machine_identifier)
            .map(|server| server.libraries.iter().map(|l| l.section_id).collect())
            .unwrap_or_default();
        match ids.iter().find(|id| !known.contains(id)) {
            Some(id) => Err(Refusal::Malformed(format!("Invalid library section {id}"))),
            None => Ok(Shared::Sections(ids.iter().copied().collect())),
        }
    }

    /// Shares a server: accepted at once for friends and Home members, pending otherwise.
    ///
    /// # Errors
    /// Not the owner, unknown user, foreign section, already sharing or invited, share limit.
    pub fn create_share(&mut self, caller: u64, new: NewShare) -> Result<u64, Refusal> {
        self.owned_server(caller, &new.machine_identifier)?;
        let (invited, invited_email) = match &new.who {
            Who::Id(id) => (Some(*id), None),
            Who::Text(text) => match self.find_by_name(text) {
                Some(id) => (Some(id), None),
                None if text.contains('@') => (None, Some(text.clone())),
                None => return Err(Refusal::NotFound),
            },
        };
        if invited == Some(caller) {
            return Err(Refusal::Malformed("You cannot share with yourself".into()));
        }
        if let Some(id) = invited {
            let account = self.accounts.get(&id).ok_or(Refusal::NotFound)?;
            if account.restricted && !self.same_home(caller, id) {
                return Err(Refusal::NotFound);
            }
        }
        let shared = self.checked_sections(&new.machine_identifier, &new.sections)?;
        let invitee = invited
            .map_or_else(|| invited_email.clone().unwrap_or_default().to_lowercase(), |id| id.to_string());
        let doubled = self.relations.shares.values().any(|s| {
            s.owner == caller && s.machine_identifier == new.machine_identifier && s.invitee() == invitee
        });
        if doubled {
            return Err(Refusal::AlreadySharing(self.display_name(&invitee)));
        }
        let people: BTreeSet<String> = self
            .relations
            .shares
            .values()
            .filter(|s| s.owner == caller && !s.stale)
            .map(Share::invitee)
            .collect();
        if people.len() >= self.config.share_limit && !people.contains(&invitee) {
            return Err(Refusal::ShareLimit);
        }
        let at_once = invited.is_some_and(|id| self.are_friends(caller, id) || self.same_home(caller, id));
        let now = self.now();
        let id = self.next(SHARES);
        self.change_settings(caller, &invitee, &new.settings);
        if let (false, false, Some(to)) = (at_once, new.skip_friendship, invited) {
            self.drop_friendship(caller, to);
            self.relations.friendships.push(Friendship {
                from: caller,
                to,
                requested_at: now,
                accepted_at: None,
            });
        }
        let share = Share {
            id,
            machine_identifier: new.machine_identifier,
            owner: caller,
            invited,
            invited_email,
            shared,
            invited_at: now,
            accepted_at: at_once.then_some(now),
            visible_from: now + self.config.received_delay_ms,
            stale: false,
            access_token: chance::token(),
        };
        self.relations.shares.insert(id, share);
        Ok(id)
    }

    /// The name plex.tv uses in its sentences for a person.
    pub fn display_name(&self, invitee: &str) -> String {
        invitee
            .parse()
            .ok()
            .and_then(|id: u64| self.accounts.get(&id))
            .map_or_else(|| invitee.to_owned(), |account| account.title.clone())
    }

    /// Sets the libraries of a share. An empty list is taken as "all", the worst of the readings
    /// that clients report, so that nobody gets away with sending one.
    ///
    /// # Errors
    /// Unknown share, somebody else's share, foreign section.
    pub fn update_sections(&mut self, caller: u64, share: u64, ids: &[u64]) -> Result<(), Refusal> {
        let machine_identifier = self.owned_share(caller, share)?.machine_identifier.clone();
        let shared = self.checked_sections(&machine_identifier, ids)?;
        if let Some(share) = self.relations.shares.get_mut(&share) {
            share.shared = shared;
        }
        Ok(())
    }

    /// The share, if `caller` gave it.
    ///
    /// # Errors
    /// Unknown shares and other people's shares are both "not found".
    pub fn owned_share(&self, caller: u64, share: u64) -> Result<&Share, Refusal> {
        self.relations.shares.get(&share).filter(|s| s.owner == caller).ok_or(Refusal::NotFound)
    }

    /// Ends a share: by the owner (also withdrawing an invitation) or by the person it was given to.
    /// The friendship stays; a request for one that went along goes.
    ///
    /// # Errors
    /// Unknown share, or neither side of it.
    pub fn remove_share(&mut self, caller: u64, id: u64) -> Result<(), Refusal> {
        let share = self.relations.shares.get(&id).ok_or(Refusal::NotFound)?;
        if share.owner != caller && share.invited != Some(caller) {
            return Err(Refusal::NotFound);
        }
        if let Some(share) = self.relations.shares.remove(&id)
            && let (None, Some(invited)) = (share.accepted_at, share.invited)
        {
            let owner = share.owner;
            self.relations
                .friendships
                .retain(|f| f.accepted_at.is_some() || f.from != owner || f.to != invited);
        }
        Ok(())
    }

    /// Ends a friendship **and every share** that `caller` gave that person, on all servers.
    ///
    /// # Errors
    /// When there is nothing to end.
    pub fn remove_relation(&mut self, caller: u64, user: u64) -> Result<(), Refusal> {
        let before = self.relations.shares.len();
        self.relations.shares.retain(|_, s| s.owner != caller || s.invited != Some(user));
        let unshared = before != self.relations.shares.len();
        let unfriended = self.drop_friendship(caller, user);
        self.reset_settings(caller, &user.to_string());
        if unshared || unfriended { Ok(()) } else { Err(Refusal::NotFound) }
    }

    /// Ends a friendship only.
    ///
    /// # Errors
    /// When the two are not friends.
    pub fn remove_friendship(&mut self, caller: u64, user: u64) -> Result<(), Refusal> {
        if self.drop_friendship(caller, user) { Ok(()) } else { Err(Refusal::NotFound) }
    }

    /// The invitee accepts; a friend request that came along is accepted with it.
    ///
    /// # Errors
    /// Only the invitee can, and only once the invitation has reached them.
    pub fn accept_share(&mut self, caller: u64, id: u64) -> Result<u64, Refusal> {
        let now = self.now();
        let share = self
            .relations
            .shares
            .get_mut(&id)
            .filter(|s| s.invited == Some(caller) && s.visible_from <= now && !s.stale)
            .ok_or(Refusal::NotFound)?;
        share.accepted_at.get_or_insert(now);
        let owner = share.owner;
        for f in &mut self.relations.friendships {
            if f.from == owner && f.to == caller {
                f.accepted_at.get_or_insert(now);
            }
        }
        Ok(owner)
    }

    /// Withdraws what is pending towards a person, by the v1 flags.
    ///
    /// # Errors
    /// When nothing that was named is pending.
    pub fn cancel_pending(
        &mut self,
        caller: u64,
        who: &str,
        friend: bool,
        server: bool,
    ) -> Result<(), Refusal> {
        let invitee = self.find_account(who).map_or_else(|| who.to_lowercase(), |id| id.to_string());
        let mut found = false;
        if server {
            let leave_rows = self.config.cancel_leaves_stale_row;
            self.relations.shares.retain(|_, s| {
                let hit = s.owner == caller && s.accepted_at.is_none() && !s.stale && s.invitee() == invitee;
                found |= hit;
                s.stale |= hit && leave_rows;
                !hit || leave_rows
            });
        }
        if friend && let Ok(to) = invitee.parse::<u64>() {
            self.relations.friendships.retain(|f| {
                let hit = f.from == caller && f.to == to && f.accepted_at.is_none();
                found |= hit;
                !hit
            });
        }
        if found { Ok(()) } else { Err(Refusal::NotFound) }
    }

    /// Invitations to an address become the account's that signs in with it.
    pub fn claim_invitations(&mut self, account: u64) {
        let Some(email) = self.accounts.get(&account).map(|a| a.email.to_lowercase()) else {
            return;
        };
        if email.is_empty() {
            return;
        }
        let mut owners = BTreeSet::new();
        for share in self.relations.shares.values_mut() {
            let theirs = share.invited_email.as_ref().is_some_and(|e| e.to_lowercase() == email);
            if share.invited.is_none() && theirs {
                share.invited = Some(account);
                owners.insert(share.owner);
            }
        }
        for owner in owners {
            if let Some(settings) = self.relations.settings.remove(&pair(owner, &email)) {
                self.relations.settings.insert(pair(owner, &account.to_string()), settings);
            }
        }
    }
}
