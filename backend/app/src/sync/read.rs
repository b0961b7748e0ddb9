//! Reading Plex's lists once. [`super::people`] puts them together.

use pum_domain::Instant;
use pum_domain::server::IdentityState;
use pum_domain::sync::lists::Lengths;
use pum_domain::sync::{Person, Shelf, SyncProblem};
use pum_domain::user::UserState;
use pum_plex::{
    HomeUser, PlexError, PlexTv, PlexUserId, SentInvitation, ServerResource, Share, ShareState, User,
};
use pum_store::{Reads, libraries as library_store, users};

use super::people::people;
use crate::ctx::Ctx;
use crate::error::{AppError, AppResult};
use crate::libraries;
use crate::outcome::BLOCKED_BY_PLEX_AUTH;
use crate::plex_server::{self, Connected, NotReady};

/// Plex's lists of one moment.
pub(super) struct Snapshot {
    /// The server that they are about.
    pub machine_identifier: String,
    /// When the reading began: what was changed later is not in it for certain.
    pub read_at: Instant,
    pub people: Vec<Person>,
    pub lengths: Lengths,
    pub shelf: Shelf,
}

/// Why there is no snapshot.
#[derive(Debug)]
pub(super) struct Unread {
    pub problem: SyncProblem,
    pub detail: String,
    /// Trying again may help.
    pub passing: Option<PlexError>,
    /// What has to be mended first.
    pub blocked_on: Option<&'static str>,
}

impl Unread {
    fn of(problem: SyncProblem, detail: &str) -> Self {
        Self { problem, detail: detail.to_owned(), passing: None, blocked_on: None }
    }
}

impl From<PlexError> for Unread {
    fn from(error: PlexError) -> Self {
        let problem = match &error {
            PlexError::Unauthorized => SyncProblem::PlexAuth,
            PlexError::Garbage { .. } | PlexError::Redirected | PlexError::TooLarge { .. } => {
                SyncProblem::PlexGarbage
            }
            error if error.is_passing() => SyncProblem::PlexUnavailable,
            _ => SyncProblem::PlexRefused,
        };
        let detail = match problem {
            SyncProblem::PlexAuth => {
                "Plex no longer accepts the owner's token. Nothing was changed. Replace the token in the settings \
                 under Plex, then sync again."
                    .to_owned()
            }
            SyncProblem::PlexGarbage => format!("Nothing was changed, because a list could not be used: {error}."),
            _ => format!("Nothing was changed, because Plex could not be read: {error}."),
        };
        let blocked_on = (error == PlexError::Unauthorized).then_some(BLOCKED_BY_PLEX_AUTH);
        Self { problem, detail, passing: error.is_passing().then_some(error), blocked_on }
    }
}

impl From<AppError> for Unread {
    fn from(error: AppError) -> Self {
        Self::of(SyncProblem::Internal, &error.detail)
    }
}

impl From<pum_store::StoreError> for Unread {
    fn from(error: pum_store::StoreError) -> Self {
        AppError::from(error).into()
    }
}

impl From<NotReady> for Unread {
    fn from(reason: NotReady) -> Self {
        let blocked_on = reason.blocked_on();
        let unread = match reason {
            NotReady::NotConnected => Self::of(
                SyncProblem::NotConnected,
                "No Plex server is connected yet. Connect one in the settings.",
            ),
            NotReady::AuthLost => PlexError::Unauthorized.into(),
            NotReady::OtherServer => Self::of(SyncProblem::PlexIdentity, OTHER),
            NotReady::Unanswered(error) => error.into(),
            NotReady::Failed(error) => error.into(),
        };
        Self { blocked_on, ..unread }
    }
}

const OTHER: &str = "Another server or owner answers than the one that was connected, so nobody is held to have left. \
    Look at the settings under Plex.";

/// Reads everything that is needed to judge everybody, in at most six calls when the routes are known; one more
/// where no list shows the invitations that PUM knows of.
pub(super) async fn read(ctx: &Ctx, lane: pum_plex::Lane) -> Result<Snapshot, Unread> {
    let server = plex_server::connected_server(ctx).await?;
    let read_at = ctx.reader().now().await?;
    let plex = ctx.plex().in_lane(lane);
    let mut lists = match Lists::read(&plex, &server).await {
        Err(PlexError::Unauthorized) => {
            plex_server::note_auth_lost(ctx, &server).await?;
            return Err(PlexError::Unauthorized.into());
        }
        // What plex.tv says of a server that somebody else owns.
        Err(error @ (PlexError::Forbidden | PlexError::ItemMissing)) => {
            plex_server::refuse_another_owner(ctx, &plex, &server).await?;
            return Err(error.into());
        }
        lists => lists?,
    };
    // A list without the server says nothing: plex.tv forgets servers that are off for long.
    let ours = lists.servers.iter().find(|one| one.machine_identifier == server.machine_identifier);
    let name_now = ours.map(|ours| ours.name.clone());
    if ours.is_some_and(|ours| !ours.owned) {
        plex_server::note_trouble(ctx, IdentityState::OtherOwner, None).await?;
        return Err(NotReady::OtherServer.into());
    }
    if lists.sections.is_empty() {
        // A healthy server has been seen to list nothing for a while.
        return Err(PlexError::Garbage { what: "a list of libraries with anything in it" }.into());
    }
    let shelf = shelf(ctx, &server, &lists.sections).await?;
    if lists.home.is_none() {
        // Nobody says: whoever was in it the last time is held to be in it.
        lists.home = Some(remembered_home(ctx).await?);
    }
    let name_now = name_now.as_deref();
    if lists.ours(&server, name_now).next().is_none()
        && invitations_waiting(ctx).await? > lists.waiting_shares()
    {
        // An empty list is no answer by itself.
        match plex.other_sent_invitations(&server.token).await {
            Ok(others) => {
                lists.invitations = others;
                let has_ours = lists.ours(&server, name_now).next().is_some();
                lists.no_others = !has_ours;
            }
            Err(PlexError::RouteGone) => {}
            Err(error) => return Err(error.into()),
        }
    }
    let (people, lengths) = people(&server, name_now, &lists);
    Ok(Snapshot { machine_identifier: server.machine_identifier, read_at, people, lengths, shelf })
}

