//! The rules of the sync as tables; those about whole lists in [`lists`].

mod lists;

use std::collections::BTreeSet;

use uuid::Uuid;

use super::drift::{Action, withhold};
use super::judge::{Judgement, Look, judge};
use super::lists::Doubts;
use super::matching::matches;
use super::*;
use crate::invite::LibraryChoice;

const NOW: Instant = Instant(100 * MINUTE);

fn library(number: u128) -> LibraryId {
    LibraryId(Uuid::from_u128(number))
}

/// Sections 101 to 103 are the libraries 1 to 3.
fn shelf() -> Shelf {
    Shelf::new(
        [101, 102, 103],
        (1..=3).map(|number: u128| (library(number), 100 + i64::try_from(number).unwrap())),
    )
}

fn some(numbers: &[u128]) -> WantedAccess {
    let libraries = LibraryChoice::Some(numbers.iter().map(|number| library(*number)).collect());
    WantedAccess::Granted { libraries, allow_downloads: false }
}

fn all() -> WantedAccess {
    WantedAccess::Granted { libraries: LibraryChoice::All, allow_downloads: false }
}

fn share(accepted: bool, sections: &[i64]) -> ShareSeen {
    ShareSeen {
        share_id: 7,
        accepted,
        all_libraries: false,
        sections: sections.iter().copied().collect(),
        libraries_known: true,
        allow_downloads: Some(false),
    }
}

fn everything() -> ShareSeen {
    ShareSeen { all_libraries: true, ..share(true, &[]) }
}

fn known(state: UserState, wanted: WantedAccess) -> Known {
    Known {
        id: UserId(Uuid::from_u128(1)),
        plex_id: Some(PlexId(1)),
        username: "anna".into(),
        email: Some("anna@example.org".into()),
        thumb: None,
        home: false,
        restricted: false,
        shares_back: false,
        listed: Some(true),
        other_servers: Vec::new(),
        state,
        removed_reason: None,
        blocked: false,
        is_owner: false,
        wanted,
        taken: false,
        withheld: Withheld::default(),
        share_id: Some(7),
        last_seen: Some(LastSeen { all: false, sections: BTreeSet::from([101]), pending: false }),
        missing_since: None,
        invited: None,
        drift: None,
        busy: false,
        failed: false,
    }
}

fn person(share: Option<ShareSeen>) -> Person {
    Person {
        plex_id: Some(PlexId(1)),
        username: "anna".into(),
        email: Some("anna@example.org".into()),
        thumb: None,
        home: false,
        restricted: false,
        shares_back: false,
        listed: Some(true),
        other_servers: Some(Vec::new()),
        share,
        accepted_at: None,
        doubtful: false,
    }
}

fn at(known: &Known, person: Option<&Person>, policy: DriftPolicy, doubts: Doubts) -> Judgement {
    judge(known, person, &look(&shelf(), policy, doubts))
}

fn look(shelf: &Shelf, policy: DriftPolicy, doubts: Doubts) -> Look<'_> {
    Look { shelf, policy, read_at: NOW, doubts, patience: 60 * MINUTE }
}

fn verdict(known: &Known, person: Option<&Person>) -> Verdict {
    at(known, person, DriftPolicy::Adopt, Doubts::default()).verdict
}

fn seen_before(minutes: i64) -> Option<Instant> {
    Some(NOW.plus(-minutes * MINUTE))
}

#[test]
fn somebody_is_gone_only_when_two_looks_agree() {
    let active = || known(UserState::Active, some(&[1]));
    let pending = || known(UserState::Pending, some(&[1]));
    let friend = person(None);
    let cases = [
        ("first look", active(), None, Verdict::Missing),
        ("too soon", Known { missing_since: seen_before(9), ..active() }, None, Verdict::Missing),
        (
            "second look",
            Known { missing_since: seen_before(10), ..active() },
            None,
            Verdict::Gone(Departure::Left),
        ),
        ("a friend without the share", active(), Some(&friend), Verdict::Missing),
        (
            "still a friend without the share",
            Known { missing_since: seen_before(60), ..active() },
            Some(&friend),
            Verdict::Gone(Departure::Unshared),
        ),
        (
            "a member who left the Home and stays a friend",
            Known { missing_since: seen_before(60), ..known(UserState::Active, WantedAccess::Nothing) },
            Some(&friend),
            Verdict::Gone(Departure::Left),
        ),
        ("an invitation, first look", pending(), None, Verdict::Missing),
        (
            "an invitation that is gone is no departure",
            Known { missing_since: seen_before(10), ..pending() },
            None,
            Verdict::Gone(Departure::InvitationGone),
        ),
        (
            "a change is under way",
            Known { busy: true, missing_since: seen_before(60), ..active() },
            None,
            Verdict::Busy,
        ),
        ("the owner", Known { is_owner: true, ..active() }, None, Verdict::Unchanged),
        ("suspended", known(UserState::Suspended, WantedAccess::Nothing), None, Verdict::Unchanged),
        ("a tombstone", known(UserState::Removed, some(&[1])), None, Verdict::Unchanged),
    ];
    for (what, known, person, expected) in cases {
        assert_eq!(verdict(&known, person), expected, "{what}");
    }
}

