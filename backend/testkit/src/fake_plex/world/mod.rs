//! Everything the fakes know: accounts, tokens, PINs, servers, and who shares what with whom.
//!
//! The relations between people live in their own struct so that a read can be answered from an
//! older copy of them (read-after-write lag) while sign-in goes on with the present.

mod config;
mod people;
mod playing;
mod session;
mod sharing;
mod sign_in;

use super::chance;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

pub use config::Config;
pub use playing::Note;
pub use session::{PastPlay, PlaySession};
pub use sharing::{NewShare, Who};

/// A Plex account.
#[derive(Debug, Clone, Serialize)]
pub struct Account {
    pub id: u64,
    pub uuid: String,
    /// Empty for managed users.
    pub username: String,
    pub title: String,
    /// Empty for managed users.
    pub email: String,
    /// Whether the address was confirmed.
    pub confirmed: bool,
    /// A managed user of somebody's Home.
    pub restricted: bool,
    /// Has a Plex Pass.
    pub plex_pass: bool,
    pub joined_at: i64,
    pub webhooks: Vec<String>,
}

/// What a token opens.
#[derive(Debug, Clone, Serialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// plex.tv as the account, and the account's own servers.
    Account,
    /// One server, as its owner; not plex.tv.
    Server(String),
}

/// One living token.
#[derive(Debug, Clone, Serialize)]
pub struct Grant {
    pub account: u64,
    pub scope: Scope,
    /// The client identifier it was issued to, where that is known.
    pub client_identifier: Option<String>,
}

/// One PIN.
#[derive(Debug, Clone, Serialize)]
pub struct Pin {
    pub id: u64,
    pub code: String,
    pub client_identifier: String,
    pub product: String,
    pub created_at: i64,
    pub expires_at: i64,
    pub auth_token: Option<String>,
    #[serde(skip)]
    pub polled_at: Option<i64>,
}

/// A library of a server.
#[derive(Debug, Clone, Serialize)]
pub struct Library {
    /// The server's own number.
    pub key: u64,
    /// plex.tv's number for it, which sharing calls take.
    pub section_id: u64,
    pub uuid: String,
    pub title: String,
    /// `movie`, `show`, `artist` or `photo`.
    pub kind: String,
    pub items: u64,
}

/// A Plex Media Server.
#[derive(Debug, Clone, Serialize)]
pub struct Server {
    /// plex.tv's number for the server; neither the share id nor the machine identifier.
    pub server_id: u64,
    pub machine_identifier: String,
    pub name: String,
    pub version: String,
    pub owner: u64,
    pub libraries: Vec<Library>,
    pub sessions: Vec<PlaySession>,
    /// What was seen to the end, in the order in which it was written.
    pub history: Vec<PastPlay>,
    /// The highest key since the server was started.
    pub last_session_key: u64,
    /// How often it has been started again.
    pub starts: u64,
}

/// What a share covers.
#[derive(Debug, Clone, Serialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Shared {
    /// Every library, also the ones still to come.
    All,
    /// These section ids.
    Sections(BTreeSet<u64>),
}

/// One server shared with one person.
#[derive(Debug, Clone, Serialize)]
pub struct Share {
    pub id: u64,
    pub machine_identifier: String,
    pub owner: u64,
    /// Absent while the invited address has no account.
    pub invited: Option<u64>,
    pub invited_email: Option<String>,
    pub shared: Shared,
    pub invited_at: i64,
    pub accepted_at: Option<i64>,
    /// From when the invitee sees it.
    pub visible_from: i64,
    /// A withdrawn invitation whose row plex.tv forgot to delete.
    pub stale: bool,
    pub access_token: String,
}

/// A friendship, or a request for one while `accepted_at` is empty.
#[derive(Debug, Clone, Serialize)]
pub struct Friendship {
    pub from: u64,
    pub to: u64,
    pub requested_at: i64,
    pub accepted_at: Option<i64>,
}

/// What an owner lets a person do, on all of the owner's servers alike.
#[derive(Debug, Clone, Default, Serialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct SharingSettings {
    pub allow_sync: bool,
    pub allow_channels: bool,
    pub allow_camera_upload: bool,
    pub allow_subtitle_admin: bool,
    pub allow_tuners: u8,
    pub filter_all: String,
    pub filter_movies: String,
    pub filter_music: String,
    pub filter_photos: String,
    pub filter_television: String,
}

