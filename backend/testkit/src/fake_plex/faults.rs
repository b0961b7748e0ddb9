//! Ways for the outside world to misbehave, and the rules that say when.

use super::call::Listener;
use super::refusal::Family;
use super::routes::{Route, operations, stem};
use super::world::Relations;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// One misbehaviour. Durations in milliseconds.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Fault {
    /// Answers with this status and does nothing.
    Status {
        status: u16,
        /// Seconds for the `Retry-After` header.
        #[serde(default)]
        retry_after: Option<u32>,
    },
    /// Does the work, then answers with this status.
    WorkThenStatus { status: u16 },
    /// Waits, then works and answers as usual.
    Delay { ms: u64 },
    /// Works at once and answers late.
    DelayAnswer { ms: u64 },
    /// Waits until the rule is lifted, then works and answers as usual.
    Hold,
    /// Works at once and answers when the rule is lifted.
    HoldAnswer,
    /// Drops the connection without working or answering.
    Drop,
    /// Does the work and drops the connection: the answer is lost.
    LostAnswer,
    /// Does the work, sends half of the answer, drops the connection.
    Truncate,
    /// Does the work and answers 200 with bytes that mean nothing.
    Garbage,
    /// Answers 200 with a web page, as a captive portal would; does nothing.
    Html,
    /// Answers with an empty list.
    EmptyList,
    /// Answers with half of the list while `size` still says all.
    HalfList,
    /// Answers with half of the list and a `size` that agrees: a lie that holds together.
    ShortList,
    /// Reads show no share of the servers that have an address here: friends, and nothing else.
    WithoutShares,
    /// The route is gone: 410.
    Gone,
    /// The route was never there: an HTML 404 page.
    Unrouted,
    /// Redirects elsewhere.
    Redirect { to: String },
    /// Reads show how people were related this long ago.
    Lag { ms: i64 },
    /// Reads show how people were related when the rule was set.
    Frozen,
}

/// When a fault strikes. Everything that is left out matches.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Rule {
    #[serde(flatten)]
    pub fault: Fault,
    /// An operation (`create_share_v1`), both ways of doing it (`create_share`), or a class:
    /// `*`, `reads`, `writes`, `v1`, `v2`, `pms`, `plex_tv`, `clients`, `page`.
    #[serde(default = "anything")]
    pub on: String,
    /// Lets this many matching calls through first.
    #[serde(default)]
    pub skip: u32,
    /// Strikes this often, then is spent; for ever when absent.
    #[serde(default)]
    pub times: Option<u32>,
    /// Spares reads.
    #[serde(default)]
    pub writes_only: bool,
    /// Strikes only calls with a token of this account.
    #[serde(default)]
    pub account: Option<u64>,
    /// Strikes only calls whose path or body contains this text.
    #[serde(default)]
    pub containing: Option<String>,
}

fn anything() -> String {
    "*".into()
}

impl Fault {
    /// Answers with this status and does nothing.
    pub fn status(status: u16) -> Self {
        Self::Status { status, retry_after: None }
    }

    /// 429 with `Retry-After`.
    pub fn too_many(retry_after_s: u32) -> Self {
        Self::Status { status: 429, retry_after: Some(retry_after_s) }
    }

    /// Shows another world to reads; a write must not be made in it.
    const fn is_for_reads(&self) -> bool {
        matches!(self, Self::Lag { .. } | Self::Frozen | Self::WithoutShares)
    }

    /// A rule that strikes the named operation or class, for ever.
    pub fn on(self, on: &str) -> Rule {
        Rule {
            fault: self,
            on: on.to_owned(),
            skip: 0,
            times: None,
            writes_only: false,
            account: None,
            containing: None,
        }
    }
}

impl Rule {
    /// Strikes `n` times only.
    pub fn times(mut self, n: u32) -> Self {
        self.times = Some(n);
        self
    }

    /// Lets `n` matching calls through first.
    pub fn after(mut self, n: u32) -> Self {
        self.skip = n;
        self
    }

    /// Spares reads.
    pub fn writes_only(mut self) -> Self {
        self.writes_only = true;
        self
    }

    /// Strikes only calls with a token of this account.
    pub fn by(mut self, account: u64) -> Self {
        self.account = Some(account);
        self
    }

    /// Strikes only calls whose path or body contains this text.
    pub fn containing(mut self, text: &str) -> Self {
        self.containing = Some(text.to_owned());
        self
    }

