//! Giving, changing and ending access. Every call here changes something at Plex.
//!
//! None of these retries, and none reads afterwards: the caller verifies by reading, because an answer
//! may be lost after the work was done, and plex.tv's reads lag behind its writes.

use serde_json::{Map, Value, json};

use crate::{
    client::{Host, PlexTv},
    error::PlexError,
    ids::{PlexUserId, SectionId, ShareId},
    routes::Route,
    settings::SharingSettings,
    shares::{Share, read_v1_row, read_v2_row},
    token::Token,
};

const CREATE_V1: Route = "POST /api/servers/{server}/shared_servers";
const CREATE_V2: Route = "POST /api/v2/shared_servers";
const LIBRARIES_V1: Route = "PUT /api/servers/{server}/shared_servers/{share}";
const UPDATE_V2: Route = "POST /api/v2/shared_servers/{share}";
const SHARING: Route = "PUT /api/v2/sharings/{user}";
const SHARING_SETTINGS: Route = "POST /api/v2/sharing_settings";
const REMOVE_V1: Route = "DELETE /api/servers/{server}/shared_servers/{share}";
const REMOVE_V2: Route = "DELETE /api/v2/shared_servers/{share}";
const END_SHARING: Route = "DELETE /api/v2/sharings/{user}";
const END_FRIENDSHIP: Route = "DELETE /api/v2/friends/{user}";

const WAYS_TO_CREATE: [Route; 2] = [CREATE_V1, CREATE_V2];
const WAYS_TO_LIBRARIES: [Route; 2] = [LIBRARIES_V1, UPDATE_V2];
const WAYS_TO_REMOVE: [Route; 2] = [REMOVE_V1, REMOVE_V2];
const WAYS_TO_END: [Route; 2] = [END_SHARING, END_FRIENDSHIP];

/// Whom to share with. Give both if both are known: each route has its preference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitee {
    /// A known account.
    pub plex_user_id: Option<PlexUserId>,
    /// A username or an e-mail address; an address needs no account yet.
    pub name_or_email: Option<String>,
}

/// Which libraries to share on creation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Libraries {
    /// Plex's own *all*: later libraries are included by themselves.
    All,
    /// Exactly these, by plex.tv's ids; never an empty list.
    Only(Vec<SectionId>),
}

/// A share to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewShare {
    /// The server.
    pub machine_identifier: String,
    /// The person.
    pub invitee: Invitee,
    /// The libraries.
    pub libraries: Libraries,
    /// What is `None` here is sent as "no" and "no filter". They belong to the pair of people: for somebody
    /// who has a share of another server of the owner, give their present settings.
    pub settings: SharingSettings,
}

impl PlexTv {
    /// Shares a server, which also sends a friend request: friendship is what makes a later share immediate.
    /// Friends and Home members have access at once, others once they accept. Returns the share if Plex's
    /// answer shows it.
    ///
    /// # Errors
    /// `AlreadySharing` if there is a share, an invitation or a stale row already; `ShareLimit`;
    /// `ItemMissing` for an unknown person or server; `EmptyLibrariesRefused`; `RouteGone`: read, call again.
    pub async fn create_share(&self, token: &Token, share: &NewShare) -> Result<Option<Share>, PlexError> {
        let sections = match &share.libraries {
            Libraries::All => Vec::new(),
            Libraries::Only(ids) => non_empty(ids)?,
        };
        let call = self.writing();
        let route = self.way(&WAYS_TO_CREATE)?;
        let (host, request) = if route == CREATE_V1 {
            let parts = [share.machine_identifier.as_str()];
            (Host::PlexTv, self.request(Host::PlexTv, route, &parts)?.json(creation_v1(share, &sections)?))
        } else {
            (Host::Clients, self.request(Host::Clients, route, &[])?.json(creation_v2(share, &sections)?))
        };
        let answer = self.send(call, host, request.token(token).sharing()).await;
        let root = self.note_write(&WAYS_TO_CREATE, route, answer)?.tree_if_any();
        Ok(root.and_then(|root| {
            let row = root.container().unwrap_or(&root);
            let row = row.child(&["SharedServer", "sharedServer"]).unwrap_or(row);
            read_v2_row(row, None).or_else(|| read_v1_row(row, &share.machine_identifier))
        }))
    }

