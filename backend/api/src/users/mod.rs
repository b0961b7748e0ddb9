//! People with access, or invited to it.

mod block;
mod dto;
mod export;
mod filter;
mod get;
mod list;
mod remove;
mod restore;
mod suspend;
mod update;

pub use block::{block_user, unblock_user};
pub use dto::{
    ChangeCauseName, ChangeStateName, PendingChange, PurgeStageDto, RemovedReasonName, UserDto, UserStateName,
};
pub use export::export_users;
pub use filter::UserFilter;
pub use get::get_user;
pub use list::list_users;
pub use remove::{FriendshipDto, remove_user};
pub use restore::restore_user;
pub use suspend::{resume_user, suspend_user};
pub use update::{UserPatch, end_of_access, update_user};