#[test]
fn an_invitation_waits_for_its_time_and_no_longer() {
    let ago = |minutes: i64| NOW.plus(-minutes * MINUTE);
    let invited = |since, until| Some(Invited { since: ago(since), until });
    let waits = person(Some(share(false, &[101])));
    let accepted = person(Some(share(true, &[101])));
    let over = Verdict::Gone(Departure::Unanswered);
    let cases = [
        ("by Plex's list alone", None, &waits, Verdict::Unchanged),
        ("not yet", invited(59, None), &waits, Verdict::Unchanged),
        ("for too long", invited(60, None), &waits, over.clone()),
        ("accepted in the last moment", invited(60, None), &accepted, Verdict::Joined),
        ("another time was settled", invited(600, Some(NOW.plus(1))), &waits, Verdict::Unchanged),
        ("that time has come", invited(600, Some(NOW)), &waits, over.clone()),
    ];
    for (what, invited, person, expected) in cases {
        let user = Known { invited, ..known(UserState::Pending, some(&[1])) };
        assert_eq!(verdict(&user, Some(person)), expected, "{what}");
    }
}

#[test]
fn doubtful_lists_take_nobody_away() {
    let gone = Known { missing_since: seen_before(60), ..known(UserState::Active, some(&[1])) };
    let emptied = Doubts { emptied: true, ..Doubts::default() };
    let empty = Verdict::Doubtful(SyncProblem::ListEmptied);
    assert_eq!(at(&gone, None, DriftPolicy::Adopt, emptied).verdict, empty);
    let waiting = Known { missing_since: seen_before(60), ..known(UserState::Pending, some(&[1])) };
    let no_invitations = Doubts { no_invitations: true, ..Doubts::default() };
    assert_eq!(at(&waiting, None, DriftPolicy::Adopt, no_invitations).verdict, empty);
    let disagreeing = Person { doubtful: true, ..person(None) };
    let disagree = Verdict::Doubtful(SyncProblem::ListsDisagree);
    assert_eq!(at(&gone, Some(&disagreeing), DriftPolicy::Adopt, Doubts::default()).verdict, disagree);
}

#[test]
fn people_come_back_unless_pum_keeps_them_out() {
    let left = || known(UserState::Removed, some(&[1]));
    let there = person(Some(share(true, &[102])));
    let home = Person { home: true, ..person(None) };
    assert_eq!(verdict(&left(), Some(&there)), Verdict::Returned(some(&[2])), "with what they see now");
    assert_eq!(verdict(&left(), Some(&home)), Verdict::Returned(WantedAccess::Nothing), "into the Home");
    let unshared = known(UserState::Suspended, WantedAccess::Nothing);
    assert_eq!(verdict(&unshared, Some(&there)), Verdict::Returned(some(&[2])), "shared with again");
    for policy in DriftPolicy::ALL {
        let expected = match policy {
            DriftPolicy::Reapply => Action::Reapply,
            DriftPolicy::Adopt | DriftPolicy::Ask => Action::Ask,
        };
        for (what, known) in [
            ("taken by PUM", Known { taken: true, ..left() }),
            ("blocked", Known { blocked: true, ..left() }),
            ("suspended by PUM", Known { taken: true, ..known(UserState::Suspended, WantedAccess::Nothing) }),
        ] {
            let found = at(&known, Some(&there), *policy, Doubts::default()).verdict;
            assert_eq!(found, Verdict::Drifted(DriftKind::Returned, expected.clone()), "{what}, {policy}");
        }
    }
    let invited = person(Some(share(false, &[101])));
    let pending = known(UserState::Pending, some(&[1]));
    assert_eq!(verdict(&pending, Some(&invited)), Verdict::Unchanged, "waits");
    assert_eq!(verdict(&pending, Some(&there)), Verdict::Joined, "has accepted");
    let active = known(UserState::Active, some(&[1]));
    assert_eq!(verdict(&active, Some(&invited)), Verdict::Waits, "invited again");
}

