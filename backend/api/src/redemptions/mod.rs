//! What an invitee's browser calls on its way through an invite.

pub mod accept;
pub mod current;
pub mod dto;
pub mod plex;
pub mod retry;
pub mod start;
