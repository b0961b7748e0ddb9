//! What lists as a whole are an answer to.

use std::collections::BTreeSet;

use super::*;
use crate::sync::drift::Action;
use crate::sync::lists::{Lengths, Witness, doubts};

#[test]
fn an_emptied_list_is_noticed() {
    let members =
        |count: u128| -> Vec<Known> { (0..count).map(|_| known(UserState::Active, some(&[1]))).collect() };
    let waiting = |count: i64| -> Vec<Known> {
        let seen = Some(LastSeen { all: false, sections: BTreeSet::new(), pending: true });
        let one = |number| Known {
            plex_id: Some(PlexId(number)),
            last_seen: seen.clone(),
            ..known(UserState::Pending, some(&[1]))
        };
        (0..count).map(one).collect()
    };
    let lengths = |users, shares, invitations| {
        let no_others = true;
        Lengths { users, shares, invitations, no_others, witness: Witness::People }
    };
    let one_list = Lengths { no_others: false, ..lengths(0, 0, 0) };
    let other_shares = |users, shares| Lengths { witness: Witness::OtherShares, ..lengths(users, shares, 0) };
    let nobody = |shares| Lengths { witness: Witness::Nobody, ..lengths(0, shares, 0) };
    let (none, emptied, no_invitations) = ((false, false), (true, false), (false, true));
    let cases = [
        ("nobody before", lengths(0, 0, 0), Vec::new(), none),
        ("as before", lengths(3, 3, 0), members(3), none),
        ("two of three are gone", lengths(1, 1, 0), members(3), none),
        ("no shares", lengths(3, 0, 0), members(3), emptied),
        ("no users", lengths(0, 3, 0), members(3), emptied),
        ("the only one is gone", lengths(0, 0, 0), members(1), emptied),
        ("one invitation is gone", lengths(0, 0, 0), waiting(1), none),
        ("one invitation is gone, by one list", one_list, waiting(1), no_invitations),
        ("all invitations are gone", lengths(0, 0, 0), waiting(3), no_invitations),
        ("as before, by two lists of shares", other_shares(3, 3), members(3), none),
        ("no shares in the other list", other_shares(0, 3), members(3), emptied),
        ("as before, by the only list there is", nobody(3), members(3), none),
        ("no shares in the only list", nobody(0), members(3), emptied),
    ];
    for (what, lengths, known, expected) in cases {
        let found = doubts(lengths, &known, &[]);
        assert_eq!((found.emptied, found.no_invitations), expected, "{what}");
    }
    let with_a_share = |numbers: std::ops::Range<i64>| -> Vec<Person> {
        let one = |number| Person {
            plex_id: Some(PlexId(number)),
            ..person(Some(ShareSeen { share_id: number, ..share(true, &[101]) }))
        };
        numbers.map(one).collect()
    };
    for (what, people, expected) in [
        ("they have all accepted", with_a_share(0..3), false),
        ("all but one have", with_a_share(1..3), false),
        ("however many others have a share", with_a_share(2..30), true),
    ] {
        let found = doubts(lengths(3, 3, 0), &waiting(3), &people);
        assert_eq!(found.no_invitations, expected, "{what}");
    }
    for (what, lengths, expected) in [
        ("people", lengths(3, 3, 0), Witness::People),
        ("no people", lengths(0, 3, 0), Witness::Nobody),
        ("two lists of shares", other_shares(3, 3), Witness::OtherShares),
    ] {
        assert_eq!(doubts(lengths, &[], &[]).witness, expected, "{what}");
    }
}

#[test]
fn nobody_has_left_whom_no_other_list_can_show_to_have() {
    let missing = Known { missing_since: seen_before(60), ..known(UserState::Active, some(&[1])) };
    let gone = |departure| Verdict::Gone(departure);
    let asked = || Verdict::Drifted(DriftKind::NoShare, Action::Ask);
    let cases = [
        (Witness::People, DriftPolicy::Adopt, gone(Departure::Left)),
        (Witness::People, DriftPolicy::Reapply, gone(Departure::Left)),
        (Witness::OtherShares, DriftPolicy::Adopt, gone(Departure::Unshared)),
        (Witness::OtherShares, DriftPolicy::Ask, asked()),
        (Witness::OtherShares, DriftPolicy::Reapply, asked()),
        (Witness::Nobody, DriftPolicy::Adopt, Verdict::Missing),
        (Witness::Nobody, DriftPolicy::Reapply, Verdict::Missing),
    ];
    for (witness, policy, expected) in cases {
        let doubts = Doubts { witness, ..Doubts::default() };
        assert_eq!(at(&missing, None, policy, doubts).verdict, expected, "{witness:?} {policy}");
    }
}

#[test]
fn who_is_away_and_in_no_list_is_a_friend_no_more() {
    let suspended = || known(UserState::Suspended, WantedAccess::Nothing);
    let certain = Doubts::default();
    let cases = [
        ("suspended", suspended(), certain, 1),
        ("removed", known(UserState::Removed, some(&[1])), certain, 1),
        ("known already", Known { listed: Some(false), ..suspended() }, certain, 0),
        ("a change is under way", Known { busy: true, ..suspended() }, certain, 0),
        ("active", known(UserState::Active, some(&[1])), certain, 0),
        ("an emptied list", suspended(), Doubts { emptied: true, ..certain }, 0),
        ("no list of people", suspended(), Doubts { witness: Witness::OtherShares, ..certain }, 0),
    ];
    for (what, user, doubts, expected) in cases {
        let judgement = at(&user, None, DriftPolicy::Adopt, doubts);
        assert_eq!(judgement.facts.len(), expected, "{what}: {:?}", judgement.facts);
    }
    let untold = Person { listed: None, other_servers: None, ..person(Some(share(true, &[101]))) };
    let servers = Known { other_servers: vec!["Attic".into()], ..known(UserState::Active, some(&[1])) };
    let judgement = at(&servers, Some(&untold), DriftPolicy::Adopt, certain);
    assert!(judgement.facts.is_empty(), "what no list tells stays: {:?}", judgement.facts);
}