#[test]
fn a_difference_is_adopted_asked_about_or_mended() {
    let active = |wanted| known(UserState::Active, wanted);
    let downloads = ShareSeen { allow_downloads: Some(true), ..share(true, &[101]) };
    let with_downloads =
        WantedAccess::Granted { libraries: LibraryChoice::Some(vec![library(1)]), allow_downloads: true };
    let other_section = share(true, &[101, 999]);
    let cases = [
        ("as wanted", some(&[1]), share(true, &[101]), None),
        ("a section that plex.tv does not list", some(&[1]), other_section, None),
        ("more", some(&[1]), share(true, &[101, 102]), Some((DriftKind::Widened, some(&[1, 2])))),
        ("less", some(&[1, 2]), share(true, &[102]), Some((DriftKind::Narrowed, some(&[2])))),
        ("others", some(&[1]), share(true, &[102]), Some((DriftKind::Changed, some(&[2])))),
        ("everything", some(&[1]), everything(), Some((DriftKind::Widened, all()))),
        ("everything by the list", all(), share(true, &[101, 102, 103]), None),
        ("not everything", all(), share(true, &[102]), Some((DriftKind::Narrowed, some(&[2])))),
        ("downloads", some(&[1]), downloads, Some((DriftKind::Downloads, with_downloads))),
    ];
    for (what, wanted, seen, expected) in cases {
        let who = person(Some(seen));
        for policy in DriftPolicy::ALL {
            let expected = match (&expected, policy) {
                (None, _) => Verdict::Unchanged,
                (Some((kind, shown)), DriftPolicy::Adopt) => {
                    Verdict::Drifted(*kind, Action::Adopt(shown.clone()))
                }
                (Some((kind, _)), DriftPolicy::Ask) => Verdict::Drifted(*kind, Action::Ask),
                (Some((kind, _)), DriftPolicy::Reapply) => Verdict::Drifted(*kind, Action::Reapply),
            };
            let found = at(&active(wanted.clone()), Some(&who), *policy, Doubts::default()).verdict;
            assert_eq!(found, expected, "{what}, {policy}");
        }
    }
    let failed = Known { failed: true, ..active(some(&[1, 2])) };
    let less = person(Some(share(true, &[101])));
    assert_eq!(verdict(&failed, Some(&less)), Verdict::Unchanged, "a failed change tells by itself");
}

#[test]
fn what_pum_took_is_never_adopted_when_it_comes_back() {
    let every = [library(1), library(2), library(3)];
    let nothing = Withheld::default();
    let cases = [
        ("a library was taken", some(&[1, 2]), some(&[1]), share(true, &[101, 102]), Action::Ask),
        (
            "another one is given",
            some(&[1, 2]),
            some(&[1]),
            share(true, &[101, 103]),
            Action::Adopt(some(&[1, 3])),
        ),
        ("one of all was taken", all(), some(&[1]), share(true, &[101, 103]), Action::Ask),
        ("all was taken", all(), some(&[1]), everything(), Action::Ask),
    ];
    for (what, before, after, seen, expected) in cases {
        let withheld = withhold(&before, &nothing, &after, &every);
        let user = Known { withheld, ..known(UserState::Active, after) };
        let Verdict::Drifted(_, action) = verdict(&user, Some(&person(Some(seen)))) else {
            panic!("{what}: no difference")
        };
        assert_eq!(action, expected, "{what}");
    }
    let taken = withhold(&some(&[1, 2]), &nothing, &some(&[1]), &every);
    assert_eq!(withhold(&some(&[1]), &taken, &some(&[1, 2]), &every), nothing, "given back");
    assert_eq!(withhold(&some(&[1]), &taken, &all(), &every), nothing, "given all");
    let revoked = withhold(&some(&[1]), &taken, &WantedAccess::Nothing, &every);
    assert_eq!(revoked.libraries, BTreeSet::from([library(1), library(2)]), "everything was taken");
}

#[test]
fn new_libraries_reach_those_who_have_all() {
    let seen = Some(LastSeen { all: false, sections: BTreeSet::from([101, 102]), pending: false });
    let user = Known { last_seen: seen, ..known(UserState::Active, all()) };
    let as_before = person(Some(share(true, &[101, 102])));
    let cut = person(Some(share(true, &[101])));
    assert_eq!(verdict(&user, Some(&as_before)), Verdict::LacksNewLibraries);
    assert!(matches!(verdict(&user, Some(&cut)), Verdict::Drifted(DriftKind::Narrowed, _)), "taken by hand");
    let asked = Known { drift: Some(DriftKind::Narrowed), ..user };
    assert!(
        matches!(verdict(&asked, Some(&as_before)), Verdict::Drifted(DriftKind::Narrowed, _)),
        "known to differ"
    );
}