    /// Whether the next [`PlexTv::update_libraries`] (or [`PlexTv::update_downloads`]) of this share sends all
    /// its settings along. Then they have to be known first, or those that are not are lost.
    #[must_use]
    pub fn sends_settings(&self, share: &Share, downloads: bool) -> bool {
        let way = if downloads { self.way(&ways_to_settings(share)) } else { self.way(&WAYS_TO_LIBRARIES) };
        way.is_ok_and(|way| way == UPDATE_V2 || way == SHARING_SETTINGS)
    }

    /// Replaces the libraries of a share. `share` must be freshly read: the newer route sends its settings
    /// along, so that they stay as they are; see [`PlexTv::sends_settings`].
    ///
    /// # Errors
    /// `EmptyLibrariesRefused` for no sections: remove the share instead. `ItemMissing`; `RouteGone`: read,
    /// call again.
    pub async fn update_libraries(
        &self,
        token: &Token,
        share: &Share,
        sections: &[SectionId],
    ) -> Result<(), PlexError> {
        let sections = non_empty(sections)?;
        let call = self.writing();
        let id = share.id.to_string();
        let route = self.way(&WAYS_TO_LIBRARIES)?;
        let (host, request) = if route == LIBRARIES_V1 {
            let body = json!({
                "server_id": share.machine_identifier,
                "shared_server": { "library_section_ids": sections },
            });
            (Host::PlexTv, self.request(Host::PlexTv, route, &[&share.machine_identifier, &id])?.json(body))
        } else {
            let settings = share.settings.clone().without_empty_filters();
            let body = json!({ "settings": settings.v2_known(), "librarySectionIds": sections });
            (Host::Clients, self.request(Host::Clients, route, &[&id])?.json(body))
        };
        let answer = self.send(call, host, request.token(token)).await;
        self.note_write(&WAYS_TO_LIBRARIES, route, answer).map(drop)
    }

    /// Allows or forbids downloads; everything else stays. It holds for all servers of the owner that the
    /// person has a share of. `share` must be freshly read. One of everything becomes one of its `section_ids`
    /// where the way that repeats the libraries is taken; where there are none, that way is not.
    ///
    /// # Errors
    /// `RouteGone` also where the route's refusal has been seen to mean nothing: read, and call again if the
    /// change is not there. `Incomplete` if no known way fits this share.
    pub async fn update_downloads(&self, token: &Token, share: &Share, allow: bool) -> Result<(), PlexError> {
        let named = SharingSettings { allow_downloads: Some(allow), ..SharingSettings::default() };
        let known = share.settings.clone().without_empty_filters();
        let all = SharingSettings { allow_downloads: Some(allow), ..known };
        self.change_settings(token, share, &named, &all).await
    }

    /// Sets everything that is told in `settings` for the person again, empty filters included. It holds for all
    /// servers of the owner that the person has a share of. `share` must be freshly read.
    ///
    /// # Errors
    /// As [`PlexTv::update_downloads`].
    pub async fn give_back_settings(
        &self,
        token: &Token,
        share: &Share,
        settings: &SharingSettings,
    ) -> Result<(), PlexError> {
        self.change_settings(token, share, settings, settings).await
    }

    /// One route takes only what is `named`, the others `all`.
    async fn change_settings(
        &self,
        token: &Token,
        share: &Share,
        named: &SharingSettings,
        all: &SharingSettings,
    ) -> Result<(), PlexError> {
        let call = self.writing();
        let ways = ways_to_settings(share);
        let route = self.way(&ways)?;
        let (host, request) = match (route, share.plex_user_id) {
            (SHARING, Some(user)) => {
                let request = self.request(Host::PlexTv, SHARING, &[&user.to_string()])?;
                let named = named.named();
                let pairs: Vec<_> = named.iter().map(|(name, value)| (*name, value.as_str())).collect();
                (Host::PlexTv, request.query(&pairs))
            }
            (UPDATE_V2, _) => {
                let sections = non_empty(&share.section_ids)?;
                let body = json!({ "settings": all.v2_known(), "librarySectionIds": sections });
                (Host::Clients, self.request(Host::Clients, UPDATE_V2, &[&share.id.to_string()])?.json(body))
            }
            (SHARING_SETTINGS, _) => {
                let mut body = person(&Invitee {
                    plex_user_id: share.plex_user_id,
                    name_or_email: share.username.clone().or_else(|| share.email.clone()),
                })?;
                body.insert("settings".to_owned(), all.v2_known());
                (Host::Clients, self.request(Host::Clients, SHARING_SETTINGS, &[])?.json(Value::Object(body)))
            }
            _ => return Err(PlexError::Incomplete("the person's account")),
        };
        let answer = self.send(call, host, request.token(token)).await;
        match self.note_write(&ways, route, answer) {
            // Reported as 404 although it was applied, and as 400 and 404 while other routes worked.
            Err(PlexError::ItemMissing | PlexError::Refused { status: 400, .. }) if route == SHARING => {
                self.inner.routes.doubt(route);
                Err(PlexError::RouteGone)
            }
            other => other.map(drop),
        }
    }

