//! People with access, or invited to it.

mod dto;
mod get;
mod list;

pub use dto::PendingChange;
pub use get::get_user;
pub use list::list_users;