/// How many people PUM waits for.
async fn invitations_waiting(ctx: &Ctx) -> AppResult<usize> {
    let counts = users::counts(&ctx.reader()).await?;
    let waiting =
        counts.iter().find(|(state, _)| *state == UserState::Pending).map_or(0, |(_, users)| *users);
    Ok(usize::try_from(waiting).unwrap_or_default())
}

async fn remembered_home(ctx: &Ctx) -> AppResult<Vec<HomeUser>> {
    let known = users::known(&ctx.reader(), Instant(i64::MAX)).await?;
    let here = known.into_iter().filter(|one| one.home && one.state != UserState::Removed);
    let members = here.filter_map(|one| {
        Some(HomeUser {
            id: PlexUserId(one.plex_id?.0),
            uuid: None,
            title: one.username,
            username: None,
            email: one.email,
            thumb: one.thumb,
            admin: false,
            guest: false,
            restricted: one.restricted,
            protected: false,
        })
    });
    Ok(members.collect())
}

/// The libraries by both names. One that PUM has not seen yet is read from the server first.
async fn shelf(ctx: &Ctx, server: &Connected, sections: &[i64]) -> AppResult<Shelf> {
    let shelf = known_shelf(ctx, server, sections).await?;
    if shelf.is_complete() {
        return Ok(shelf);
    }
    if let Err(error) = libraries::refresh(ctx).await {
        // Whoever has one of the new libraries is looked at next time.
        tracing::info!(?error, "the new libraries could not be read");
    }
    known_shelf(ctx, server, sections).await
}

async fn known_shelf(ctx: &Ctx, server: &Connected, sections: &[i64]) -> AppResult<Shelf> {
    let known = library_store::of_server(&ctx.reader(), &server.machine_identifier).await?;
    let there = known.iter().filter(|library| library.vanished_at.is_none());
    let both = there.filter_map(|library| Some((library.id, library.section_id?)));
    Ok(Shelf::new(sections.iter().copied(), both))
}

/// The lists as Plex gives them.
pub(super) struct Lists {
    pub servers: Vec<ServerResource>,
    /// `None` where Plex offers none (any more).
    pub users: Option<Vec<User>>,
    /// `None` where no list tells who is in the Home.
    pub home: Option<Vec<HomeUser>>,
    pub shares: Vec<Share>,
    /// Read where there is no list of people, and Plex offers it.
    pub other_shares: Option<Vec<Share>>,
    pub invitations: Vec<SentInvitation>,
    /// Whether another list of invitations has none of ours either.
    pub no_others: bool,
    pub sections: Vec<i64>,
}

impl Lists {
    async fn read(plex: &PlexTv, server: &Connected) -> Result<Self, PlexError> {
        let token = &server.token;
        let mid = server.machine_identifier.as_str();
        // One after the other: a list that fails makes the others pointless, and Plex counts requests.
        let users = match plex.may_list_users() {
            true => offered(plex.users(token).await)?,
            false => None,
        };
        let shares = plex.shares(token, mid).await?;
        let other_shares = match users {
            Some(_) => None,
            None => offered(plex.other_shares(token, mid).await)?,
        };
        let invitations = plex.sent_invitations(token).await?;
        let home = match (offered(plex.home_users(token).await)?, &users) {
            // The list of users says who is in the Home as well.
            (None, Some(_)) => Some(Vec::new()),
            (home, _) => home,
        };
        let servers = plex.servers(token).await?;
        let sections = plex.sections(token, mid).await?;
        Ok(Self {
            servers,
            users,
            home,
            shares,
            other_shares,
            invitations,
            no_others: false,
            sections: sections.into_iter().map(|section| section.id.0).collect(),
        })
    }

    /// How many shares nobody has accepted yet: the list of shares may show invitations as well.
    fn waiting_shares(&self) -> usize {
        self.shares.iter().filter(|share| share.state == ShareState::Pending).count()
    }

    /// The invitations to this server. One that names no server but by its name may bear the one it has now.
    pub(super) fn ours<'a>(
        &'a self,
        server: &'a Connected,
        name_now: Option<&'a str>,
    ) -> impl Iterator<Item = &'a SentInvitation> {
        let mid = server.machine_identifier.as_str();
        let names = [Some(server.name.as_str()), name_now];
        let is_ours =
            move |sent: &&SentInvitation| names.into_iter().flatten().any(|name| sent.is_for(mid, name));
        self.invitations.iter().filter(is_ours)
    }
}

/// A list, if Plex offers it.
fn offered<T>(answer: Result<T, PlexError>) -> Result<Option<T>, PlexError> {
    match answer {
        Err(PlexError::RouteGone) => Ok(None),
        answer => answer.map(Some),
    }
}
