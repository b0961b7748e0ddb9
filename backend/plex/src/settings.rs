//! What goes along with a share: downloads, live TV, content filters. Belongs to the pair of owner and
//! person, not to one server.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::tree::Node;

/// Sharing settings as Plex reports them; `None` where it said nothing, an empty filter where it said that there
/// is none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SharingSettings {
    /// `allowSync`: may download.
    pub allow_downloads: Option<bool>,
    /// `allowCameraUpload`.
    pub allow_camera_upload: Option<bool>,
    /// `allowChannels`: live TV and channels in older clients.
    pub allow_channels: Option<bool>,
    /// `allowSubtitleAdmin`.
    pub allow_subtitle_admin: Option<bool>,
    /// `allowTuners`: 0, 1 or 2.
    pub allow_tuners: Option<u8>,
    /// `filterAll`, in Plex's own notation, kept as it is.
    pub filter_all: Option<String>,
    /// `filterMovies`.
    pub filter_movies: Option<String>,
    /// `filterTelevision`.
    pub filter_television: Option<String>,
    /// `filterMusic`.
    pub filter_music: Option<String>,
    /// `filterPhotos`.
    pub filter_photos: Option<String>,
}

impl SharingSettings {
    /// Settings on `row` itself, or on its `sharingSettings` child.
    pub(crate) fn read(row: &Node) -> Self {
        let row = row.child(&["sharingSettings"]).unwrap_or(row);
        let tuners = row.int("allowTuners").and_then(|value| u8::try_from(value).ok());
        Self {
            allow_downloads: row.flag("allowSync"),
            allow_camera_upload: row.flag("allowCameraUpload"),
            allow_channels: row.flag("allowChannels"),
            allow_subtitle_admin: row.flag("allowSubtitleAdmin"),
            allow_tuners: tuners,
            filter_all: row.told("filterAll"),
            filter_movies: row.told("filterMovies"),
            filter_television: row.told("filterTelevision"),
            filter_music: row.told("filterMusic"),
            filter_photos: row.told("filterPhotos"),
        }
    }

    /// What is not known here, from `other`.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            allow_downloads: self.allow_downloads.or(other.allow_downloads),
            allow_camera_upload: self.allow_camera_upload.or(other.allow_camera_upload),
            allow_channels: self.allow_channels.or(other.allow_channels),
            allow_subtitle_admin: self.allow_subtitle_admin.or(other.allow_subtitle_admin),
            allow_tuners: self.allow_tuners.or(other.allow_tuners),
            filter_all: filter_or(self.filter_all, other.filter_all),
            filter_movies: filter_or(self.filter_movies, other.filter_movies),
            filter_television: filter_or(self.filter_television, other.filter_television),
            filter_music: filter_or(self.filter_music, other.filter_music),
            filter_photos: filter_or(self.filter_photos, other.filter_photos),
        }
    }

    /// Without the filters that are told as empty: a list that does not tell filters may do so as well, and what is
    /// not sent stays.
    pub(crate) fn without_empty_filters(self) -> Self {
        let there = |filter: Option<String>| filter.filter(|filter| !filter.is_empty());
        Self {
            filter_all: there(self.filter_all),
            filter_movies: there(self.filter_movies),
            filter_television: there(self.filter_television),
            filter_music: there(self.filter_music),
            filter_photos: there(self.filter_photos),
            ..self
        }
    }

    /// The names, as Plex has them, of what `later` shows otherwise. What one of the two does not tell is no
    /// difference, and downloads are left out: those are changed on purpose.
    #[must_use]
    pub fn changed_in(&self, later: &Self) -> Vec<&'static str> {
        let flags = [
            ("allowCameraUpload", self.allow_camera_upload, later.allow_camera_upload),
            ("allowChannels", self.allow_channels, later.allow_channels),
            ("allowSubtitleAdmin", self.allow_subtitle_admin, later.allow_subtitle_admin),
        ];
        let flags = flags.into_iter().filter(|(_, one, other)| differ(*one, *other)).map(|(name, ..)| name);
        let tuners = differ(self.allow_tuners, later.allow_tuners).then_some("allowTuners");
        let before = self.filters();
        let filters = before.into_iter().zip(later.filters());
        let filters =
            filters.filter(|((_, one), (_, other))| differ(*one, *other)).map(|((name, _), _)| name);
        flags.chain(tuners).chain(filters).collect()
    }

    const fn filters(&self) -> [(&'static str, Option<&String>); 5] {
        [
            ("filterAll", self.filter_all.as_ref()),
            ("filterMovies", self.filter_movies.as_ref()),
            ("filterTelevision", self.filter_television.as_ref()),
            ("filterMusic", self.filter_music.as_ref()),
            ("filterPhotos", self.filter_photos.as_ref()),
        ]
    }

    /// For changing some settings by the route that takes each by its name.
    pub(crate) fn named(&self) -> Vec<(&'static str, String)> {
        let bit = |flag: bool| if flag { "1".to_owned() } else { "0".to_owned() };
        let flags = [
            ("allowSync", self.allow_downloads),
            ("allowCameraUpload", self.allow_camera_upload),
            ("allowChannels", self.allow_channels),
            ("allowSubtitleAdmin", self.allow_subtitle_admin),
        ];
        let flags = flags.into_iter().filter_map(|(name, flag)| Some((name, bit(flag?))));
        let tuners = self.allow_tuners.map(|tuners| ("allowTuners", tuners.to_string()));
        let filters = self.filters().into_iter().filter_map(|(name, filter)| Some((name, filter?.clone())));
        flags.chain(tuners).chain(filters).collect()
    }

    /// For creating a share by the older route: flags as "0" and "1", everything said.
    pub(crate) fn v1_creation(&self) -> Value {
        let bit = |flag: Option<bool>| if flag == Some(true) { "1" } else { "0" };
        let mut said = Map::new();
        said.insert("allowSync".to_owned(), json!(bit(self.allow_downloads)));
        said.insert("allowCameraUpload".to_owned(), json!(bit(self.allow_camera_upload)));
        said.insert("allowChannels".to_owned(), json!(bit(self.allow_channels)));
        self.say_filters(&mut said);
        // Clients do not name these, so they are named only where there is something to keep.
        if self.allow_subtitle_admin == Some(true) {
            said.insert("allowSubtitleAdmin".to_owned(), json!("1"));
        }
        if let Some(tuners) = self.allow_tuners.filter(|tuners| *tuners > 0) {
            said.insert("allowTuners".to_owned(), json!(tuners.to_string()));
        }
        Value::Object(said)
    }

    /// The filters that every creation names, and the others where there is something to keep.
    fn say_filters(&self, said: &mut Map<String, Value>) {
        for (name, filter) in [
            ("filterMovies", &self.filter_movies),
            ("filterTelevision", &self.filter_television),
            ("filterMusic", &self.filter_music),
        ] {
            said.insert(name.to_owned(), json!(filter.as_deref().unwrap_or_default()));
        }
        for (name, filter) in [("filterAll", &self.filter_all), ("filterPhotos", &self.filter_photos)] {
            if let Some(filter) = filter.as_deref().filter(|filter| !filter.is_empty()) {
                said.insert(name.to_owned(), json!(filter));
            }
        }
    }

    /// For creating a share by the newer route.
    pub(crate) fn v2_creation(&self) -> Value {
        let mut said = Map::new();
        for (name, flag) in [
            ("allowSync", self.allow_downloads),
            ("allowCameraUpload", self.allow_camera_upload),
            ("allowChannels", self.allow_channels),
            ("allowSubtitleAdmin", self.allow_subtitle_admin),
        ] {
            said.insert(name.to_owned(), json!(flag.unwrap_or(false)));
        }
        said.insert("allowTuners".to_owned(), json!(self.allow_tuners.unwrap_or(0)));
        self.say_filters(&mut said);
        Value::Object(said)
    }

    /// For changing a share by the newer route, which takes everything at once: all that is known,
    /// so that nothing known is lost, and nothing made up.
    pub(crate) fn v2_known(&self) -> Value {
        let mut known = Map::new();
        let flags = [
            ("allowSync", self.allow_downloads),
            ("allowCameraUpload", self.allow_camera_upload),
            ("allowChannels", self.allow_channels),
            ("allowSubtitleAdmin", self.allow_subtitle_admin),
        ];
        for (name, flag) in flags {
            if let Some(flag) = flag {
                known.insert(name.to_owned(), Value::Bool(flag));
            }
        }
        if let Some(tuners) = self.allow_tuners {
            known.insert("allowTuners".to_owned(), Value::from(tuners));
        }
        for (name, filter) in self.filters() {
            if let Some(filter) = filter {
                known.insert(name.to_owned(), Value::String(filter.clone()));
            }
        }
        Value::Object(known)
    }
}

