//! What goes along with a share: downloads, live TV, content filters. Belongs to the pair of owner and
//! person, not to one server.

use serde_json::{Map, Value, json};

use crate::tree::Node;

/// Sharing settings as Plex reports them; `None` where it said nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
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
            filter_all: row.string("filterAll"),
            filter_movies: row.string("filterMovies"),
            filter_television: row.string("filterTelevision"),
            filter_music: row.string("filterMusic"),
            filter_photos: row.string("filterPhotos"),
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
            filter_all: self.filter_all.or(other.filter_all),
            filter_movies: self.filter_movies.or(other.filter_movies),
            filter_television: self.filter_television.or(other.filter_television),
            filter_music: self.filter_music.or(other.filter_music),
            filter_photos: self.filter_photos.or(other.filter_photos),
        }
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
        let filters = [
            ("filterAll", &self.filter_all),
            ("filterMovies", &self.filter_movies),
            ("filterTelevision", &self.filter_television),
            ("filterMusic", &self.filter_music),
            ("filterPhotos", &self.filter_photos),
        ];
        for (name, filter) in filters {
            if let Some(filter) = filter {
                known.insert(name.to_owned(), Value::String(filter.clone()));
            }
        }
        Value::Object(known)
    }
}
