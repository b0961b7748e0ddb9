//! Changing many users at once.
//!
//! A bulk freezes its list of people when it begins. Its job begins each person's part in a
//! transaction of its own, through the same use cases as an edit of one, and never has more changes
//! in the queue than are soon worked off: so a bulk of thousands stops where somebody stops it. How a
//! change goes on at Plex is told by the change itself. [`preview`] does the same and takes it back.

mod act;
mod desk;
mod preview;
mod run;
mod wish;

pub use desk::{AnswerOf, progress, retry, start, start_in, stop};
pub use preview::{Preview, Verdict, preview};
pub(crate) use run::{key, run};
pub use wish::{Terms, Who, Wish, action};
