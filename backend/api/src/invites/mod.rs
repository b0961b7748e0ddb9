//! Links with rules, as admins handle them.

mod create;
mod delete;
mod dto;
mod get;
mod list;
mod pause;
mod qr;
mod redemptions;
mod update;

pub use create::create_invite;
pub use delete::delete_invite;
pub use get::get_invite;
pub use list::list_invites;
pub use pause::{pause_invite, resume_invite};
pub use qr::get_invite_qr;
pub use redemptions::list_redemptions;
pub use update::update_invite;

pub use dto::{InviteDto, LibraryChoiceDto};
