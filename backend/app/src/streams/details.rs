//! What the card of a stream shows besides its own columns; kept as one document.

use pum_domain::stream::conversion::PartDecision;
use serde::{Deserialize, Serialize};

/// Formats before and after, and what happens on the way.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Details {
    /// The picture.
    pub video: Option<Part>,
    /// The sound.
    pub audio: Option<Part>,
    /// The chosen subtitles.
    pub subtitle: Option<Part>,
    /// What it is packed in.
    pub container: Option<Part>,
    /// The conversion that is under way.
    pub transcode: Option<Running>,
}

/// One part of a stream.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// The format as stored.
    pub from: Option<String>,
    /// The format as sent.
    pub to: Option<String>,
    /// What happens to it.
    pub decision: Option<PartDecision>,
    /// The language of sound and subtitles, in words.
    #[serde(default)]
    pub language: Option<String>,
    /// How many loudspeakers the sound is for, as sent.
    #[serde(default)]
    pub channels: Option<i64>,
    /// What players call it.
    #[serde(default)]
    pub title: Option<String>,
}

/// A conversion as it goes on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Running {
    /// Tenths of the speed of playing.
    pub speed_tenths: Option<i64>,
    /// Far enough ahead to rest.
    pub throttled: Option<bool>,
    /// What helps the processor, such as `vaapi`; none in software.
    pub hardware: Option<String>,
}

impl Details {
    /// As it is stored.
    pub(crate) fn to_text(&self) -> Option<String> {
        // Plain texts and numbers always have a JSON form.
        serde_json::to_string(self).ok()
    }

    /// From how it is stored; nothing from what another version has stored otherwise.
    pub fn from_text(text: Option<&str>) -> Self {
        text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
    }
}
