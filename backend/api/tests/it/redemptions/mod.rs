//! An invite link turns into Plex access, whatever happens on the way.

mod accepting;
mod crowd;
mod doubts;
mod happy;
mod meanwhile;
mod members;
mod outages;
mod refusals;
mod waiting;
