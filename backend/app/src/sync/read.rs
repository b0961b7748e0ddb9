//! Reading Plex's lists once and putting them together: who is there, with what.

use std::collections::{BTreeMap, HashMap, HashSet};

use pum_domain::server::IdentityState;
use pum_domain::sync::lists::Lengths;
use pum_domain::sync::{Person, Shelf, SyncProblem};
use pum_domain::text::{clean_name, name_key};
use pum_domain::{Instant, PlexId};
use pum_plex::{HomeUser, PlexError, PlexTv, SentInvitation, ServerResource, Share, ShareState, User};
use pum_store::{Reads, libraries as library_store};

use crate::access;
use crate::ctx::Ctx;
use crate::error::{AppError, AppResult};
use crate::libraries;
use crate::plex_server::{self, Connected, NotReady};

/// The longest name that the columns take, as it is and as it is compared.
const MOST_NAME: usize = 191;
/// The same for an address.
const MOST_EMAIL: usize = 255;

/// Plex's lists of one moment.
pub(super) struct Snapshot {
    /// The server that they are about.
    pub machine_identifier: String,
    /// When the reading began: what was changed later is not in it for certain.
    pub read_at: Instant,
    pub people: Vec<Person>,
    pub lengths: Lengths,
    pub shelf: Shelf,
}

/// Why there is no snapshot.
#[derive(Debug)]
pub(super) struct Unread {
    pub problem: SyncProblem,
    pub detail: String,
    /// Trying again may help.
    pub passing: Option<PlexError>,
}

impl Unread {
    fn of(problem: SyncProblem, detail: &str) -> Self {
        Self { problem, detail: detail.to_owned(), passing: None }
    }
}

impl From<PlexError> for Unread {
    fn from(error: PlexError) -> Self {
        let problem = match &error {
            PlexError::Unauthorized => SyncProblem::PlexAuth,
            PlexError::Garbage { .. } | PlexError::Redirected | PlexError::TooLarge { .. } => {
                SyncProblem::PlexGarbage
            }
            error if error.is_passing() => SyncProblem::PlexUnavailable,
            _ => SyncProblem::PlexRefused,
        };
        let detail = match problem {
            SyncProblem::PlexAuth => {
                "Plex no longer accepts the owner's token. Nothing was changed. Replace the token in the settings \
                 under Plex, then sync again."
                    .to_owned()
            }
            SyncProblem::PlexGarbage => format!("Nothing was changed, because a list could not be used: {error}."),
            _ => format!("Nothing was changed, because Plex could not be read: {error}."),
        };
        Self { problem, detail, passing: error.is_passing().then_some(error) }
    }
}

impl From<AppError> for Unread {
    fn from(error: AppError) -> Self {
        Self::of(SyncProblem::Internal, &error.detail)
    }
}

impl From<pum_store::StoreError> for Unread {
    fn from(error: pum_store::StoreError) -> Self {
        AppError::from(error).into()
    }
}

impl From<NotReady> for Unread {
    fn from(reason: NotReady) -> Self {
        match reason {
            NotReady::NotConnected => Self::of(
                SyncProblem::NotConnected,
                "No Plex server is connected yet. Connect one in the settings.",
            ),
            NotReady::AuthLost => PlexError::Unauthorized.into(),
            NotReady::OtherServer => Self::of(SyncProblem::PlexIdentity, OTHER),
            NotReady::Unanswered(error) => error.into(),
            NotReady::Failed(error) => error.into(),
        }
    }
}

const OTHER: &str = "Another server or owner answers than the one that was connected, so nobody is held to have left. \
    Look at the settings under Plex.";

/// Reads everything that is needed to judge everybody, in at most six calls when the routes are known.
pub(super) async fn read(ctx: &Ctx, lane: pum_plex::Lane) -> Result<Snapshot, Unread> {
    let server = plex_server::connected_server(ctx).await?;
    let read_at = ctx.reader().now().await?;
    let plex = ctx.plex().in_lane(lane);
    let lists = match Lists::read(&plex, &server).await {
        Err(PlexError::Unauthorized) => {
            plex_server::note_auth_lost(ctx, &server).await?;
            return Err(PlexError::Unauthorized.into());
        }
        lists => lists?,
    };
    // A list without the server says nothing: plex.tv forgets servers that are off for long.
    let ours = lists.servers.iter().find(|one| one.machine_identifier == server.machine_identifier);
    if ours.is_some_and(|ours| !ours.owned) {
        plex_server::note_trouble(ctx, IdentityState::OtherOwner, None).await?;
        return Err(NotReady::OtherServer.into());
    }
    if lists.sections.is_empty() {
        // A healthy server has been seen to list nothing for a while.
        return Err(PlexError::Garbage { what: "a list of libraries with anything in it" }.into());
    }
    let shelf = shelf(ctx, &server, &lists.sections).await?;
    let (people, lengths) = people(&server, ours.map(|ours| ours.name.as_str()), &lists);
    Ok(Snapshot { machine_identifier: server.machine_identifier, read_at, people, lengths, shelf })
}

