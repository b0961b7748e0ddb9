//! What the server does to a stream on the way, and why.

use super::StreamDecision;
use super::quality::Quality;
use crate::catalogue;

catalogue! {
    /// What happens to one part of a stream.
    pub enum PartDecision {
        /// Sent as it is.
        Copy = "copy",
        Transcode = "transcode",
        /// Subtitles painted into the picture.
        Burn = "burn",
    }
}

catalogue! {
    /// Why a stream does not go out as it is.
    pub enum ConversionReason {
        /// Subtitles are painted into the picture.
        Subtitles = "subtitles",
        /// The player asked for fewer pixels.
        Quality = "quality",
        /// The player does not know the picture's format.
        VideoCodec = "video_codec",
        /// The connection is too slow for the picture.
        Bandwidth = "bandwidth",
        /// The player does not know the sound's format.
        AudioCodec = "audio_codec",
        /// The player does not know the kind of file.
        Container = "container",
    }
}

/// What is said of a conversion; each part may be missing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Conversion<'a> {
    /// What happens to the picture.
    pub video: Option<PartDecision>,
    /// What happens to the sound.
    pub audio: Option<PartDecision>,
    /// What happens to the subtitles.
    pub subtitle: Option<PartDecision>,
    /// The picture's format before and after.
    pub video_codec: (Option<&'a str>, Option<&'a str>),
    /// The picture's rung before and after.
    pub quality: (Option<Quality>, Option<Quality>),
}

impl Conversion<'_> {
    /// Whether the picture is converted: what costs a server most.
    pub fn converts_video(&self) -> bool {
        self.video == Some(PartDecision::Transcode) || self.subtitle == Some(PartDecision::Burn)
    }

    fn converts_audio(&self) -> bool {
        self.audio == Some(PartDecision::Transcode)
    }
}

/// What is done to a stream. Without a conversion it is played as it is; one that copies everything only
/// packs it anew. Subtitles sent in another format convert neither picture nor sound.
pub fn decision(conversion: Option<&Conversion<'_>>) -> StreamDecision {
    match conversion {
        None => StreamDecision::DirectPlay,
        Some(conversion) if conversion.converts_video() || conversion.converts_audio() => {
            StreamDecision::Transcode
        }
        Some(_) => StreamDecision::DirectStream,
    }
}

/// Why, as far as what came in and what goes out tell: the server does not say it.
pub fn reason(conversion: &Conversion<'_>) -> ConversionReason {
    if conversion.subtitle == Some(PartDecision::Burn) {
        return ConversionReason::Subtitles;
    }
    if conversion.converts_video() {
        if let (Some(before), Some(after)) = conversion.quality
            && after > before
        {
            return ConversionReason::Quality;
        }
        return match conversion.video_codec {
            (Some(before), Some(after)) if before.eq_ignore_ascii_case(after) => ConversionReason::Bandwidth,
            _ => ConversionReason::VideoCodec,
        };
    }
    if conversion.converts_audio() { ConversionReason::AudioCodec } else { ConversionReason::Container }
}

#[cfg(test)]
mod tests {
    use super::PartDecision::{Burn, Copy, Transcode};
    use super::*;

    fn of(
        video: Option<PartDecision>,
        audio: Option<PartDecision>,
        subtitle: Option<PartDecision>,
    ) -> Conversion<'static> {
        Conversion { video, audio, subtitle, ..Conversion::default() }
    }

    #[test]
    fn copying_everything_is_no_transcoding() {
        let cases = [
            ("no conversion", None, StreamDecision::DirectPlay),
            ("all copied", Some(of(Some(Copy), Some(Copy), None)), StreamDecision::DirectStream),
            ("music copied", Some(of(None, Some(Copy), None)), StreamDecision::DirectStream),
            ("nothing said", Some(of(None, None, None)), StreamDecision::DirectStream),
            (
                "other subtitles",
                Some(of(Some(Copy), Some(Copy), Some(Transcode))),
                StreamDecision::DirectStream,
            ),
            ("sound", Some(of(Some(Copy), Some(Transcode), None)), StreamDecision::Transcode),
            ("music", Some(of(None, Some(Transcode), None)), StreamDecision::Transcode),
            ("picture", Some(of(Some(Transcode), Some(Copy), None)), StreamDecision::Transcode),
            ("painted subtitles", Some(of(None, None, Some(Burn))), StreamDecision::Transcode),
        ];
        for (what, conversion, expected) in cases {
            assert_eq!(decision(conversion.as_ref()), expected, "{what}");
        }
    }

    #[test]
    fn the_reason_is_read_from_what_came_in_and_what_goes_out() {
        let video = of(Some(Transcode), Some(Transcode), None);
        let codecs = |before, after| Conversion { video_codec: (Some(before), Some(after)), ..video };
        let cases = [
            ("painted", of(Some(Transcode), Some(Copy), Some(Burn)), ConversionReason::Subtitles),
            (
                "smaller",
                Conversion {
                    quality: (Some(Quality::FourK), Some(Quality::FullHd)),
                    ..codecs("hevc", "h264")
                },
                ConversionReason::Quality,
            ),
            (
                "as large",
                Conversion {
                    quality: (Some(Quality::FullHd), Some(Quality::FullHd)),
                    ..codecs("hevc", "h264")
                },
                ConversionReason::VideoCodec,
            ),
            ("as large, as coded", codecs("h264", "H264"), ConversionReason::Bandwidth),
            ("picture, nothing said", video, ConversionReason::VideoCodec),
            ("sound", of(Some(Copy), Some(Transcode), None), ConversionReason::AudioCodec),
            ("packed anew", of(Some(Copy), Some(Copy), None), ConversionReason::Container),
        ];
        for (what, conversion, expected) in cases {
            assert_eq!(reason(&conversion), expected, "{what}");
        }
    }
}
