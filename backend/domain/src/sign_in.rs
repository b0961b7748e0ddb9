//! Signing in with Plex: one transaction, one purpose, one browser.

use crate::catalogue;
use crate::instant::MINUTE;

/// How long a sign-in may take from its start, and how old its PIN may be, in milliseconds.
pub const SIGN_IN_LIFETIME: i64 = 10 * MINUTE;

catalogue! {
    /// What the sign-in is for. A result never serves another purpose.
    pub enum SignInPurpose {
        /// The first admin account, in the wizard.
        SetupAdmin = "setup_admin",
        /// The server's owner, in the wizard.
        SetupServer = "setup_server",
        /// An admin signs in to the dashboard.
        Login = "login",
        /// An admin ties a Plex account to their own.
        LinkAdmin = "link_admin",
        /// The owner signs in again from the settings.
        ReplaceToken = "replace_token",
        /// An invitee.
        Redemption = "redemption",
    }
}