#[test]
fn a_library_that_pum_does_not_know_is_no_ground_for_anything() {
    let shelf = Shelf::new([101, 104], [(library(1), 101)]);
    let look = look(&shelf, DriftPolicy::Adopt, Doubts::default());
    let user = known(UserState::Active, some(&[1]));
    let judged = judge(&user, Some(&person(Some(share(true, &[101, 104])))), &look);
    assert_eq!(judged.verdict, Verdict::Doubtful(SyncProblem::LibraryUnknown));
}

#[test]
fn a_library_that_is_not_listed_for_a_while_is_not_taken_from_anybody() {
    // Of the three, plex.tv lists the first two; the shares are told as Plex shows them meanwhile.
    let shelf = Shelf::new([101, 102], [(library(1), 101), (library(2), 102), (library(3), 103)]);
    let cases = [
        ("nothing else differs", some(&[1, 3]), share(true, &[101]), None),
        ("another one was taken", some(&[1, 2, 3]), share(true, &[101]), Some(some(&[1, 3]))),
        ("another one was given", some(&[1, 3]), share(true, &[101, 102]), Some(some(&[1, 2, 3]))),
        ("one of all was taken", all(), share(true, &[101]), Some(some(&[1, 3]))),
        ("it was never theirs", some(&[1, 2]), share(true, &[101]), Some(some(&[1]))),
    ];
    for (what, wanted, seen, expected) in cases {
        let user = Known { last_seen: None, ..known(UserState::Active, wanted) };
        let look = look(&shelf, DriftPolicy::Adopt, Doubts::default());
        let found = match judge(&user, Some(&person(Some(seen))), &look).verdict {
            Verdict::Unchanged => None,
            Verdict::Drifted(_, Action::Adopt(shown)) => Some(shown),
            other => panic!("{what}: {other:?}"),
        };
        assert_eq!(found, expected, "{what}");
    }
}

#[test]
fn facts_are_told_with_their_old_values() {
    let user = known(UserState::Active, some(&[1]));
    let renamed = Person {
        username: "annabel".into(),
        email: None,
        home: true,
        shares_back: true,
        thumb: Some("https://plex.tv/new".into()),
        ..person(Some(share(true, &[101])))
    };
    let facts = at(&user, Some(&renamed), DriftPolicy::Adopt, Doubts::default()).facts;
    let told: Vec<_> =
        facts.iter().map(|fact| (fact.field.as_str(), fact.old.to_string(), fact.new.to_string())).collect();
    let expected = [
        ("username", "\"anna\"", "\"annabel\""),
        ("home", "false", "true"),
        ("shares_back", "false", "true"),
    ];
    let expected: Vec<_> = expected.map(|(field, old, new)| (field, old.to_owned(), new.to_owned())).into();
    assert_eq!(told, expected, "an address that Plex does not tell stays");
}

#[test]
fn invitations_to_addresses_are_recognised_when_they_turn_into_people() {
    let address = |number: u128, share: i64, email: &str| Known {
        id: UserId(Uuid::from_u128(number)),
        plex_id: None,
        share_id: Some(share),
        email: Some(email.into()),
        ..known(UserState::Pending, some(&[1]))
    };
    let users = [
        known(UserState::Active, some(&[1])),
        address(2, 20, "b@example.org"),
        address(3, 0, "c@example.org"),
    ];
    let with = |plex_id: Option<i64>, share_id: i64, email: &str| Person {
        plex_id: plex_id.map(PlexId),
        email: Some(email.into()),
        ..person(Some(ShareSeen { share_id, ..share(true, &[101]) }))
    };
    let cases = [
        ("by id", with(Some(1), 99, "x@example.org"), Some(0)),
        ("by share, with another address", with(Some(50), 20, "other@example.org"), Some(1)),
        ("by address, whatever its case", with(Some(51), 30, "C@Example.org"), Some(2)),
        ("an address again", with(None, 20, "b@example.org"), Some(1)),
        ("a stranger", with(Some(52), 31, "d@example.org"), None),
        (
            "a friend with that address and no share",
            Person { share: None, ..with(Some(53), 0, "c@example.org") },
            None,
        ),
    ];
    for (what, who, expected) in cases {
        assert_eq!(matches(&users, &[who]), [expected], "{what}");
    }
    let twice = [with(Some(60), 20, "b@example.org"), with(None, 20, "b@example.org")];
    assert_eq!(matches(&users, &twice), [Some(1), None], "nobody is matched twice");
}
