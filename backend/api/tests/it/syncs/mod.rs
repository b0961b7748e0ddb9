//! Keeping users in step with Plex, told from the outside.

mod by_hand;
mod confirmed;
mod differences;
mod everybody;
mod interrupted;
mod lanes;
mod meanwhile;
mod model;
mod removals;
mod retired;
mod wrong_lists;
