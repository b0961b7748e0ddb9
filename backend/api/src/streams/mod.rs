//! What is playing now, from where, and stopping it.

mod dto;
mod list;
mod place;
mod stop;

pub use dto::StreamDto;
pub use list::list_streams;
pub use place::get_stream_place;
pub use stop::stop_stream;
