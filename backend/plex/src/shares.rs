//! Who has a share of a server, and of which libraries.

use chrono::{DateTime, Utc};

use crate::{
    client::{Call, Host, PlexTv},
    error::PlexError,
    ids::{PlexUserId, SectionId, ShareId},
    routes::Route,
    settings::SharingSettings,
    token::Token,
    tree::Node,
};

const LIST_V1: Route = "GET /api/servers/{server}/shared_servers";
const LIST_V2: Route = "GET /api/v2/shared_servers/owned/accepted";
const LISTS: [Route; 2] = [LIST_V1, LIST_V2];
const WHAT: &str = "a list of shares";

/// Whether the invited person has said yes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShareState {
    /// They have access.
    Accepted,
    /// They have been asked.
    Pending,
}

/// One server shared with one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// The share's own number.
    pub id: ShareId,
    /// Which server.
    pub machine_identifier: String,
    /// With whom; unknown while an address without an account is invited.
    pub plex_user_id: Option<PlexUserId>,
    /// Their username.
    pub username: Option<String>,
    /// Their address, or the one invited.
    pub email: Option<String>,
    /// Whether they have said yes.
    pub state: ShareState,
    /// Every library, new ones included. Then `section_ids` says nothing, and is empty as read.
    pub all_libraries: bool,
    /// The shared libraries, by plex.tv's ids.
    pub section_ids: Vec<SectionId>,
    /// Downloads, filters and the like.
    pub settings: SharingSettings,
    /// When they were asked.
    pub invited_at: Option<DateTime<Utc>>,
    /// When they said yes.
    pub accepted_at: Option<DateTime<Utc>>,
}

impl PlexTv {
    /// The shares of one server. Rows of people who have not accepted may be in it or not, depending on the
    /// route that Plex still offers: [`PlexTv::sent_invitations`] has those.
    ///
    /// # Errors
    /// `Garbage` if the list is shorter than it says; `Forbidden` if it turns out that the account does not
    /// own the server.
    pub async fn shares(&self, token: &Token, machine_identifier: &str) -> Result<Vec<Share>, PlexError> {
        let call = self.reading();
        for route in self.ways(&LISTS) {
            match self.shares_by(call, route, token, machine_identifier).await {
                Err(PlexError::RouteGone) => {}
                Ok(shares) if shares.is_empty() && route == LIST_V2 => {
                    self.check_ownership(call, token, machine_identifier).await?;
                    return Ok(shares);
                }
                answer => return answer,
            }
        }
        Err(PlexError::RouteGone)
    }

    /// The same by the list that [`PlexTv::shares`] does not take: what one of them lacks, the other may show.
    /// That list need not show who has not accepted.
    ///
    /// # Errors
    /// `RouteGone` if Plex offers one list only, as far as is known.
    pub async fn other_shares(
        &self,
        token: &Token,
        machine_identifier: &str,
    ) -> Result<Vec<Share>, PlexError> {
        match self.ways(&LISTS)[..] {
            [_, other] if self.may_offer(other) => {
                self.shares_by(self.reading(), other, token, machine_identifier).await
            }
            _ => Err(PlexError::RouteGone),
        }
    }

    async fn shares_by(
        &self,
        call: Call,
        route: Route,
        token: &Token,
        machine_identifier: &str,
    ) -> Result<Vec<Share>, PlexError> {
        let (host, parts): (Host, &[&str]) = match route {
            LIST_V1 => (Host::PlexTv, &[machine_identifier]),
            _ => (Host::Clients, &[]),
        };
        let request = self.request(host, route, parts)?.token(token).list();
        let answer = self.send(call, host, request).await;
        self.note(route, &answer);
        let root = answer?.tree(WHAT)?;
        match route {
            LIST_V1 => read_v1(&root, machine_identifier),
            _ => read_accepted(&root, machine_identifier),
        }
    }

    /// The newer list covers all servers of an account. For a server of somebody else it is empty, which
    /// must not be taken for "nobody has a share".
    async fn check_ownership(
        &self,
        call: Call,
        token: &Token,
        machine_identifier: &str,
    ) -> Result<(), PlexError> {
        let left = call.deadline.saturating_duration_since(tokio::time::Instant::now());
        let servers = self.within(left).servers(token).await?;
        let owns =
            servers.iter().any(|server| server.owned && server.machine_identifier == machine_identifier);
        if owns { Ok(()) } else { Err(PlexError::Forbidden) }
    }
}

