//! What has been played.

mod delete;
mod dto;
mod export;
mod list;

pub use delete::delete_stream_history;
pub use dto::{
    LocationName, PlayedDto, PlayerDto, QualityDto, StreamDecisionName, StreamKindName, StreamLibrary,
    StreamUser,
};
pub use export::export_stream_history;
pub use list::list_stream_history;