/// Who shares what with whom: the part that reads may see with a delay.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Relations {
    pub shares: BTreeMap<u64, Share>,
    pub friendships: Vec<Friendship>,
    /// Key: `owner id/user id`, or `owner id/address` while there is no account.
    pub settings: BTreeMap<String, SharingSettings>,
    /// Home members by the id of the Home's admin, who is not among them.
    pub homes: BTreeMap<u64, Vec<u64>>,
}

/// Where the fakes listen.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Urls {
    pub plex_tv: String,
    pub clients: String,
    pub auth: String,
    pub servers: Vec<String>,
}

/// The state of plex.tv and of all servers.
#[derive(Debug, Clone, Default, Serialize)]
pub struct World {
    pub config: Config,
    pub urls: Urls,
    pub accounts: BTreeMap<u64, Account>,
    pub tokens: BTreeMap<String, Grant>,
    pub pins: BTreeMap<u64, Pin>,
    pub servers: BTreeMap<String, Server>,
    /// Which server answers at which address.
    pub slots: Vec<Option<String>>,
    pub relations: Relations,
    /// What those who listen have yet to be told.
    #[serde(skip)]
    pub notes: Vec<Note>,
    /// How often the connections of those who listen were cut.
    pub cut_listeners: u64,
    #[serde(skip)]
    caught_up_at: Option<i64>,
    clock_offset_ms: i64,
    issued: u64,
}

// Ranges far apart, so that a mixed-up number shows.
const ACCOUNTS: u64 = 10_000_000;
const PINS: u64 = 308_000_000;
const SHARES: u64 = 42_000_000;
const SERVERS: u64 = 7_000_000;
const SECTIONS: u64 = 118_181_000;

impl World {
    /// Now, in milliseconds since 1970 by the world's own clock.
    pub fn now(&self) -> i64 {
        chance::wall_ms().saturating_add(self.clock_offset_ms)
    }

    /// Pushes the world's clock forward; what plays goes on.
    pub fn advance_ms(&mut self, by: i64) {
        self.catch_up();
        self.clock_offset_ms = self.clock_offset_ms.saturating_add(by);
        self.caught_up_at = Some(self.now());
        self.play_on(by);
    }

    fn next(&mut self, base: u64) -> u64 {
        self.issued += 1;
        base + self.issued
    }

    /// Makes an account `NAME` with the address `NAME@example.com`; returns its id.
    pub fn add_account(&mut self, username: &str) -> u64 {
        let id = self.next(ACCOUNTS);
        let joined_at = self.now() - 400 * 86_400_000;
        self.accounts.insert(
            id,
            Account {
                id,
                // Follows from the id, so that a demo shows the same pictures at every start.
                uuid: format!("{:016x}", id.wrapping_mul(0x9E37_79B9_7F4A_7C15)),
                username: username.to_owned(),
                title: username.to_owned(),
                email: format!("{}@example.com", username.to_lowercase().replace(' ', ".")),
                confirmed: true,
                restricted: false,
                plex_pass: false,
                joined_at,
                webhooks: Vec::new(),
            },
        );
        id
    }

    /// Makes a managed user in the Home of `admin`; returns its id.
    pub fn add_managed_user(&mut self, admin: u64, title: &str) -> u64 {
        let id = self.add_account("");
        if let Some(account) = self.accounts.get_mut(&id) {
            account.title = title.to_owned();
            account.email = String::new();
            account.restricted = true;
        }
        self.add_to_home(admin, id);
        id
    }

    /// Makes `member` part of the Home of `admin`.
    pub fn add_to_home(&mut self, admin: u64, member: u64) {
        let members = self.relations.homes.entry(admin).or_default();
        if !members.contains(&member) {
            members.push(member);
        }
    }