fn read_v1(root: &Node, machine_identifier: &str) -> Result<Vec<Share>, PlexError> {
    let rows = root.complete(&["SharedServer"], WHAT)?;
    let shares = rows.into_iter().map(|row| read_v1_row(row, machine_identifier));
    shares.collect::<Option<Vec<_>>>().ok_or(PlexError::Garbage { what: WHAT })
}

pub(crate) fn read_v1_row(row: &Node, machine_identifier: &str) -> Option<Share> {
    let all_libraries = row.flag("allLibraries").unwrap_or(false);
    let sections = row.children(&["Section"]).filter(|section| section.flag("shared") == Some(true));
    let section_ids = if all_libraries { Some(Vec::new()) } else { section_ids(sections) }?;
    Some(Share {
        id: ShareId(row.id("id")?),
        machine_identifier: machine_identifier.to_owned(),
        plex_user_id: row.id("userID").map(PlexUserId),
        username: row.string("username"),
        email: row.string("email"),
        state: state(row, ShareState::Pending),
        all_libraries,
        section_ids,
        settings: SharingSettings::read(row),
        invited_at: row.time("invitedAt"),
        accepted_at: row.time("acceptedAt"),
    })
}

fn read_accepted(root: &Node, machine_identifier: &str) -> Result<Vec<Share>, PlexError> {
    let mut shares = Vec::new();
    for row in root.rows(&["sharedServer", "SharedServer"], WHAT)? {
        let is_over = row.text("deletedAt").is_some() || row.text("leftAt").is_some();
        // A row that names no server could be anybody's: without knowing, the list is no answer.
        let of = row.text("machineIdentifier").ok_or(PlexError::Garbage { what: WHAT })?;
        if of == machine_identifier && !is_over {
            // By its name the list has accepted ones only.
            let share = read_row(row, None, ShareState::Accepted);
            shares.push(share.ok_or(PlexError::Garbage { what: WHAT })?);
        }
    }
    Ok(shares)
}

/// A v2 row; in a list grouped by person, that person stands around it.
pub(crate) fn read_v2_row(row: &Node, around: Option<&Node>) -> Option<Share> {
    read_row(row, around, ShareState::Pending)
}

/// A v2 row, with what an untold acceptance means where it stands.
fn read_row(row: &Node, around: Option<&Node>, untold: ShareState) -> Option<Share> {
    let person = row.child(&["invited"]).or(around);
    let of_person = |name: &str| person.and_then(|person| person.string(name));
    let all_libraries = row.flag("allLibraries").unwrap_or(false);
    let libraries = row.nested("libraries", &["library", "Section"]);
    let section_ids = if all_libraries { Some(Vec::new()) } else { section_ids(libraries.into_iter()) }?;
    let settings = SharingSettings::read(row).or(person.map(SharingSettings::read).unwrap_or_default());
    let person_id = || person.and_then(|person| person.id("id"));
    Some(Share {
        id: ShareId(row.id("id")?),
        machine_identifier: row.string("machineIdentifier")?,
        plex_user_id: row.id("invitedId").or_else(person_id).map(PlexUserId),
        username: of_person("username"),
        email: of_person("email").or_else(|| row.string("invitedEmail").filter(|text| text.contains('@'))),
        state: state(row, untold),
        all_libraries,
        section_ids,
        settings,
        invited_at: row.time("invitedAt"),
        accepted_at: row.time("acceptedAt"),
    })
}

/// Whoever has accepted at any time has accepted, in whatever way that time is written.
fn state(row: &Node, untold: ShareState) -> ShareState {
    match row.flag("accepted").or_else(|| row.text("acceptedAt").map(|at| at != "0")) {
        Some(true) => ShareState::Accepted,
        Some(false) => ShareState::Pending,
        None => untold,
    }
}

