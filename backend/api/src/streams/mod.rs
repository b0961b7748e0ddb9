//! What is playing now, and stopping it.

mod dto;
mod list;
mod stop;

pub use dto::StreamDto;
pub use list::list_streams;
pub use stop::stop_stream;