    /// Makes a server with libraries given as (title, kind, items) and puts it at the first free
    /// address; returns its machine identifier.
    pub fn add_server(&mut self, owner: u64, name: &str, libraries: &[(&str, &str, u64)]) -> String {
        let machine_identifier = chance::hex(40);
        let server = Server {
            server_id: self.next(SERVERS),
            machine_identifier: machine_identifier.clone(),
            name: name.to_owned(),
            version: "1.42.1.10060-4e8b05daf".to_owned(),
            owner,
            libraries: Vec::new(),
            sessions: Vec::new(),
            history: Vec::new(),
            last_session_key: 0,
            starts: 0,
        };
        self.servers.insert(machine_identifier.clone(), server);
        for (title, kind, items) in libraries {
            self.add_library(&machine_identifier, title, kind, *items);
        }
        if let Some(slot) = self.slots.iter_mut().find(|slot| slot.is_none()) {
            *slot = Some(machine_identifier.clone());
        }
        machine_identifier
    }

    /// Adds a library to a server; returns its key on the server, 0 when there is no such server.
    pub fn add_library(&mut self, machine_identifier: &str, title: &str, kind: &str, items: u64) -> u64 {
        let section_id = self.next(SECTIONS);
        let Some(server) = self.servers.get_mut(machine_identifier) else {
            return 0;
        };
        let key = server.libraries.iter().map(|l| l.key).max().unwrap_or(0) + 1;
        server.libraries.push(Library {
            key,
            section_id,
            uuid: uuid_like(),
            title: title.to_owned(),
            kind: kind.to_owned(),
            items,
        });
        key
    }

    /// Deletes the library with this title; shares lose its section. False when there was none.
    pub fn remove_library(&mut self, machine_identifier: &str, title: &str) -> bool {
        let Some(server) = self.servers.get_mut(machine_identifier) else {
            return false;
        };
        let Some(at) = server.libraries.iter().position(|l| l.title == title) else {
            return false;
        };
        let gone = server.libraries.remove(at).section_id;
        for share in self.relations.shares.values_mut() {
            if let Shared::Sections(ids) = &mut share.shared {
                ids.remove(&gone);
            }
        }
        true
    }

    /// Lets another server (its owner a stranger) answer at an address; returns its machine identifier.
    pub fn swap_server(&mut self, slot: usize) -> String {
        let stranger = self.add_account("stranger");
        // Kept off the other addresses: this one only moves in here.
        let free: Vec<_> = self.slots.iter().map(Option::is_none).collect();
        let machine_identifier = self.add_server(stranger, "Impostor", &[("Movies", "movie", 3)]);
        for (slot, was_free) in self.slots.iter_mut().zip(free) {
            if was_free {
                *slot = None;
            }
        }
        if let Some(slot) = self.slots.get_mut(slot) {
            *slot = Some(machine_identifier.clone());
        }
        machine_identifier
    }

    /// The address where a server answers, if any.
    pub fn server_url(&self, machine_identifier: &str) -> Option<&str> {
        let slot = self.slots.iter().position(|slot| slot.as_deref() == Some(machine_identifier))?;
        self.urls.servers.get(slot).map(String::as_str)
    }

    /// The avatar address of an account.
    pub fn thumb(&self, account: &Account) -> String {
        format!("{}/users/{}/avatar?c={}", self.urls.plex_tv, account.uuid, account.joined_at / 1000)
    }

    /// The admin of the Home an account belongs to, if any.
    pub fn home_of(&self, account: u64) -> Option<u64> {
        self.relations
            .homes
            .iter()
            .find(|(admin, members)| **admin == account || members.contains(&account))
            .map(|(admin, _)| *admin)
    }

    /// Account by numeric id, user name or address (without case).
    pub fn find_account(&self, who: &str) -> Option<u64> {
        let who = who.trim();
        let by_id = who.parse().ok().filter(|id| self.accounts.contains_key(id));
        by_id.or_else(|| self.find_by_name(who))
    }

    /// Account by user name or address (without case).
    pub fn find_by_name(&self, who: &str) -> Option<u64> {
        self.accounts
            .values()
            .find(|a| {
                (!a.username.is_empty() && a.username.eq_ignore_ascii_case(who))
                    || (!a.email.is_empty() && a.email.eq_ignore_ascii_case(who))
            })
            .map(|a| a.id)
    }
}

fn uuid_like() -> String {
    let h = chance::hex(32);
    format!("{}-{}-{}-{}-{}", &h[..8], &h[8..12], &h[12..16], &h[16..20], &h[20..])
}
