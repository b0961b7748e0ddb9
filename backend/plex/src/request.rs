//! One request: built from its route template, so that what is sent and what is logged never part.

use reqwest::Method;
use serde_json::Value;
use url::Url;

use crate::{error::PlexError, routes::Route, token::Token};

/// 1 MiB: room for anything but the long lists.
pub(crate) const USUAL_CAP: usize = 1024 * 1024;
/// 32 MiB: the users list of a big account is megabytes.
pub(crate) const LIST_CAP: usize = 32 * 1024 * 1024;

/// What a 404 means depends on what was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asks {
    /// One thing: it may simply not be there.
    Item,
    /// A list: it is always there, so a 404 means that the route is not.
    List,
    /// A thing on a media server, whose 404s are all small web pages.
    ServerItem,
}

#[derive(Debug)]
pub(crate) struct Request<'a> {
    pub route: Route,
    pub method: Method,
    pub url: Url,
    pub token: Option<&'a Token>,
    /// Another identity than the installation's, for a person's sign-in.
    pub client_identifier: Option<&'a str>,
    pub headers: Vec<(&'static str, String)>,
    pub json: Option<Value>,
    pub asks: Asks,
    pub cap: usize,
    /// Creates a share, which has refusals of its own.
    pub shares: bool,
    /// Changes something although it may be a GET, and tells no more than that it has.
    pub acts: bool,
}

impl<'a> Request<'a> {
    /// A request by `route` below `base`; each `{…}` takes the next of `parts`.
    ///
    /// # Errors
    /// `Incomplete` if a part is empty or would change the path's shape.
    pub(crate) fn new(base: &Url, route: Route, parts: &[&str]) -> Result<Self, PlexError> {
        let (method, template) = route.split_once(' ').ok_or(PlexError::Incomplete("route"))?;
        let (path, query) =
            template.split_once('?').map_or((template, None), |(path, query)| (path, Some(query)));
        let mut url = base.clone();
        url.set_query(query);
        url.set_fragment(None);
        let mut parts = parts.iter();
        {
            let mut segments = url.path_segments_mut().map_err(|()| PlexError::Incomplete("base address"))?;
            segments.pop_if_empty();
            for segment in path.split('/').skip(1) {
                if segment.starts_with('{') {
                    let part = parts.next().map_or("", |part| part.trim());
                    if part.is_empty() || part == "." || part == ".." {
                        return Err(PlexError::Incomplete("an id in the path"));
                    }
                    segments.push(part);
                } else {
                    segments.push(segment);
                }
            }
        }
        let method = Method::from_bytes(method.as_bytes()).map_err(|_| PlexError::Incomplete("method"))?;
        Ok(Self {
            route,
            method,
            url,
            token: None,
            client_identifier: None,
            headers: Vec::new(),
            json: None,
            asks: Asks::Item,
            cap: USUAL_CAP,
            shares: false,
            acts: false,
        })
    }

    pub(crate) const fn token(mut self, token: &'a Token) -> Self {
        self.token = Some(token);
        self
    }

    pub(crate) const fn client_identifier(mut self, identifier: &'a str) -> Self {
        self.client_identifier = Some(identifier);
        self
    }

    pub(crate) fn json(mut self, body: Value) -> Self {
        self.json = Some(body);
        self
    }

    pub(crate) fn query(mut self, pairs: &[(&str, &str)]) -> Self {
        self.url.query_pairs_mut().extend_pairs(pairs);
        self
    }

    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    pub(crate) const fn list(mut self) -> Self {
        self.asks = Asks::List;
        self.cap = LIST_CAP;
        self
    }

    pub(crate) const fn server_item(mut self) -> Self {
        self.asks = Asks::ServerItem;
        self
    }

    pub(crate) const fn sharing(mut self) -> Self {
        self.shares = true;
        self
    }

    pub(crate) const fn acting(mut self) -> Self {
        self.acts = true;
        self
    }

    /// Anything but a GET may change something, and of the GETs those that say so.
    pub(crate) fn writes(&self) -> bool {
        self.acts || self.method != Method::GET
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(base: &str, route: Route, parts: &[&str]) -> String {
        Request::new(&Url::parse(base).unwrap(), route, parts).unwrap().url.to_string()
    }

    #[test]
    fn paths_are_filled_escaped_and_put_below_the_base() {
        assert_eq!(
            url("https://plex.tv", "DELETE /api/invites/requested/{person}", &["a/b?c@example.org"]),
            "https://plex.tv/api/invites/requested/a%2Fb%3Fc@example.org"
        );
        assert_eq!(url("http://pms/plex/", "GET /identity", &[]), "http://pms/plex/identity");
        assert_eq!(
            url("http://h:1?x=1#y", "POST /api/v2/pins?strong=true", &[]),
            "http://h:1/api/v2/pins?strong=true"
        );
        assert_eq!(url("http://h/", "GET /", &[]), "http://h/");
    }

    #[test]
    fn a_part_cannot_be_empty_or_climb() {
        let base = Url::parse("https://plex.tv").unwrap();
        for part in ["", " ", ".", ".."] {
            let error = Request::new(&base, "GET /api/servers/{server}", &[part]).unwrap_err();
            assert_eq!(error.code(), "plex_call_incomplete");
        }
    }
}
