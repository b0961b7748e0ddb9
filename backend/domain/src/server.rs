//! How the connected Plex server stands, as PUM last saw it.

use crate::catalogue;

catalogue! {
    /// What a token opens.
    pub enum TokenKind {
        /// An account at Plex: signs in everywhere, and is what PUM needs of the owner.
        Account = "account",
        /// One server only: reads there, but cannot share anything.
        Server = "server",
    }
}

catalogue! {
    /// Whether Plex accepts the owner's token.
    pub enum AuthState {
        Ok = "ok",
        /// Refused; jobs wait until it is replaced.
        Dead = "dead",
    }
}

catalogue! {
    /// Whether the server that answers is the one that was connected.
    pub enum IdentityState {
        Ok = "ok",
        /// Another server answers at the address.
        OtherServer = "other_server",
        /// The token's account no longer owns the server.
        OtherOwner = "other_owner",
    }
}