/// The libraries by both names. One that PUM has not seen yet is read from the server first.
async fn shelf(ctx: &Ctx, server: &Connected, sections: &[i64]) -> AppResult<Shelf> {
    let shelf = known_shelf(ctx, server, sections).await?;
    if shelf.is_complete() {
        return Ok(shelf);
    }
    if let Err(error) = libraries::refresh(ctx).await {
        // Whoever has one of the new libraries is looked at next time.
        tracing::info!(?error, "the new libraries could not be read");
    }
    known_shelf(ctx, server, sections).await
}

async fn known_shelf(ctx: &Ctx, server: &Connected, sections: &[i64]) -> AppResult<Shelf> {
    let known = library_store::of_server(&ctx.reader(), &server.machine_identifier).await?;
    let there = known.iter().filter(|library| library.vanished_at.is_none());
    let both = there.filter_map(|library| Some((library.id, library.section_id?)));
    Ok(Shelf::new(sections.iter().copied(), both))
}

/// The lists as Plex gives them.
struct Lists {
    servers: Vec<ServerResource>,
    users: Vec<User>,
    home: Vec<HomeUser>,
    shares: Vec<Share>,
    invitations: Vec<SentInvitation>,
    sections: Vec<i64>,
}

impl Lists {
    async fn read(plex: &PlexTv, server: &Connected) -> Result<Self, PlexError> {
        let token = &server.token;
        let mid = server.machine_identifier.as_str();
        // One after the other: a list that fails makes the others pointless, and Plex counts requests.
        let users = plex.users(token).await?;
        let shares = plex.shares(token, mid).await?;
        let invitations = plex.sent_invitations(token).await?;
        let home = match plex.home_users(token).await {
            // Not offered (any more): the list of users says who is in the Home as well.
            Err(PlexError::RouteGone) => Vec::new(),
            home => home?,
        };
        let servers = plex.servers(token).await?;
        let sections = plex.sections(token, mid).await?;
        Ok(Self {
            servers,
            users,
            home,
            shares,
            invitations,
            sections: sections.into_iter().map(|section| section.id.0).collect(),
        })
    }
}

/// Everybody in the lists, once each. The owner is not one of them. An invitation that names no server but
/// by its name may bear the one that it has now.
fn people(server: &Connected, name_now: Option<&str>, lists: &Lists) -> (Vec<Person>, Lengths) {
    let mid = server.machine_identifier.as_str();
    let owner = server.owner_plex_id.0;
    let own: HashMap<&str, &str> = lists
        .servers
        .iter()
        .filter(|one| one.owned)
        .map(|one| (one.machine_identifier.as_str(), one.name.as_str()))
        .collect();
    let sharers: HashSet<i64> =
        lists.servers.iter().filter(|one| !one.owned).filter_map(|one| Some(one.owner_id?.0)).collect();
    let mut by_id: BTreeMap<i64, Person> = BTreeMap::new();
    let mut addresses: Vec<Person> = Vec::new();

    for user in lists.users.iter().filter(|user| user.id.0 != owner) {
        let here = user.servers.iter().find(|one| one.machine_identifier == mid);
        let elsewhere = user.servers.iter().filter(|one| one.machine_identifier != mid);
        let mut other_servers: Vec<String> = elsewhere
            .filter_map(|one| own.get(one.machine_identifier.as_str()))
            .map(|name| clean_name(name))
            .collect();
        other_servers.sort_unstable();
        let person = Person {
            home: user.home,
            restricted: user.restricted,
            shares_back: sharers.contains(&user.id.0),
            listed: true,
            other_servers,
            // What this list says is held against the list of shares below.
            doubtful: here.is_some_and(|here| !here.pending),
            ..named(
                user.id.0,
                user.username.as_deref(),
                &user.title,
                user.email.as_deref(),
                user.thumb.as_deref(),
            )
        };
        by_id.insert(user.id.0, person);
    }
    for member in lists.home.iter().filter(|member| member.id.0 != owner) {
        let known = by_id.entry(member.id.0).or_insert_with(|| {
            named(
                member.id.0,
                member.username.as_deref(),
                &member.title,
                member.email.as_deref(),
                member.thumb.as_deref(),
            )
        });
        known.home = true;
        known.listed = true;
        known.restricted |= member.restricted;
    }
    let mut accepted = 0;
    for share in &lists.shares {
        let is_accepted = share.state == ShareState::Accepted;
        accepted += usize::from(is_accepted);
        let Some(id) = share.plex_user_id.map(|id| id.0).filter(|id| *id != owner) else {
            if share.plex_user_id.is_none() {
                addresses.extend(address(share.email.as_deref(), access::seen(share)));
            }
            continue;
        };
        let person = by_id
            .entry(id)
            .or_insert_with(|| named(id, share.username.as_deref(), "", share.email.as_deref(), None));
        if is_accepted {
            // Whoever has accepted is among the owner's people: without them that list is not whole.
            person.doubtful = !person.listed;
            person.accepted_at = share.accepted_at.map(Instant::from);
        }
        // A row that waits beside an accepted one is what a withdrawn invitation has left behind.
        if is_accepted || person.share.is_none() {
            person.share = Some(access::seen(share));
        }
    }
    let mut waiting = 0;
    let is_ours = |sent: &&SentInvitation| {
        sent.is_for(mid, &server.name) || name_now.is_some_and(|name| sent.is_for(mid, name))
    };
    for sent in lists.invitations.iter().filter(is_ours) {
        waiting += 1;
        let seen = access::waiting(sent);
        let Some(id) = sent.plex_user_id.map(|id| id.0) else {
            let known = addresses.iter().any(|one| is_same_address(one, sent, &seen));
            if !known {
                addresses.extend(address(sent.email.as_deref(), seen));
            }
            continue;
        };
        let person = by_id
            .entry(id)
            .or_insert_with(|| named(id, sent.username.as_deref(), "", sent.email.as_deref(), None));
        person.share.get_or_insert(seen);
    }
    for member in by_id.values_mut().filter(|person| person.home && person.share.is_none()) {
        // The Home shows them the server by its own means, without a row among the shares.
        member.doubtful = false;
    }
    let lengths = Lengths { users: lists.users.len(), shares: accepted, invitations: waiting };
    (by_id.into_values().chain(addresses).collect(), lengths)
}