fn differ<T: PartialEq>(one: Option<T>, other: Option<T>) -> bool {
    matches!((one, other), (Some(one), Some(other)) if one != other)
}

/// A filter that one list tells and the other leaves empty is there.
fn filter_or(one: Option<String>, other: Option<String>) -> Option<String> {
    match one {
        Some(filter) if !filter.is_empty() => Some(filter),
        one => other.or(one),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(movies: Option<&str>) -> SharingSettings {
        SharingSettings { filter_movies: movies.map(str::to_owned), ..SharingSettings::default() }
    }

    #[test]
    fn only_what_both_tell_can_differ() {
        let tuners = |allow_tuners| SharingSettings { allow_tuners, ..SharingSettings::default() };
        let downloads =
            |allow| SharingSettings { allow_downloads: Some(allow), ..SharingSettings::default() };
        let cases = [
            ("the same", filter(Some("label=Kids")), filter(Some("label=Kids")), vec![]),
            ("lost", filter(Some("label=Kids")), filter(Some("")), vec!["filterMovies"]),
            ("another", filter(Some("label=Kids")), filter(Some("label=All")), vec!["filterMovies"]),
            ("made up", filter(Some("")), filter(Some("label=Kids")), vec!["filterMovies"]),
            ("not told any more", filter(Some("label=Kids")), filter(None), vec![]),
            ("not told before", filter(None), filter(Some("label=Kids")), vec![]),
            ("tuners", tuners(Some(2)), tuners(Some(0)), vec!["allowTuners"]),
            ("downloads are ours", downloads(true), downloads(false), vec![]),
        ];
        for (what, before, after, expected) in cases {
            assert_eq!(before.changed_in(&after), expected, "{what}");
        }
    }

    #[test]
    fn a_filter_that_either_list_tells_is_there() {
        let cases = [
            (Some("label=Kids"), None, Some("label=Kids")),
            (None, Some("label=Kids"), Some("label=Kids")),
            (Some(""), Some("label=Kids"), Some("label=Kids")),
            (Some("label=Kids"), Some(""), Some("label=Kids")),
            (Some(""), None, Some("")),
            (None, None, None),
        ];
        for (one, other, expected) in cases {
            assert_eq!(filter(one).or(filter(other)), filter(expected), "{one:?} {other:?}");
        }
    }
}
