//! Everybody the owner is connected with: friends, members of the Home, people with a share.

use chrono::{DateTime, Utc};

use crate::{
    client::{Host, PlexTv},
    error::PlexError,
    ids::{PlexUserId, ShareId},
    request::LIST_CAP,
    routes::Route,
    settings::SharingSettings,
    token::Token,
    tree::Node,
};

const USERS: Route = "GET /api/users";
const HOME_V2: Route = "GET /api/v2/home/users";
const HOME_V1: Route = "GET /api/home/users";

/// A person the owner is connected with. The owner is not among them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The key: everything else may change.
    pub id: PlexUserId,
    /// What Plex shows; the only name a managed user has.
    pub title: String,
    /// Absent for managed users.
    pub username: Option<String>,
    /// Absent for managed users.
    pub email: Option<String>,
    /// The picture, an address at Plex.
    pub thumb: Option<String>,
    /// Member of the owner's Home.
    pub home: bool,
    /// A managed user.
    pub restricted: bool,
    /// What they may do on the owner's servers.
    pub settings: SharingSettings,
    /// The owner's servers they have a share of.
    pub servers: Vec<UserServer>,
}

/// One server of the owner that a person has a share of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserServer {
    /// The share.
    pub share_id: Option<ShareId>,
    /// Which server.
    pub machine_identifier: String,
    /// Its name.
    pub name: String,
    /// Every library, new ones included.
    pub all_libraries: bool,
    /// Not accepted yet.
    pub pending: bool,
    /// How many libraries.
    pub libraries: Option<i64>,
    /// Last seen there, according to plex.tv.
    pub last_seen_at: Option<DateTime<Utc>>,
}

/// A member of the owner's Home, the owner included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HomeUser {
    /// The key.
    pub id: PlexUserId,
    /// Shown in picture addresses.
    pub uuid: Option<String>,
    /// What Plex shows.
    pub title: String,
    /// Absent for managed users.
    pub username: Option<String>,
    /// Absent for managed users.
    pub email: Option<String>,
    /// The picture, an address at Plex.
    pub thumb: Option<String>,
    /// Manages the Home.
    pub admin: bool,
    /// The Home's guest.
    pub guest: bool,
    /// A managed user.
    pub restricted: bool,
    /// Has a PIN.
    pub protected: bool,
}

impl PlexTv {
    /// Friends, Home members and people with a share. People who have not accepted yet are usually missing.
    ///
    /// # Errors
    /// `Garbage` if the list is shorter than it says: it must not be read as people having left. `RouteGone`:
    /// Plex has no other list that tells all this; [`PlexTv::other_shares`] is what else tells of shares.
    pub async fn users(&self, token: &Token) -> Result<Vec<User>, PlexError> {
        let call = self.reading();
        let mut request = self.request(Host::PlexTv, USERS, &[])?.token(token).list();
        request.cap = LIST_CAP;
        let answer = self.send(call, Host::PlexTv, request).await;
        self.note(USERS, &answer);
        read_users(&answer?.tree("a list of users")?)
    }

    /// Whether [`PlexTv::users`] is worth asking: for a day after Plex has said that it has retired that list, it
    /// is not, unless somebody asked all the same and was answered.
    #[must_use]
    pub fn may_list_users(&self) -> bool {
        self.may_offer(USERS)
    }

    /// The members of the owner's Home.
    ///
    /// # Errors
    /// `RouteGone` if Plex offers no such list, or not to this account: then [`PlexTv::users`] says who is in
    /// the Home.
    pub async fn home_users(&self, token: &Token) -> Result<Vec<HomeUser>, PlexError> {
        let call = self.reading();
        for route in self.ways(&[HOME_V2, HOME_V1]) {
            let request = self.request(Host::PlexTv, route, &[])?.token(token).list();
            let answer = self.send(call, Host::PlexTv, request).await;
            if self.note(route, &answer) {
                continue;
            }
            return match answer {
                // An account without a Home has been told that it may not ask for one.
                Err(PlexError::Forbidden) => Err(PlexError::RouteGone),
                answer => read_home(&answer?.tree("the members of a Home")?),
            };
        }
        Err(PlexError::RouteGone)
    }
}

fn read_users(root: &Node) -> Result<Vec<User>, PlexError> {
    const WHAT: &str = "a list of users";
    let rows = root.complete(&["User"], WHAT)?;
    rows.into_iter().map(read_user).collect::<Option<Vec<_>>>().ok_or(PlexError::Garbage { what: WHAT })
}