fn is_same_address(person: &Person, sent: &SentInvitation, seen: &pum_domain::access::ShareSeen) -> bool {
    let share = person.share.as_ref().map(|share| share.share_id);
    let by_number = seen.share_id > 0 && share == Some(seen.share_id);
    let by_address = match (&person.email, &sent.email) {
        (Some(one), Some(other)) => name_key(one) == name_key(other),
        _ => false,
    };
    by_number || by_address
}

/// Somebody with an account. Names come from outside and may be anything.
fn named(id: i64, username: Option<&str>, title: &str, email: Option<&str>, thumb: Option<&str>) -> Person {
    let names = username.into_iter().chain([title]).chain(email);
    let name = names.map(fitting).find(|name| !name.is_empty()).unwrap_or_else(|| format!("#{id}"));
    Person {
        plex_id: Some(PlexId(id)),
        username: name,
        email: email.and_then(fitting_email),
        thumb: thumb.map(str::to_owned),
        home: false,
        restricted: false,
        shares_back: false,
        listed: false,
        other_servers: Vec::new(),
        share: None,
        accepted_at: None,
        doubtful: false,
    }
}

/// An invitation to an address without an account. Without an address it is nobody's.
fn address(email: Option<&str>, seen: pum_domain::access::ShareSeen) -> Option<Person> {
    let email = email.and_then(fitting_email)?;
    Some(Person { plex_id: None, share: Some(seen), ..named(0, Some(&email), "", Some(&email), None) })
}

fn fitting(raw: &str) -> String {
    let mut name = clean_name(raw);
    while name.chars().count().max(name_key(&name).chars().count()) > MOST_NAME {
        name.pop();
    }
    name.trim().to_owned()
}

fn fitting_email(raw: &str) -> Option<String> {
    let email = clean_name(raw);
    let fits = email.chars().count().max(name_key(&email).chars().count()) <= MOST_EMAIL;
    Some(email).filter(|email| fits && !email.is_empty())
}

#[cfg(test)]
mod tests {
    use pum_plex::{PlexUserId, SharingSettings, UserServer};

    use super::*;

    #[test]
    fn the_home_shows_a_server_without_a_row_among_the_shares() {
        let server = Connected {
            machine_identifier: "ours".to_owned(),
            owner_plex_id: PlexId(1),
            name: "Aurora".to_owned(),
            url: url::Url::parse("http://localhost").expect("an address"),
            token: pum_plex::Token::new("token"),
            token_sealed: String::new(),
        };
        let here = UserServer {
            share_id: None,
            machine_identifier: "ours".to_owned(),
            name: "Aurora".to_owned(),
            pending: false,
            all_libraries: true,
            libraries: Some(3),
            last_seen_at: None,
        };
        let user = |id, home| User {
            id: PlexUserId(id),
            title: "somebody".to_owned(),
            username: None,
            email: None,
            thumb: None,
            home,
            restricted: false,
            settings: SharingSettings::default(),
            servers: vec![here.clone()],
        };
        let lists = Lists {
            servers: Vec::new(),
            users: vec![user(2, true), user(3, false)],
            home: Vec::new(),
            shares: Vec::new(),
            invitations: Vec::new(),
            sections: vec![1],
        };
        let (people, _) = people(&server, None, &lists);
        let doubtful: Vec<bool> = people.iter().map(|person| person.doubtful).collect();
        assert_eq!(doubtful, [false, true], "whoever is not in the Home has such a row");
    }

    #[test]
    fn names_fit_their_columns_whatever_they_are() {
        let growing = "İ".repeat(190);
        for raw in ["plain", "", "\u{202E}", &growing, &"x".repeat(500)] {
            let name = fitting(raw);
            assert!(name_key(&name).chars().count() <= MOST_NAME, "{raw}");
        }
        assert_eq!(named(7, None, "", None, None).username, "#7");
        assert_eq!(named(7, Some(""), "Kid", None, None).username, "Kid");
        assert_eq!(fitting_email(&"x".repeat(400)).map(|email| email.len()), Some(200));
    }
}
