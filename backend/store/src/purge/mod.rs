//! What the purge of quiet people reads and notes: who has been quiet for how long, how far somebody is
//! on the way out, and when somebody was quiet in the past.

mod past;
mod people;
mod stages;

pub use past::{Silence, explain_silences, oldest_stream, silences};
pub use people::{
    By, Place, Range, Someone, count, explain, explain_judging, find, leaving, people, streaming,
    streams_now, warned_of_accounts, warned_ones,
};
pub(crate) use stages::warned;
pub use stages::{begin_anew, clear, note_carried, put_off, warn};
