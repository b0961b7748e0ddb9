//! One module per command of the command line.

pub mod doctor;
pub mod migrate;
mod terminal;
