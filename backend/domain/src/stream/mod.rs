//! Watching: what makes a play a play, how long it was really watched, what is done to it on the way.
//!
//! The server is looked at now and then; between two looks anything may happen. The rules here are
//! handed two looks and say what may be concluded. Who looks, and what is stored, is not known here.

pub mod backfill;
pub mod calendar;
pub mod continuity;
pub mod conversion;
pub mod four_k;
pub mod place;
pub mod quality;
pub mod quarters;
pub mod stopping;
pub mod watch_time;

use crate::catalogue;

catalogue! {
    /// How PUM knows of a stream.
    pub enum StreamSource {
        /// It was seen while it went on.
        Watched = "watched",
        /// The server's own play history told of it.
        Imported = "imported",
    }
}

catalogue! {
    /// What a stream does.
    pub enum StreamState {
        Playing = "playing",
        Paused = "paused",
        Buffering = "buffering",
        Ended = "ended",
    }
}

catalogue! {
    /// What is being watched.
    pub enum StreamKind {
        Movie = "movie",
        Episode = "episode",
        Track = "track",
        Photo = "photo",
        /// Trailers, extras and home videos.
        Clip = "clip",
        /// Television as it is broadcast.
        Live = "live",
        Other = "other",
    }
}

catalogue! {
    /// From where somebody watches.
    pub enum StreamLocation {
        Lan = "lan",
        Wan = "wan",
        Cellular = "cellular",
    }
}

catalogue! {
    /// What the server does to a stream.
    pub enum StreamDecision {
        /// The file goes out as it is.
        DirectPlay = "direct_play",
        /// Packed anew, nothing converted.
        DirectStream = "direct_stream",
        /// Picture or sound is converted.
        Transcode = "transcode",
    }
}

catalogue! {
    /// Why a stream ended.
    pub enum StreamEnd {
        /// Watched to the end, or nearly.
        Finished = "finished",
        /// The viewer stopped.
        Stopped = "stopped",
        /// It ended while nobody looked.
        Lost = "lost",
        StoppedByAdmin = "stopped_by_admin",
        StoppedByRule = "stopped_by_rule",
    }
}

catalogue! {
    /// Whether PUM knows what is playing just now.
    pub enum WatchState {
        /// The server tells of every change, and is asked now and then as well.
        Live = "live",
        /// The server is asked now and then.
        Polling = "polling",
        /// Nobody looks, or the server does not answer.
        Stopped = "stopped",
    }
}
