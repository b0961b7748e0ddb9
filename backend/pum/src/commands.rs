//! One module per command of the command line.

/// Prints a line of the answer. A reader that has gone away (`pum settings list | head -1`) is no fault.
macro_rules! say {
    ($($words:tt)*) => {
        $crate::commands::terminal::print_line(format_args!($($words)*))
    };
}

pub mod admin;
pub mod doctor;
pub mod invites;
pub mod jobs;
pub mod migrate;
pub mod settings;
pub mod setup;
mod sync;
mod terminal;
pub mod users;