    /// Ends one share, or takes back an invitation to it; a friendship stays.
    ///
    /// # Errors
    /// `ItemMissing` if there is no such share (any more): read to be sure. `RouteGone`: read, call again.
    pub async fn remove_share(
        &self,
        token: &Token,
        machine_identifier: &str,
        share: ShareId,
    ) -> Result<(), PlexError> {
        let call = self.writing();
        let id = share.to_string();
        let route = self.way(&WAYS_TO_REMOVE)?;
        let parts: &[&str] = if route == REMOVE_V1 { &[machine_identifier, &id] } else { &[&id] };
        let request = self.request(Host::PlexTv, route, parts)?;
        let answer = self.send(call, Host::PlexTv, request.token(token)).await;
        self.note_write(&WAYS_TO_REMOVE, route, answer).map(drop)
    }

    /// Ends a friendship **and every share with that person, on all servers of the owner**. Not for members
    /// of the Home. Where Plex has retired that, the friendship alone.
    ///
    /// # Errors
    /// `ItemMissing` if there is nothing (any more). `RouteGone`: read, call again.
    pub async fn end_friendship(&self, token: &Token, user: PlexUserId) -> Result<(), PlexError> {
        let call = self.writing();
        let route = self.way(&WAYS_TO_END)?;
        let request = self.request(Host::PlexTv, route, &[&user.to_string()])?;
        let answer = self.send(call, Host::PlexTv, request.token(token)).await;
        self.note_write(&WAYS_TO_END, route, answer).map(drop)
    }
}

/// To Plex an empty list means every library, at least on creation; nobody may ever be given that by accident.
fn non_empty(sections: &[SectionId]) -> Result<Vec<i64>, PlexError> {
    if sections.is_empty() {
        return Err(PlexError::EmptyLibrariesRefused);
    }
    Ok(sections.iter().map(|section| section.0).collect())
}

/// The ways of changing settings that fit a share: one needs an account, one a list of libraries to repeat.
fn ways_to_settings(share: &Share) -> Vec<Route> {
    let mut ways = Vec::with_capacity(3);
    if share.plex_user_id.is_some() {
        ways.push(SHARING);
    }
    if !share.section_ids.is_empty() {
        ways.push(UPDATE_V2);
    }
    ways.push(SHARING_SETTINGS);
    ways
}

fn creation_v1(share: &NewShare, sections: &[i64]) -> Result<Value, PlexError> {
    let mut shared = Map::new();
    shared.insert("library_section_ids".to_owned(), json!(sections));
    match (share.invitee.plex_user_id, given_name(&share.invitee)) {
        (Some(id), _) => shared.insert("invited_id".to_owned(), json!(id.0)),
        (None, Some(name)) => shared.insert("invited_email".to_owned(), json!(name)),
        (None, None) => return Err(PlexError::Incomplete("whom to invite")),
    };
    Ok(json!({
        "server_id": share.machine_identifier,
        "shared_server": shared,
        "sharing_settings": share.settings.v1_creation(),
    }))
}

fn creation_v2(share: &NewShare, sections: &[i64]) -> Result<Value, PlexError> {
    let mut body = person(&share.invitee)?;
    body.insert("machineIdentifier".to_owned(), json!(share.machine_identifier));
    body.insert("librarySectionIds".to_owned(), json!(sections));
    body.insert("settings".to_owned(), share.settings.v2_creation());
    Ok(Value::Object(body))
}

/// The newer routes are seen with a name or address; the number is for those who have neither.
fn person(invitee: &Invitee) -> Result<Map<String, Value>, PlexError> {
    let mut body = Map::new();
    match (given_name(invitee), invitee.plex_user_id) {
        (Some(name), _) => body.insert("invitedEmail".to_owned(), json!(name)),
        (None, Some(id)) => body.insert("invitedId".to_owned(), json!(id.0)),
        (None, None) => return Err(PlexError::Incomplete("whom to invite")),
    };
    Ok(body)
}

fn given_name(invitee: &Invitee) -> Option<&str> {
    invitee.name_or_email.as_deref().map(str::trim).filter(|name| !name.is_empty())
}
