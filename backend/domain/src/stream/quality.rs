//! How sharp a picture is, in the words people use.

use crate::catalogue;

catalogue! {
    /// Rungs of the ladder, from the sharpest down.
    pub enum Quality {
        FourK = "4k",
        FullHd = "1080p",
        Hd = "720p",
        Dvd = "480p",
        Sd = "sd",
    }
}

/// What is said of a picture; each part may be missing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Picture<'a> {
    /// In pixels.
    pub width: Option<i64>,
    /// In pixels.
    pub height: Option<i64>,
    /// The server's own word, such as `4k`, `1080` or `sd`.
    pub resolution: Option<&'a str>,
}

/// The rung of a picture: the highest that any of the three speaks for, 4K tried first.
///
/// Films are cropped on either side: 3840×1600 and 2880×2160 are both 4K, so width and height each count for
/// themselves, with a little room below the round figures.
pub fn quality(picture: Picture<'_>) -> Option<Quality> {
    let by_size = [
        (Quality::FourK, 3200, 2000),
        (Quality::FullHd, 1800, 1000),
        (Quality::Hd, 1200, 700),
        (Quality::Dvd, 700, 470),
    ];
    let width = picture.width.filter(|width| *width > 0);
    let height = picture.height.filter(|height| *height > 0);
    let sized = by_size
        .iter()
        .find(|(_, wide, high)| width.is_some_and(|w| w >= *wide) || height.is_some_and(|h| h >= *high))
        .map(|(rung, ..)| *rung)
        .or((width.is_some() || height.is_some()).then_some(Quality::Sd));
    // The rungs are declared from the sharpest down, so the sharper one is the smaller.
    match (sized, picture.resolution.and_then(named)) {
        (Some(sized), Some(named)) => Some(sized.min(named)),
        (sized, named) => sized.or(named),
    }
}

fn named(resolution: &str) -> Option<Quality> {
    let word = resolution.trim().to_ascii_lowercase();
    match word.trim_end_matches('p') {
        "8k" | "4k" | "uhd" | "4320" | "2160" => Some(Quality::FourK),
        "2k" | "1440" | "1080" => Some(Quality::FullHd),
        "720" => Some(Quality::Hd),
        "576" | "480" => Some(Quality::Dvd),
        "sd" | "360" | "240" => Some(Quality::Sd),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ladder_is_climbed_from_the_top() {
        let cases = [
            ("UHD", (3840, 2160, "4k"), Some(Quality::FourK)),
            ("UHD, cropped to cinema", (3840, 1600, "4k"), Some(Quality::FourK)),
            ("UHD, 4:3", (2880, 2160, ""), Some(Quality::FourK)),
            ("sizes only", (3840, 2076, ""), Some(Quality::FourK)),
            ("the word alone", (0, 0, "4k"), Some(Quality::FourK)),
            ("the word, though the sizes say less", (1920, 800, "4K"), Some(Quality::FourK)),
            ("the sizes, though the word says less", (3840, 1600, "1080"), Some(Quality::FourK)),
            ("between", (2560, 1440, "2k"), Some(Quality::FullHd)),
            ("full HD", (1920, 1080, "1080"), Some(Quality::FullHd)),
            ("full HD, cropped", (1920, 800, "1080"), Some(Quality::FullHd)),
            ("full HD, 4:3", (1440, 1080, ""), Some(Quality::FullHd)),
            ("HD", (1280, 720, "720"), Some(Quality::Hd)),
            ("HD, cropped", (1280, 534, "720"), Some(Quality::Hd)),
            ("PAL", (720, 576, "576"), Some(Quality::Dvd)),
            ("small", (640, 360, "sd"), Some(Quality::Sd)),
            ("a height alone", (0, 1080, ""), Some(Quality::FullHd)),
            ("nonsense", (-1, -1, "blurry"), None),
            ("nothing", (0, 0, ""), None),
        ];
        for (what, (width, height, resolution), expected) in cases {
            let some = |n: i64| (n != 0).then_some(n);
            let resolution = (!resolution.is_empty()).then_some(resolution);
            let picture = Picture { width: some(width), height: some(height), resolution };
            assert_eq!(quality(picture), expected, "{what}");
        }
    }
}