    /// Says what is wrong with `on`, if anything.
    ///
    /// # Errors
    /// A sentence that lists the names there are.
    pub fn check(&self) -> Result<(), String> {
        const CLASSES: [&str; 9] = ["*", "reads", "writes", "v1", "v2", "pms", "plex_tv", "clients", "page"];
        let known = CLASSES.contains(&self.on.as_str())
            || operations().any(|op| op == self.on || stem(op) == self.on);
        if known {
            return Ok(());
        }
        let ops: Vec<_> = operations().collect();
        Err(format!(
            "on: \"{}\" is neither a class ({}) nor an operation ({})",
            self.on,
            CLASSES.join(", "),
            ops.join(", ")
        ))
    }

    fn covers(&self, route: &Route, listener: Listener) -> bool {
        match self.on.as_str() {
            "*" => true,
            "reads" => !route.write,
            "writes" => route.write,
            "v1" => route.family == Family::V1,
            "v2" => route.family == Family::V2,
            "pms" => matches!(listener, Listener::Pms(_)),
            "plex_tv" => listener == Listener::PlexTv,
            "clients" => listener == Listener::Clients,
            "page" => listener == Listener::Auth,
            on => route.op == on || stem(route.op) == on,
        }
    }
}

/// A rule in force.
#[derive(Debug, Serialize)]
pub struct Active {
    pub id: u64,
    #[serde(flatten)]
    pub rule: Rule,
    /// How often it has struck.
    pub struck: u32,
    #[serde(skip)]
    passed: u32,
    /// The relations when the rule was set, for `frozen`.
    #[serde(skip)]
    snapshot: Option<Relations>,
    /// Open as long as the rule is in force; has no permits, so that calls wait at it.
    #[serde(skip)]
    gate: Arc<Semaphore>,
}

impl Drop for Active {
    fn drop(&mut self) {
        self.gate.close();
    }
}

/// A fault that strikes a call, with what it needs.
#[derive(Debug)]
pub struct Strike {
    pub fault: Fault,
    /// The relations when the rule was set, for `frozen`.
    pub snapshot: Option<Relations>,
    /// Closes when the rule is lifted.
    pub gate: Arc<Semaphore>,
}

/// All rules in force.
#[derive(Debug, Default)]
pub struct Faults {
    rules: Vec<Active>,
    issued: u64,
}

impl Faults {
    /// Puts a rule in force; returns its number.
    pub fn add(&mut self, rule: Rule, relations: &Relations) -> u64 {
        self.issued += 1;
        let snapshot = matches!(rule.fault, Fault::Frozen).then(|| relations.clone());
        self.rules.push(Active {
            id: self.issued,
            rule,
            struck: 0,
            passed: 0,
            snapshot,
            gate: Arc::new(Semaphore::new(0)),
        });
        self.issued
    }

    /// Lifts one rule; false when there is no such rule.
    pub fn remove(&mut self, id: u64) -> bool {
        let before = self.rules.len();
        self.rules.retain(|active| active.id != id);
        before != self.rules.len()
    }

    /// Lifts all rules.
    pub fn clear(&mut self) {
        self.rules.clear();
    }

    /// The rules with how often each has struck.
    pub fn list(&self) -> &[Active] {
        &self.rules
    }

    /// Whether some rule shows reads an older world.
    pub fn any_lag(&self) -> bool {
        self.rules.iter().any(|a| matches!(a.rule.fault, Fault::Lag { .. }))
    }

    /// The faults that strike this call, in the order they were set; each is counted.
    pub fn strike(
        &mut self,
        route: &Route,
        listener: Listener,
        account: Option<u64>,
        haystack: &str,
    ) -> Vec<Strike> {
        let mut struck = Vec::new();
        for active in &mut self.rules {
            let rule = &active.rule;
            let spared = (rule.writes_only && !route.write)
                || rule.account.is_some_and(|wanted| account != Some(wanted))
                || rule.containing.as_ref().is_some_and(|text| !haystack.contains(text.as_str()))
                || rule.times.is_some_and(|times| active.struck >= times)
                || (route.write && rule.fault.is_for_reads())
                || !rule.covers(route, listener);
            if spared {
                continue;
            }
            if active.passed < rule.skip {
                active.passed += 1;
                continue;
            }
            active.struck += 1;
            let (fault, snapshot) = (rule.fault.clone(), active.snapshot.clone());
            struck.push(Strike { fault, snapshot, gate: active.gate.clone() });
        }
        struck
    }
}
