//! The record of every request, with its beginning and end, so that a test can say "five shares",
//! "no two writes about one person at the same time", "nothing was taken back".

use super::call::Request;
use super::routes::stem;
use serde::Serialize;

/// One request. Times in microseconds since the fake started.
#[derive(Debug, Clone, Serialize)]
pub struct CallRecord {
    pub seq: u64,
    /// `plex.tv`, `clients.plex.tv`, `app.plex.tv`, `pms:0`.
    pub host: String,
    pub method: String,
    /// The operation's name, such as `create_share_v1`; `unrouted` for none.
    pub op: &'static str,
    /// The route's template.
    pub template: &'static str,
    pub path: String,
    /// The query without token values.
    pub query: String,
    /// Whether a token travelled in the query, where it would end up in logs.
    pub token_in_query: bool,
    pub client_identifier: Option<String>,
    /// The account behind the token.
    pub account: Option<u64>,
    /// Whom a sharing call is about: an account id or an address.
    pub about: Option<String>,
    /// Whether the operation changes something.
    pub write: bool,
    /// Whether the work was done (a lost answer may hide that).
    pub worked: bool,
    pub started_us: u64,
    /// Absent while it runs.
    pub ended_us: Option<u64>,
    /// Absent while it runs, and when the connection was dropped.
    pub status: Option<u16>,
    pub body: String,
}

impl CallRecord {
    /// A record of a request that has just come in.
    pub fn begin(
        seq: u64,
        request: &Request,
        op: &'static str,
        template: &'static str,
        write: bool,
        started_us: u64,
    ) -> Self {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in &request.query {
            let shown = if is_token(name) { "***" } else { value };
            query.append_pair(name, shown);
        }
        Self {
            seq,
            host: request.listener.name(),
            method: request.method.clone(),
            op,
            template,
            path: request.path.clone(),
            query: query.finish(),
            token_in_query: request.query.iter().any(|(name, _)| is_token(name)),
            client_identifier: request.header("x-plex-client-identifier").map(str::to_owned),
            account: None,
            about: None,
            write,
            worked: false,
            started_us,
            ended_us: None,
            status: None,
            body: String::from_utf8_lossy(&request.body).chars().take(4000).collect(),
        }
    }

    /// Whether this is a call of the operation; without `_v1` or `_v2`, of either way of doing it.
    pub fn is(&self, op: &str) -> bool {
        self.op == op || stem(self.op) == op
    }

    /// Whether two calls were under way at the same moment.
    pub fn overlaps(&self, other: &CallRecord) -> bool {
        let end = |call: &CallRecord| call.ended_us.unwrap_or(u64::MAX);
        self.started_us < end(other) && other.started_us < end(self)
    }
}

fn is_token(name: &str) -> bool {
    name.eq_ignore_ascii_case("x-plex-token")
}

/// Pairs of writes about the same person that were under way at the same moment.
pub fn overlapping_writes(calls: &[CallRecord]) -> Vec<(CallRecord, CallRecord)> {
    let writes: Vec<_> = calls.iter().filter(|c| c.write && c.about.is_some()).collect();
    let mut pairs = Vec::new();
    for (index, first) in writes.iter().enumerate() {
        for second in &writes[index + 1..] {
            if first.about == second.about && first.overlaps(second) {
                pairs.push(((*first).clone(), (*second).clone()));
            }
        }
    }
    pairs
}
