use super::*;

const fn day(day: i64) -> Instant {
    Instant(day * DAY)
}

/// Somebody who joined on day 100 and was last seen on day 200.
const PERSON: Person = Person {
    state: UserState::Active,
    owner: false,
    home: false,
    managed: false,
    shares_back: false,
    whitelisted: false,
    admin: false,
    has_account: true,
    leaving: false,
    streaming: false,
    last_streamed_at: Some(day(200)),
    joined_at: Some(day(100)),
    added_at: day(90),
    time_given_at: None,
};

const TERMS: Terms = Terms {
    inactive_days: 90,
    exempt_shares_back: true,
    exempt_whitelisted: true,
    exempt_admins: true,
    ignore_join_date: false,
    count_imported: false,
};

const NOW: Instant = day(300);

fn whole() -> Watch {
    Watch::new([(day(0), NOW)])
}

fn decided(person: &Person, terms: &Terms, watch: &Watch) -> (Outcome, Reason, i64) {
    let Verdict { outcome, reason, idle_days } = judge(person, terms, watch, None, NOW);
    (outcome, reason, idle_days)
}

#[test]
fn whoever_is_exempt_is_kept_however_idle() {
    let none = Terms { exempt_shares_back: false, exempt_whitelisted: false, exempt_admins: false, ..TERMS };
    let cases = [
        ("the owner", Person { owner: true, ..PERSON }, Reason::Owner, true),
        ("in the Home", Person { home: true, ..PERSON }, Reason::Home, true),
        ("managed", Person { home: true, managed: true, ..PERSON }, Reason::Managed, true),
        ("gone", Person { state: UserState::Removed, ..PERSON }, Reason::Removed, true),
        ("invited", Person { state: UserState::Pending, ..PERSON }, Reason::Pending, true),
        ("suspended", Person { state: UserState::Suspended, ..PERSON }, Reason::Suspended, true),
        ("leaving", Person { leaving: true, ..PERSON }, Reason::Leaving, true),
        ("without an account", Person { has_account: false, ..PERSON }, Reason::UnknownAccount, true),
        ("sharing back", Person { shares_back: true, ..PERSON }, Reason::SharesBack, false),
        ("whitelisted", Person { whitelisted: true, ..PERSON }, Reason::Whitelisted, false),
        ("an admin", Person { admin: true, ..PERSON }, Reason::Admin, false),
    ];
    for (what, person, reason, always) in cases {
        assert_eq!(decided(&person, &TERMS, &whole()), (Outcome::Keep, reason, 100), "{what}");
        let by_choice = if always { (Outcome::Keep, reason) } else { (Outcome::Purge, Reason::Idle) };
        let (outcome, reason, _) = decided(&person, &none, &whole());
        assert_eq!((outcome, reason), by_choice, "{what}, exempting nobody by choice");
    }
    let streaming = Person { streaming: true, ..PERSON };
    assert_eq!(decided(&streaming, &none, &whole()), (Outcome::Keep, Reason::Streaming, 0));
}

#[test]
fn idle_days_are_counted_from_what_was_last_heard() {
    let never = Person { last_streamed_at: None, ..PERSON };
    let late = Person { last_streamed_at: None, joined_at: Some(day(250)), ..PERSON };
    let back = Person { joined_at: Some(day(280)), ..PERSON };
    let given = Person { time_given_at: Some(day(290)), ..PERSON };
    let keep = |reason, days| (Outcome::Keep, reason, days);
    let purge = |reason, days| (Outcome::Purge, reason, days);
    let cases = [
        ("quiet", PERSON, false, purge(Reason::Idle, 100)),
        (
            "on the very day",
            Person { last_streamed_at: Some(day(210)), ..PERSON },
            false,
            purge(Reason::Idle, 90),
        ),
        (
            "a moment before it",
            Person { last_streamed_at: Some(day(210).plus(1)), ..PERSON },
            false,
            keep(Reason::StreamedRecently, 89),
        ),
        (
            "ahead of the clock",
            Person { last_streamed_at: Some(day(301)), ..PERSON },
            false,
            keep(Reason::StreamedRecently, 0),
        ),
        ("never streamed", never, false, purge(Reason::NeverStreamed, 200)),
        (
            "never streamed, known only",
            Person { joined_at: None, ..never },
            false,
            purge(Reason::NeverStreamed, 210),
        ),
        ("joined lately", late, false, keep(Reason::JoinedRecently, 50)),
        ("joined lately, which does not count", late, true, purge(Reason::NeverStreamed, 300)),
        ("joined again", back, false, keep(Reason::JoinedRecently, 20)),
        ("joined again, which does not count", back, true, purge(Reason::Idle, 100)),
        ("given back", given, true, keep(Reason::GivenTime, 10)),
    ];
    for (what, person, ignore_join_date, expected) in cases {
        let terms = Terms { ignore_join_date, ..TERMS };
        assert_eq!(decided(&person, &terms, &whole()), expected, "{what}");
    }
}

#[test]
fn days_on_which_nobody_looked_count_for_the_person() {
    let watched = |spans: &[(i64, i64)]| Watch::new(spans.iter().map(|(from, to)| (day(*from), day(*to))));
    let never = Person { last_streamed_at: None, ..PERSON };
    let too_short = |days| (Outcome::Keep, Reason::WatchedTooShort, days);
    let cases = [
        ("PUM is new", never, watched(&[(295, 300)]), false, too_short(5)),
        ("PUM is new, joining does not count", never, watched(&[(295, 300)]), true, too_short(5)),
        ("PUM was off for a month", PERSON, watched(&[(0, 220), (250, 300)]), false, too_short(70)),
        (
            "and had looked long before",
            PERSON,
            watched(&[(0, 220), (229, 300)]),
            false,
            (Outcome::Purge, Reason::Idle, 91),
        ),
        ("PUM never looked", PERSON, Watch::default(), false, too_short(0)),
    ];
    for (what, person, watch, ignore_join_date, expected) in cases {
        let terms = Terms { ignore_join_date, ..TERMS };
        assert_eq!(decided(&person, &terms, &watch), expected, "{what}");
    }
}

#[test]
fn a_doubt_keeps_everybody_and_says_so() {
    for doubt in Reason::ALL.iter().filter(|reason| reason.is_doubt()) {
        let verdict = judge(&PERSON, &TERMS, &whole(), Some(*doubt), NOW);
        assert_eq!((verdict.outcome, verdict.reason), (Outcome::Keep, *doubt));
        let home = judge(&Person { home: true, ..PERSON }, &TERMS, &whole(), Some(*doubt), NOW);
        assert_eq!(home.reason, Reason::Home, "who is exempt anyway is told that");
    }
}
