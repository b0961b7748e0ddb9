//! Libraries by both of their names: PUM's own, which users' access is kept in, and plex.tv's section
//! ids, which shares are told in.

use std::collections::{BTreeSet, HashMap};

use crate::LibraryId;
use crate::access::{ShareSeen, WantedAccess};
use crate::invite::LibraryChoice;

/// The server's libraries of one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shelf {
    existing: BTreeSet<i64>,
    by_section: HashMap<i64, LibraryId>,
    by_library: HashMap<LibraryId, i64>,
    unlisted: BTreeSet<LibraryId>,
}

/// A share names libraries that PUM has not seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownLibrary;

impl Shelf {
    /// From the section ids that plex.tv lists and the libraries that PUM knows, without those that have
    /// vanished. From those that are not listed at the moment nothing is concluded.
    pub fn new(
        listed: impl IntoIterator<Item = i64>,
        known: impl IntoIterator<Item = (LibraryId, i64)>,
    ) -> Self {
        let existing: BTreeSet<i64> = listed.into_iter().collect();
        let mut shelf = Self { existing, ..Self::default() };
        for (library, section) in known {
            if shelf.existing.contains(&section) {
                shelf.by_section.insert(section, library);
                shelf.by_library.insert(library, section);
            } else {
                shelf.unlisted.insert(library);
            }
        }
        shelf
    }

    /// Every section there is.
    pub const fn existing(&self) -> &BTreeSet<i64> {
        &self.existing
    }

    /// The section of a library, while it is listed.
    pub fn section_of(&self, library: LibraryId) -> Option<i64> {
        self.by_library.get(&library).copied()
    }

    /// Whether PUM knows everything that plex.tv lists.
    pub fn is_complete(&self) -> bool {
        self.existing.iter().all(|section| self.by_section.contains_key(section))
    }

    /// Sections of the wanted libraries that are listed.
    pub fn sections(&self, libraries: &[LibraryId]) -> BTreeSet<i64> {
        libraries.iter().filter_map(|library| self.section_of(*library)).collect()
    }

    /// A share in PUM's words. `None` for one without libraries. What is wanted so far holds where Plex does
    /// not say: of downloads, and of libraries that are not listed at the moment.
    pub fn as_shown(
        &self,
        share: &ShareSeen,
        wanted: &WantedAccess,
    ) -> Result<Option<WantedAccess>, UnknownLibrary> {
        let downloads = matches!(wanted, WantedAccess::Granted { allow_downloads: true, .. });
        let allow_downloads = share.allow_downloads.unwrap_or(downloads);
        if share.all_libraries {
            return Ok(Some(WantedAccess::Granted { libraries: LibraryChoice::All, allow_downloads }));
        }
        let mut libraries = Vec::new();
        for section in share.sections.intersection(&self.existing) {
            libraries.push(*self.by_section.get(section).ok_or(UnknownLibrary)?);
        }
        if libraries.is_empty() {
            return Ok(None);
        }
        if let WantedAccess::Granted { libraries: wanted, .. } = wanted {
            let is_wanted = |id: &&LibraryId| match wanted {
                LibraryChoice::All => true,
                LibraryChoice::Some(ids) => ids.contains(*id),
            };
            libraries.extend(self.unlisted.iter().filter(is_wanted));
        }
        libraries.sort_unstable();
        Ok(Some(WantedAccess::Granted { libraries: LibraryChoice::Some(libraries), allow_downloads }))
    }
}
