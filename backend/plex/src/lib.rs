//! The Plex client: plex.tv, clients.plex.tv and one's own media server, as typed calls and typed errors.
//!
//! It knows nothing of PUM: no users, invites or jobs, only what Plex offers. It decides three things
//! on its own, because they belong to the wire and to nobody else: how fast to ask ([`Limits`],
//! [`Lane`]), when to stop asking a host that is down (a circuit per host), and which of two routes to
//! take where Plex retires one now and then. Everything else (retries, verifying a write by reading,
//! what a refusal means to a person) is the caller's.
//!
//! - [`PlexTv`]: accounts, sign-in, sharing. Every call takes the token it acts with.
//! - [`MediaServers`] and [`MediaServer`]: the server itself.
//! - [`PlexError`]: what can go wrong, with [`PlexError::is_passing`] and [`PlexError::may_have_been_done`].
//!
//! Tokens travel in a header only, redirects are never followed, bodies are capped, every call has a
//! deadline that covers the waiting for its turn as well.

mod account;
mod address;
mod bucket;
mod circuit;
mod classify;
mod client;
mod error;
mod event_stream;
mod gate;
mod http;
mod identity;
mod ids;
mod invitations;
mod jitter;
mod json;
mod libraries;
mod media;
mod media_server;
mod notifications;
mod now_playing;
mod pictures;
mod pins;
mod places;
mod play_history;
mod received;
mod request;
mod routes;
mod servers;
mod settings;
mod shares;
mod sharing;
mod stop_stream;
mod token;
mod tree;
mod users;
mod xml;

pub use account::Account;
pub use client::PlexTv;
pub use error::{ConnectTrouble, PlexError};
pub use gate::{Lane, Limits};
pub use identity::{ClientIdentity, Endpoints};
pub use ids::{PlexUserId, SectionId, ShareId};
pub use invitations::{InvitationHandle, SentInvitation};
pub use libraries::Library;
pub use media::{Media, MediaStream};
pub use media_server::{MediaServer, MediaServers, ServerAccount, ServerIdentity, ServerRoot};
pub use notifications::{Notifications, PlayingHint};
pub use now_playing::{NowPlaying, Player, Transcode};
pub use pictures::{PICTURE_LIMIT, Picture};
pub use pins::{Pin, PinRequest};
pub use places::Place;
pub use play_history::{HistoryPage, HistoryQuery, PastPlay};
pub use received::ReceivedInvitation;
pub use servers::{Connection, PlexTvSection, ServerResource};
pub use settings::SharingSettings;
pub use shares::{Share, ShareState};
pub use sharing::{Invitee, Libraries, NewShare};
pub use stop_stream::StopOutcome;
pub use token::Token;
pub use users::{HomeUser, User, UserServer};
