//! Which libraries there are, judged from two lists: the server's own and plex.tv's.
//!
//! A library is known by the uuid that the server gave it. Its number on the server (`key`) joins it
//! to plex.tv, whose own number (the section id) is what sharing takes. One made anew under the same
//! title is another library.

use crate::instant::MINUTE;
use crate::{Instant, LibraryId};

/// A library as PUM remembers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownLibrary {
    /// PUM's id.
    pub id: LibraryId,
    /// The server's name for it.
    pub uuid: String,
    /// The server's number.
    pub key: i64,
    /// plex.tv's number, once it has been seen there.
    pub section_id: Option<i64>,
    /// Since when neither list has it, while a second look is still to come.
    pub missing_since: Option<Instant>,
    /// Held to be gone.
    pub vanished: bool,
}

/// A library as the server lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerLibrary {
    /// The server's name for it.
    pub uuid: String,
    /// The server's number.
    pub key: i64,
    /// Its title.
    pub title: String,
    /// `movie`, `show`, `artist`, `photo`.
    pub kind: String,
}

/// A library as plex.tv lists it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlexTvLibrary {
    /// plex.tv's number.
    pub section_id: i64,
    /// The server's number.
    pub key: i64,
}

/// A library that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PresentLibrary {
    /// The one that PUM remembers; `None` for a new one.
    pub known: Option<LibraryId>,
    /// As the server lists it.
    pub library: ServerLibrary,
    /// plex.tv's number; the remembered one while plex.tv does not list it.
    pub section_id: Option<i64>,
    /// It was held to be gone.
    pub returned: bool,
}

/// What two complete lists say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Comparison {
    /// Everything that the server lists.
    pub present: Vec<PresentLibrary>,
    /// Remembered libraries that neither lists any more, at a first look.
    pub missing: Vec<LibraryId>,
    /// Remembered libraries that neither lists at a second look either, long enough after the first.
    pub vanished: Vec<LibraryId>,
}

/// One of the lists is empty: a healthy server has been seen with that, so it is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a list of no libraries is no answer")]
pub struct NoAnswer;

/// How far apart two looks must be that agree on a library's absence, in milliseconds.
pub const BETWEEN_LOOKS: i64 = 10 * MINUTE;

/// Compares what is remembered with both lists. Where they disagree, what is remembered stays.
pub fn compare(
    known: &[KnownLibrary],
    on_server: &[ServerLibrary],
    on_plex_tv: &[PlexTvLibrary],
    read_at: Instant,
) -> Result<Comparison, NoAnswer> {
    if on_server.is_empty() || on_plex_tv.is_empty() {
        return Err(NoAnswer);
    }
    let present: Vec<_> = on_server
        .iter()
        .map(|library| {
            let before = known.iter().find(|known| known.uuid == library.uuid);
            let joined = on_plex_tv.iter().find(|section| section.key == library.key);
            PresentLibrary {
                known: before.map(|known| known.id),
                library: library.clone(),
                section_id: match joined {
                    Some(section) => Some(section.section_id),
                    None => before.and_then(|known| known.section_id),
                },
                returned: before.is_some_and(|known| known.vanished),
            }
        })
        .collect();
    let absent = known
        .iter()
        .filter(|known| !known.vanished && !present.iter().any(|present| present.known == Some(known.id)))
        .filter(|known| !still_on_plex_tv(known, on_server, on_plex_tv));
    let (mut missing, mut vanished) = (Vec::new(), Vec::new());
    for known in absent {
        let long_enough = known.missing_since.is_some_and(|since| read_at.since(since) >= BETWEEN_LOOKS);
        if long_enough { vanished.push(known.id) } else { missing.push(known.id) }
    }
    Ok(Comparison { present, missing, vanished })
}

