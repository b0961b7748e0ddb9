//! The wizard that makes a fresh installation usable.

use crate::catalogue;

catalogue! {
    /// The steps of the wizard, in order.
    pub enum SetupStep {
        /// Somebody who may sign in.
        Admin = "admin",
        /// The Plex server.
        Plex = "plex",
        /// The address under which people reach PUM.
        App = "app",
        /// The first look at the libraries.
        Finish = "finish",
    }
}
