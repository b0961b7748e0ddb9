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

catalogue! {
    /// What one check of a connection test has found.
    pub enum Finding {
        ServerAnswers = "server_answers",
        /// Another server than the connected one.
        OtherServer = "other_server",
        OwnerToken = "owner_token",
        /// An account's, while the server's owner is not known.
        AccountToken = "account_token",
        OtherAccountToken = "other_account_token",
        /// Opens one server only.
        ServerToken = "server_token",
        /// Opens one server only, and not as its owner.
        GuestToken = "guest_token",
        /// Opens nothing.
        DeadToken = "dead_token",
        TokenKindUnknown = "token_kind_unknown",
        /// plex.tv does not take it as an account's token.
        NoAccountToken = "no_account_token",
        AccountKnown = "account_known",
        OwnsServer = "owns_server",
        IsGuest = "is_guest",
        HasNoAccess = "has_no_access",
        LibrariesFound = "libraries_found",
        /// Libraries by the numbers that plex.tv gives them.
        SectionsFound = "sections_found",
        SharesFound = "shares_found",
        InvitationsFound = "invitations_found",
        NotTriedServer = "not_tried_server",
        NotTriedAccount = "not_tried_account",
        NotTriedOwner = "not_tried_owner",
        TokenRefused = "token_refused",
        Forbidden = "forbidden",
        NoSuchServer = "no_such_server",
        Timeout = "timeout",
        HostUnknown = "host_unknown",
        PortClosed = "port_closed",
        CertificateInvalid = "certificate_invalid",
        Unreachable = "unreachable",
        ConnectionFailed = "connection_failed",
        Redirected = "redirected",
        NotPlex = "not_plex",
        SlowDown = "slow_down",
        PlexTrouble = "plex_trouble",
        AddressRefused = "address_refused",
        Refused = "refused",
    }
}
