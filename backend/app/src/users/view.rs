//! A user as admins see them: what is wanted beside what Plex shows, and what is under way.

use std::collections::HashMap;

use pum_domain::invite::LibraryChoice;
use pum_domain::page::{Page, PageRequest};
use pum_domain::user::UserState;
use pum_domain::{Instant, InviteId, LibraryId, UserId};
use pum_store::access_changes::{self, Change};
use pum_store::plex_server::{self, PlexServer};
use pum_store::users::{self as store, Filter, Profile, Shown, ShownLibraries, Sort};
use pum_store::{Reads, invites, libraries, remembered};

use crate::ctx::Ctx;
use crate::error::AppResult;

/// A user as admins see them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserView {
    /// Everything that PUM knows of the person.
    pub user: Profile,
    /// What Plex last showed, in PUM's libraries.
    pub now: Option<AccessNow>,
    /// The change that is planned or under way, or has failed.
    pub change: Option<Change>,
    /// The label of the invite they came by.
    pub invite_label: Option<String>,
}

/// What Plex last showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessNow {
    /// Which libraries; `None` is no share.
    pub libraries: Option<LibraryChoice>,
    /// Shared libraries that PUM does not know.
    pub unknown_libraries: usize,
    /// Whether downloads are allowed, where Plex said so.
    pub allow_downloads: Option<bool>,
    /// Whether it is an invitation that has not been accepted.
    pub pending: bool,
    /// When it was read.
    pub at: Instant,
}

impl UserView {
    /// Whether a restore or a resume would need the person to accept again; `None` where they have access,
    /// or nobody knows.
    pub fn must_accept_again(&self) -> Option<bool> {
        match self.user.state {
            UserState::Suspended | UserState::Removed => self.user.friends.map(|friends| !friends),
            UserState::Active | UserState::Pending => None,
        }
    }
}

/// One user, tombstones included.
pub async fn get(ctx: &Ctx, id: UserId) -> AppResult<UserView> {
    show(&ctx.reader(), id).await
}

/// A page of users.
pub async fn list(
    ctx: &Ctx,
    filter: &Filter,
    sort: Sort,
    request: &PageRequest,
) -> AppResult<Page<UserView>> {
    let reader = ctx.reader();
    remembered(&reader, format!("users {filter:?} {sort:?} {request:?}"), async {
        let Page { items, next_cursor, total, total_is_minimum } =
            store::list(&reader, filter, sort, request).await?;
        let items = views(&reader, items).await?;
        Ok(Page { items, next_cursor, total, total_is_minimum })
    })
    .await
}

pub(super) async fn show(db: &impl Reads, id: UserId) -> AppResult<UserView> {
    let user = store::profile(db, id).await?;
    Ok(views(db, vec![user]).await?.remove(0))
}

async fn views(db: &impl Reads, users: Vec<Profile>) -> AppResult<Vec<UserView>> {
    let ids: Vec<UserId> = users.iter().map(|user| user.id).collect();
    let changes = access_changes::open_of(db, &ids).await?;
    let mut changes: HashMap<UserId, Change> =
        changes.into_iter().map(|change| (change.user_id, change)).collect();
    let mut invited: Vec<InviteId> = users.iter().filter_map(|user| user.invited_by).collect();
    invited.sort_unstable();
    invited.dedup();
    let labels = invites::labels(db, &invited).await?;
    let server = plex_server::get(db).await?;
    let names_sections = |user: &Profile| matches!(&user.shown, Some(shown) if matches!(shown.libraries, ShownLibraries::Sections(_)));
    let sections = match &server {
        Some(server) if users.iter().any(names_sections) => sections(db, server).await?,
        _ => HashMap::new(),
    };
    let people_seen_at = server.and_then(|server| server.people_seen_at);
    let views = users.into_iter().map(|user| UserView {
        now: user.shown.as_ref().map(|shown| now(shown, &sections, seen_at(&user, shown, people_seen_at))),
        change: changes.remove(&user.id),
        invite_label: user.invited_by.and_then(|id| labels.get(&id).cloned().flatten()),
        user,
    });
    Ok(views.collect())
}

/// When what Plex shows for them was last read: with everybody's, unless they are missing since.
fn seen_at(user: &Profile, shown: &Shown, people_seen_at: Option<Instant>) -> Instant {
    match people_seen_at {
        Some(everybody) if user.missing_since.is_none() => everybody.max(shown.at),
        _ => shown.at,
    }
}

async fn sections(db: &impl Reads, server: &PlexServer) -> AppResult<HashMap<i64, LibraryId>> {
    let known = libraries::of_server(db, &server.machine_identifier).await?;
    let numbered = known.into_iter().filter_map(|library| Some((library.section_id?, library.id)));
    Ok(numbered.collect())
}

fn now(shown: &Shown, known: &HashMap<i64, LibraryId>, at: Instant) -> AccessNow {
    let mut unknown_libraries = 0;
    let libraries = match &shown.libraries {
        ShownLibraries::Nothing => None,
        ShownLibraries::All => Some(LibraryChoice::All),
        ShownLibraries::Sections(numbers) => {
            let mut ids: Vec<LibraryId> =
                numbers.iter().filter_map(|number| known.get(number).copied()).collect();
            unknown_libraries = numbers.len() - ids.len();
            ids.sort_unstable();
            Some(LibraryChoice::Some(ids))
        }
    };
    AccessNow { libraries, unknown_libraries, allow_downloads: shown.downloads, pending: shown.pending, at }
}
