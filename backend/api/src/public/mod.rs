//! What a stranger with a link may see.

mod get;

pub use get::{PublicLibrary, get_public_invite};