fn section_ids<'a>(sections: impl Iterator<Item = &'a Node>) -> Option<Vec<SectionId>> {
    sections.map(|section| section.id("id").map(SectionId)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MACHINE: &str = "f00dcafe0000000000000000000000000000beef";

    fn ids(share: &Share) -> Vec<i64> {
        share.section_ids.iter().map(|id| id.0).collect()
    }

    #[test]
    fn both_lists_tell_the_same_about_the_same_share() {
        let v1 = read_v1(&Node::read(include_bytes!("../fixtures/shares_v1.xml")).unwrap(), MACHINE).unwrap();
        let v2 = read_accepted(&Node::read(include_bytes!("../fixtures/shares_v2.json")).unwrap(), MACHINE)
            .unwrap();
        assert_eq!(v1[0].id, v2[0].id);
        for share in [&v1[0], &v2[0]] {
            assert_eq!(share.plex_user_id, Some(PlexUserId(5_001)));
            assert_eq!(
                (share.username.as_deref(), share.email.as_deref()),
                (Some("bob"), Some("bob@example.org"))
            );
            assert_eq!((share.state, share.all_libraries), (ShareState::Accepted, false));
            assert_eq!(ids(share), [118_181_361, 118_181_370]);
            assert_eq!(share.settings.allow_downloads, Some(true));
            assert_eq!(share.settings.filter_movies.as_deref(), Some("contentRating=G%2CPG"));
        }
    }

    #[test]
    fn all_libraries_ignores_the_flags_and_an_address_without_account_has_no_id() {
        let shares =
            read_v1(&Node::read(include_bytes!("../fixtures/shares_v1.xml")).unwrap(), MACHINE).unwrap();
        assert_eq!(shares.len(), 3);
        assert!(shares[1].all_libraries && shares[1].section_ids.is_empty());
        let invited = &shares[2];
        assert_eq!((invited.state, invited.plex_user_id), (ShareState::Pending, None));
        assert_eq!(invited.email.as_deref(), Some("new@example.org"));
        assert!(!format!("{shares:?}").contains("perShareToken"));
    }

    #[test]
    fn whoever_has_accepted_at_any_time_has_accepted() {
        let v1 = |told: &str| {
            let body = format!(r#"<MediaContainer size="1"><SharedServer id="1" {told}/></MediaContainer>"#);
            read_v1(&Node::read(body.as_bytes()).unwrap(), MACHINE).unwrap()[0].state
        };
        let v2 = |told: &str| {
            let body = format!(r#"[{{"id":1,"machineIdentifier":"{MACHINE}"{told}}}]"#);
            read_accepted(&Node::read(body.as_bytes()).unwrap(), MACHINE).unwrap()[0].state
        };
        let cases = [
            (v1(r#"acceptedAt="1613000000""#), ShareState::Accepted),
            (v1(r#"acceptedAt="2021-02-10 10:10:19 UTC""#), ShareState::Accepted),
            (v1(r#"acceptedAt="2021-02-10" accepted="0""#), ShareState::Pending),
            (v1(r#"acceptedAt="0""#), ShareState::Pending),
            (v1(r#"acceptedAt="""#), ShareState::Pending),
            (v1(""), ShareState::Pending),
            (v2(r#","acceptedAt":"yesterday""#), ShareState::Accepted),
            // The list says by its name that they have accepted.
            (v2(""), ShareState::Accepted),
            (v2(r#","acceptedAt":null"#), ShareState::Accepted),
            (v2(r#","accepted":false"#), ShareState::Pending),
        ];
        for (number, (state, expected)) in cases.into_iter().enumerate() {
            assert_eq!(state, expected, "case {number}");
        }
    }

    #[test]
    fn other_servers_and_ended_shares_are_left_out_of_the_newer_list() {
        let root = Node::read(include_bytes!("../fixtures/shares_v2.json")).unwrap();
        assert_eq!(read_accepted(&root, MACHINE).unwrap().len(), 2);
        assert_eq!(read_accepted(&root, "another-server").unwrap().len(), 1);
        assert!(read_accepted(&root, "unknown").unwrap().is_empty());
    }

    #[test]
    fn a_short_list_or_a_row_without_its_numbers_is_no_answer() {
        let short = r#"<MediaContainer size="2"><SharedServer id="1"/></MediaContainer>"#;
        let no_id = r#"<MediaContainer size="1"><SharedServer userID="1"/></MediaContainer>"#;
        let no_section_id = r#"<MediaContainer size="1"><SharedServer id="1"><Section key="1" shared="1"/></SharedServer></MediaContainer>"#;
        for body in [short, no_id, no_section_id] {
            assert!(read_v1(&Node::read(body.as_bytes()).unwrap(), MACHINE).is_err(), "{body}");
        }
        for body in ["{}", r#"[{"id":1}]"#, r#"{"errors":[]}"#] {
            assert!(read_accepted(&Node::read(body.as_bytes()).unwrap(), MACHINE).is_err(), "{body}");
        }
    }
}