/// Whether plex.tv lists a library that the server does not. A section that belongs to a library
/// which the server does list is that one's.
fn still_on_plex_tv(known: &KnownLibrary, on_server: &[ServerLibrary], on_plex_tv: &[PlexTvLibrary]) -> bool {
    let taken = |key: i64| on_server.iter().any(|library| library.key == key);
    on_plex_tv.iter().filter(|section| !taken(section.key)).any(|section| match known.section_id {
        Some(id) => section.section_id == id,
        None => section.key == known.key,
    })
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const NOW: Instant = Instant(100 * MINUTE);

    fn known(number: u128, key: i64, section_id: Option<i64>) -> KnownLibrary {
        let id = LibraryId(Uuid::from_u128(number));
        let uuid = format!("uuid-{number}");
        KnownLibrary { id, uuid, key, section_id, missing_since: None, vanished: false }
    }

    fn listed(number: u128, key: i64) -> ServerLibrary {
        ServerLibrary { uuid: format!("uuid-{number}"), key, title: "Films".into(), kind: "movie".into() }
    }

    fn section(section_id: i64, key: i64) -> PlexTvLibrary {
        PlexTvLibrary { section_id, key }
    }

    #[test]
    fn a_library_is_gone_only_when_both_lists_say_so() {
        let films = known(1, 1, Some(101));
        let series = known(2, 2, Some(102));
        let both = [films.clone(), series.clone()];
        type Case<'a> = (&'a str, &'a [KnownLibrary], Vec<ServerLibrary>, Vec<PlexTvLibrary>, Vec<LibraryId>);
        let cases: [Case<'_>; 6] = [
            (
                "both list it",
                &both,
                vec![listed(1, 1), listed(2, 2)],
                vec![section(101, 1), section(102, 2)],
                vec![],
            ),
            (
                "the server does not",
                &both,
                vec![listed(1, 1)],
                vec![section(101, 1), section(102, 2)],
                vec![],
            ),
            ("plex.tv does not", &both, vec![listed(1, 1), listed(2, 2)], vec![section(101, 1)], vec![]),
            ("neither does", &both, vec![listed(1, 1)], vec![section(101, 1)], vec![series.id]),
            (
                "made anew",
                &both,
                vec![listed(1, 1), listed(3, 3)],
                vec![section(101, 1), section(103, 3)],
                vec![series.id],
            ),
            (
                "made anew with the same numbers",
                &both,
                vec![listed(1, 1), listed(3, 2)],
                vec![section(101, 1), section(102, 2)],
                vec![series.id],
            ),
        ];
        for (what, known, on_server, on_plex_tv, expected) in cases {
            let found = compare(known, &on_server, &on_plex_tv, NOW).expect("an answer");
            assert_eq!(
                (found.missing, found.vanished),
                (expected.clone(), vec![]),
                "{what}, at a first look"
            );
            for (minutes, agreed) in [(9, false), (10, true)] {
                let since = Some(NOW.plus(-minutes * MINUTE));
                let missing: Vec<_> = known
                    .iter()
                    .map(|known| KnownLibrary { missing_since: since, ..known.clone() })
                    .collect();
                let found = compare(&missing, &on_server, &on_plex_tv, NOW).expect("an answer");
                let (missing, vanished) =
                    if agreed { (vec![], expected.clone()) } else { (expected.clone(), vec![]) };
                assert_eq!(
                    (found.missing, found.vanished),
                    (missing, vanished),
                    "{what}, after {minutes} minutes"
                );
            }
        }
    }

    #[test]
    fn an_empty_list_is_no_answer() {
        let films = [known(1, 1, Some(101))];
        assert_eq!(compare(&films, &[], &[section(101, 1)], NOW), Err(NoAnswer));
        assert_eq!(compare(&films, &[listed(1, 1)], &[], NOW), Err(NoAnswer));
    }

    #[test]
    fn the_two_numbers_are_joined_and_kept() {
        let remembered = [known(1, 1, Some(101)), KnownLibrary { vanished: true, ..known(2, 2, Some(102)) }];
        let on_server = [listed(1, 1), listed(2, 2), listed(3, 5)];
        let found =
            compare(&remembered, &on_server, &[section(102, 2), section(900, 77)], NOW).expect("an answer");
        let told: Vec<_> =
            found.present.iter().map(|one| (one.known.is_some(), one.section_id, one.returned)).collect();
        // Kept while plex.tv lags; back again; new and not at plex.tv yet.
        assert_eq!(told, [(true, Some(101), false), (true, Some(102), true), (false, None, false)]);
        assert!(found.missing.is_empty() && found.vanished.is_empty());
    }
}
