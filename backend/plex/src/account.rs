//! Whose token is it?

use crate::{
    client::{Host, PlexTv},
    error::PlexError,
    ids::PlexUserId,
    routes::Route,
    token::Token,
    tree::Node,
};

const V2: Route = "GET /api/v2/user";
const V1: Route = "GET /users/account.json";

/// A Plex account, as its own token sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The key: everything else may change.
    pub id: PlexUserId,
    /// Shown in picture addresses; 16 hexadecimal digits.
    pub uuid: Option<String>,
    /// Absent for managed users.
    pub username: Option<String>,
    /// What Plex shows; falls back to the username.
    pub title: String,
    /// The address of the account.
    pub email: Option<String>,
    /// Whether the address has been confirmed, if Plex says so.
    pub email_confirmed: Option<bool>,
    /// The picture, an address at Plex.
    pub thumb: Option<String>,
    /// Member of a Plex Home.
    pub home: bool,
    /// A managed user of somebody's Home.
    pub restricted: bool,
    /// The guest of a Home.
    pub guest: bool,
    /// Has an active Plex Pass, if Plex says so.
    pub has_plex_pass: Option<bool>,
}

impl PlexTv {
    /// The account a token belongs to.
    ///
    /// # Errors
    /// `Unauthorized` if the token is dead or no account token.
    pub async fn account(&self, token: &Token) -> Result<Account, PlexError> {
        const WHAT: &str = "an account";
        let call = self.reading();
        for route in self.ways(&[V2, V1]) {
            let request = self.request(Host::PlexTv, route, &[])?.token(token);
            let answer = self.send(call, Host::PlexTv, request).await;
            if self.note(route, &answer) {
                continue;
            }
            let root = answer?.tree(WHAT)?;
            return read_account(root.child(&["user"]).unwrap_or(&root))
                .ok_or(PlexError::Garbage { what: WHAT });
        }
        Err(PlexError::RouteGone)
    }
}

fn read_account(node: &Node) -> Option<Account> {
    let username = node.string("username");
    Some(Account {
        id: PlexUserId(node.id("id")?),
        uuid: node.string("uuid"),
        title: node.string("title").or_else(|| username.clone()).unwrap_or_default(),
        username,
        email: node.string("email"),
        // Whether, as the newer answer has it, or when, as the older one.
        email_confirmed: node.flag("confirmed").or_else(|| node.text("confirmedAt").map(|_| true)),
        thumb: node.string("thumb"),
        home: node.flag("home").unwrap_or(false),
        restricted: node.flag("restricted").unwrap_or(false),
        guest: node.flag("guest").unwrap_or(false),
        has_plex_pass: node.child(&["subscription"]).and_then(|subscription| subscription.flag("active")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_account_reads_alike_in_both_spellings() {
        let json = Node::read(include_bytes!("../fixtures/user.json")).unwrap();
        let xml = Node::read(include_bytes!("../fixtures/user.xml")).unwrap();
        let account = read_account(&json).unwrap();
        assert_eq!(account, read_account(&xml).unwrap());
        assert_eq!(account.id, PlexUserId(4_200_001));
        assert_eq!(account.username.as_deref(), Some("ada"));
        assert_eq!(account.email_confirmed, Some(true));
        assert_eq!(account.has_plex_pass, Some(true));
    }

    #[test]
    fn the_older_answer_and_a_silent_confirmation_will_do() {
        let body = br#"{"user":{"id":"7","username":"old","email":"o@example.org","authToken":"x"}}"#;
        let root = Node::read(body).unwrap();
        let account = read_account(root.child(&["user"]).unwrap()).unwrap();
        assert_eq!(
            (account.title.as_str(), account.email_confirmed, account.has_plex_pass),
            ("old", None, None)
        );
        assert!(read_account(&Node::read(b"{\"user\":null}").unwrap()).is_none());
    }

    #[test]
    fn an_address_is_confirmed_where_plex_says_so_or_when() {
        let confirmed = |told: &str| {
            let body = format!(r#"{{"id":7,"username":"ada"{told}}}"#);
            read_account(&Node::read(body.as_bytes()).unwrap()).unwrap().email_confirmed
        };
        let cases = [
            (r#","confirmed":true"#, Some(true)),
            (r#","confirmed":false"#, Some(false)),
            (r#","confirmedAt":"2014-01-02T03:04:05Z""#, Some(true)),
            (r#","confirmed":false,"confirmedAt":"2014-01-02T03:04:05Z""#, Some(false)),
            (r#","confirmedAt":null"#, None),
            ("", None),
        ];
        for (told, expected) in cases {
            assert_eq!(confirmed(told), expected, "{told}");
        }
    }
}