fn read_user(row: &Node) -> Option<User> {
    let username = row.string("username");
    Some(User {
        id: PlexUserId(row.id("id")?),
        title: row.string("title").or_else(|| username.clone()).unwrap_or_default(),
        username,
        email: row.string("email"),
        thumb: row.string("thumb"),
        home: row.flag("home").unwrap_or(false),
        restricted: row.flag("restricted").unwrap_or(false),
        settings: SharingSettings::read(row),
        servers: row.children(&["Server"]).map(read_user_server).collect::<Option<_>>()?,
    })
}

fn read_user_server(row: &Node) -> Option<UserServer> {
    Some(UserServer {
        share_id: row.id("id").map(ShareId),
        machine_identifier: row.string("machineIdentifier")?,
        name: row.string("name").unwrap_or_default(),
        all_libraries: row.flag("allLibraries").unwrap_or(false),
        pending: row.flag("pending").unwrap_or(false),
        libraries: row.int("numLibraries"),
        last_seen_at: row.time("lastSeenAt"),
    })
}

fn read_home(root: &Node) -> Result<Vec<HomeUser>, PlexError> {
    let garbage = PlexError::Garbage { what: "the members of a Home" };
    let rows = match root.container() {
        Some(_) => root.complete(&["User"], "the members of a Home")?,
        None if ["id", "guestEnabled"].iter().any(|name| root.text(name).is_some()) => {
            root.nested("users", &["user", "User"])
        }
        None => return Err(garbage),
    };
    rows.into_iter().map(read_home_user).collect::<Option<Vec<_>>>().ok_or(garbage)
}

fn read_home_user(row: &Node) -> Option<HomeUser> {
    let username = row.string("username");
    Some(HomeUser {
        id: PlexUserId(row.id("id")?),
        uuid: row.string("uuid"),
        title: row.string("title").or_else(|| username.clone()).unwrap_or_default(),
        username,
        email: row.string("email"),
        thumb: row.string("thumb"),
        admin: row.flag("admin").unwrap_or(false),
        guest: row.flag("guest").unwrap_or(false),
        restricted: row.flag("restricted").unwrap_or(false),
        protected: row.flag("protected").unwrap_or(false),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn friends_members_and_managed_users_are_told_apart() {
        let root = Node::read(include_bytes!("../fixtures/users.xml")).unwrap();
        let users = read_users(&root).unwrap();
        assert_eq!(users.len(), 4);
        let [friend, member, managed, lonely] = &users[..] else { panic!("four users") };
        assert_eq!((friend.id.0, friend.username.as_deref()), (5_001, Some("bob")));
        assert_eq!(friend.settings.allow_downloads, Some(true));
        assert_eq!(friend.settings.filter_movies.as_deref(), Some("contentRating=G%2CPG"));
        assert_eq!(friend.servers.len(), 2);
        assert_eq!(friend.servers[0].share_id, Some(ShareId(910_001)));
        assert!(member.home && !member.restricted);
        assert!(managed.home && managed.restricted && managed.username.is_none() && managed.email.is_none());
        assert_eq!(managed.title, "Kid <3");
        assert!(lonely.servers.is_empty());
    }

    #[test]
    fn a_list_cut_short_or_holding_a_row_without_id_is_no_answer() {
        for body in [
            r#"<MediaContainer totalSize="2" size="2"><User id="1" title="a"/></MediaContainer>"#,
            r#"<MediaContainer totalSize="1" size="1"><User id="" title="a"/></MediaContainer>"#,
            r#"<MediaContainer totalSize="1" size="1"><User id="1"><Server id="2"/></User></MediaContainer>"#,
            "<Response code='200' status='fine'/>",
        ] {
            assert!(read_users(&Node::read(body.as_bytes()).unwrap()).is_err(), "{body}");
        }
    }

    #[test]
    fn the_home_reads_alike_in_both_spellings() {
        let v2 = read_home(&Node::read(include_bytes!("../fixtures/home_v2.json")).unwrap()).unwrap();
        let v1 = read_home(&Node::read(include_bytes!("../fixtures/home_v1.xml")).unwrap()).unwrap();
        assert_eq!(v1, v2);
        assert_eq!(v1.len(), 2);
        assert!(v1[0].admin && v1[1].restricted && v1[1].protected);
        assert!(read_home(&Node::read(b"{}").unwrap()).is_err());
    }
}
