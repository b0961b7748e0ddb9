//! Putting Plex's lists together: who is there, with what, and where they contradict each other.

use std::collections::{BTreeMap, HashMap, HashSet};

use pum_domain::access::ShareSeen;
use pum_domain::sync::Person;
use pum_domain::sync::lists::{Lengths, Witness};
use pum_domain::text::{clean_name, name_key};
use pum_domain::{Instant, PlexId};
use pum_plex::{SentInvitation, Share, ShareState};

use super::read::Lists;
use crate::access;
use crate::plex_server::Connected;

/// The longest name that the columns take, as it is and as it is compared.
const MOST_NAME: usize = 191;
/// The same for an address.
const MOST_EMAIL: usize = 255;

/// Everybody in the lists, once each. The owner is not one of them.
pub(super) fn people(server: &Connected, name_now: Option<&str>, lists: &Lists) -> (Vec<Person>, Lengths) {
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

    for user in lists.users.iter().flatten().filter(|user| user.id.0 != owner) {
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
            listed: Some(true),
            other_servers: Some(other_servers),
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
    for member in lists.home.iter().flatten().filter(|member| member.id.0 != owner) {
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
        known.listed = Some(true);
        known.restricted |= member.restricted;
    }
    let mut accepted = 0;
    for share in &lists.shares {
        let is_accepted = is_accepted(share);
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
            person.doubtful = lists.users.is_some() && person.listed != Some(true);
            person.accepted_at = share.accepted_at.map(Instant::from);
        }
        // A row that waits beside an accepted one is what a withdrawn invitation has left behind.
        if is_accepted || person.share.is_none() {
            person.share = Some(access::seen(share));
        }
    }
    let witness = match (&lists.users, &lists.other_shares) {
        (Some(_), _) => Witness::People,
        (None, Some(others)) => {
            hold_against(&mut by_id, others, owner);
            Witness::OtherShares
        }
        (None, None) => Witness::Nobody,
    };
    let mut waiting = 0;
    for sent in lists.ours(server, name_now) {
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
    if lists.users.is_none() {
        for person in by_id.values_mut() {
            // Who is in the Home is told by a list of its own.
            person.listed = person.listed.filter(|listed| *listed);
            person.other_servers = None;
            person.shares_back = person.plex_id.is_some_and(|id| sharers.contains(&id.0));
        }
    }
    let users = match (&lists.users, &lists.other_shares) {
        (Some(users), _) => users.len(),
        (None, others) => others.iter().flatten().filter(|share| is_accepted(share)).count(),
    };
    let no_others = lists.no_others;
    let lengths = Lengths { witness, users, shares: accepted, invitations: waiting, no_others };
    (by_id.into_values().chain(addresses).collect(), lengths)
}

fn is_accepted(share: &Share) -> bool {
    share.state == ShareState::Accepted
}

/// Whoever has a share by one list only: the two contradict each other.
fn hold_against(by_id: &mut BTreeMap<i64, Person>, others: &[Share], owner: i64) {
    let theirs = |share: &Share| Some((share.plex_user_id?.0, access::seen(share)));
    let others: HashMap<i64, (&Share, ShareSeen)> = others
        .iter()
        .filter(|share| is_accepted(share))
        .filter_map(|share| theirs(share).map(|(id, seen)| (id, (share, seen))))
        .filter(|(id, _)| *id != owner)
        .collect();
    for (id, person) in by_id.iter_mut() {
        let has_one = person.share.as_ref().is_some_and(|share| share.accepted);
        person.doubtful = has_one != others.contains_key(id);
    }
    for (id, (share, seen)) in others {
        by_id.entry(id).or_insert_with(|| Person {
            share: Some(seen),
            doubtful: true,
            ..named(id, share.username.as_deref(), "", share.email.as_deref(), None)
        });
    }
}

fn is_same_address(person: &Person, sent: &SentInvitation, seen: &ShareSeen) -> bool {
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
        listed: Some(false),
        other_servers: Some(Vec::new()),
        share: None,
        accepted_at: None,
        doubtful: false,
    }
}

/// An invitation to an address without an account. Without an address it is nobody's.
fn address(email: Option<&str>, seen: ShareSeen) -> Option<Person> {
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
    use pum_plex::{PlexUserId, SharingSettings, User, UserServer};

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
            users: Some(vec![user(2, true), user(3, false)]),
            home: Some(Vec::new()),
            shares: Vec::new(),
            other_shares: None,
            invitations: Vec::new(),
            no_others: false,
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
