//! Whatever admins, people at Plex, faults and dying workers do in whatever order: in the end everybody has
//! what was wanted last, nobody is lost, and no two calls for one person ever overlapped.

use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use pum_testkit::fake_plex::Fault;
use pum_testkit::{Browser, TestApp};
use serde_json::{Value, json};

/// Each is a story of its own, with a database and a Plex.
const STORIES: u32 = 12;
const MEMBERS: usize = 3;
const TITLES: [&str; 3] = ["Movies", "TV Shows", "Kids"];

/// One thing that happens.
#[derive(Debug, Clone)]
enum Step {
    /// An admin wants these libraries for somebody.
    Edit(usize, Libraries),
    Suspend(usize),
    Resume(usize),
    /// The owner changes the share by hand, in Plex's own app.
    ByHand(usize, Libraries),
    Unshare(usize),
    Rename(usize),
    Befriend(usize),
    /// The person ends it all, friendship and Home included.
    Leave(usize),
    /// They are back: the owner shares Movies with them by hand, or they accept what PUM offers.
    Return(usize),
    JoinHome(usize),
    Fault(Trouble),
    /// Jobs are done, as far as they are due.
    Work,
    /// A worker begins and dies a moment later.
    DyingWorker,
    Sync,
    Minutes(u64),
}

/// A non-empty set of libraries, as bits.
#[derive(Debug, Clone, Copy)]
struct Libraries(u8);

impl Libraries {
    fn titles(self) -> Vec<&'static str> {
        let all = TITLES.iter().enumerate();
        all.filter(|(bit, _)| self.0 & (1 << bit) != 0).map(|(_, title)| *title).collect()
    }
}

#[derive(Debug, Clone, Copy)]
enum Trouble {
    WritesFail,
    WritesLoseTheirAnswer,
    ReadsAreStale,
    ListsAreEmpty,
    SharesAreHidden,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let who = 0..MEMBERS;
    let libraries = (1_u8..8).prop_map(Libraries);
    let trouble = prop_oneof![
        Just(Trouble::WritesFail),
        Just(Trouble::WritesLoseTheirAnswer),
        Just(Trouble::ReadsAreStale),
        Just(Trouble::ListsAreEmpty),
        Just(Trouble::SharesAreHidden),
    ];
    let step = prop_oneof![
        4 => (who.clone(), libraries.clone()).prop_map(|(who, wanted)| Step::Edit(who, wanted)),
        1 => who.clone().prop_map(Step::Suspend),
        1 => who.clone().prop_map(Step::Resume),
        3 => (who.clone(), libraries).prop_map(|(who, shown)| Step::ByHand(who, shown)),
        1 => who.clone().prop_map(Step::Unshare),
        1 => who.clone().prop_map(Step::Rename),
        1 => who.clone().prop_map(Step::Befriend),
        1 => who.clone().prop_map(Step::Leave),
        2 => who.clone().prop_map(Step::Return),
        1 => who.prop_map(Step::JoinHome),
        2 => trouble.prop_map(Step::Fault),
        3 => Just(Step::Work),
        2 => Just(Step::DyingWorker),
        3 => Just(Step::Sync),
        3 => (0_u64..15).prop_map(Step::Minutes),
    ];
    prop::collection::vec(step, 4..14)
}

/// Somebody, and what was wanted for them last.
struct Member {
    account: u64,
    id: String,
    wanted: Option<Vec<&'static str>>,
    /// What a resume gives back.
    kept: Vec<&'static str>,
    /// They have left, and are not back.
    gone: bool,
    /// They have left at some time: since they came back, what they were given then counts as well.
    was_away: bool,
    home: bool,
    /// They have been in the Home at some time, whose access PUM knows nothing of.
    was_home: bool,
    /// An admin has suspended them at some time.
    was_suspended: bool,
}

struct Story {
    app: TestApp,
    admin: Browser,
    members: Vec<Member>,
    ids: Vec<(&'static str, String)>,
}

impl Story {
    async fn begin(policy: &str) -> Self {
        let app = TestApp::start().await;
        let accounts: Vec<u64> =
            (0..MEMBERS).map(|number| app.plex.add_member(&format!("member{number}"), &["Movies"])).collect();
        let admin = app.set_up().await;
        admin.patch("/api/v1/settings", json!({ "drift_policy": policy })).await.expect(200);
        let mut members = Vec::new();
        for (number, account) in accounts.into_iter().enumerate() {
            let user = app.user(&admin, &format!("member{number}")).await;
            let id = user["id"].as_str().expect("an id").to_owned();
            members.push(Member {
                account,
                id,
                wanted: Some(vec!["Movies"]),
                kept: vec!["Movies"],
                gone: false,
                was_away: false,
                home: false,
                was_home: false,
                was_suspended: false,
            });
        }
        let found = app.library_ids(&admin, &TITLES).await;
        let ids = TITLES.into_iter().zip(found).collect();
        Self { app, admin, members, ids }
    }

    async fn take(&mut self, step: &Step) {
        match step {
            Step::Edit(who, libraries) => self.edit(*who, libraries.titles()).await,
            Step::Suspend(who) => {
                let path = format!("/api/v1/users/{}/suspend", self.members[*who].id);
                if self.admin.post(&path, Value::Null).await.status == 202 {
                    self.members[*who].wanted = None;
                    self.members[*who].was_suspended = true;
                }
            }
            Step::Resume(who) => {
                let path = format!("/api/v1/users/{}/resume", self.members[*who].id);
                if self.admin.post(&path, Value::Null).await.status == 202 {
                    self.members[*who].wanted = Some(self.members[*who].kept.clone());
                }
            }
            Step::ByHand(who, libraries) => {
                let (mid, account) = (self.machine(), self.members[*who].account);
                self.app.plex.world(|world| world.set_titles(&mid, account, &libraries.titles()));
            }
            Step::Unshare(who) => {
                let (mid, account) = (self.machine(), self.members[*who].account);
                self.app.plex.world(|world| world.unshare(&mid, account));
            }
            Step::Rename(who) => {
                let account = self.members[*who].account;
                self.app.plex.world(|world| world.rename(account, "renamed", "renamed@example.org"));
            }
            Step::Befriend(who) => {
                let (owner, account) = (self.app.plex.owner(), self.members[*who].account);
                self.app.plex.world(|world| world.befriend(owner, account));
            }
            Step::Leave(who) => {
                let member = &mut self.members[*who];
                (member.gone, member.was_away, member.home) = (true, true, false);
                self.app.plex.leave(member.account);
            }
            Step::Return(who) => self.come_back(*who),
            Step::JoinHome(who) => {
                let (owner, member) = (self.app.plex.owner(), &mut self.members[*who]);
                if !member.gone {
                    (member.home, member.was_home) = (true, true);
                    self.app.plex.world(|world| world.add_to_home(owner, member.account));
                }
            }
            Step::Fault(trouble) => self.trouble(*trouble),
            Step::Work => self.work().await,
            Step::DyingWorker => {
                let worker = self.app.worker();
                tokio::time::sleep(Duration::from_millis(40)).await;
                worker.kill().await;
                self.app.ctx.db().let_time_pass(Duration::from_secs(61));
            }
            Step::Sync => {
                self.admin.post("/api/v1/users/sync", Value::Null).await.expect(202);
                self.work().await;
            }
            Step::Minutes(minutes) => self.app.minutes_pass(*minutes),
        }
    }

    async fn edit(&mut self, who: usize, titles: Vec<&'static str>) {
        let chosen: Vec<&String> =
            self.ids.iter().filter(|(title, _)| titles.contains(title)).map(|(_, id)| id).collect();
        let patch = json!({ "libraries": { "mode": "some", "ids": chosen } });
        let answer = self.admin.patch(&format!("/api/v1/users/{}", self.members[who].id), patch).await;
        assert!(matches!(answer.status, 200 | 202), "{}", answer.text);
        let member = &mut self.members[who];
        member.kept.clone_from(&titles);
        // For somebody suspended it is what they will be given back.
        if member.wanted.is_some() {
            member.wanted = Some(titles);
        }
    }

    fn come_back(&mut self, who: usize) {
        let (mid, plex) = (self.machine(), &self.app.plex);
        let member = &mut self.members[who];
        if !member.gone {
            return;
        }
        member.gone = false;
        plex.befriend_owner(member.account);
        match plex.world(|world| world.share_with(&mid, member.account).map(|share| share.id)) {
            Some(offered) => {
                plex.world(|world| world.accept_share(member.account, offered)).expect("they accept");
            }
            None => {
                plex.share(member.account, &["Movies"], true);
            }
        }
    }

    fn trouble(&self, trouble: Trouble) {
        let plex = &self.app.plex;
        match trouble {
            Trouble::WritesFail => plex.fault(Fault::status(503).on("writes").times(2)),
            Trouble::WritesLoseTheirAnswer => plex.fault(Fault::LostAnswer.on("writes").times(1)),
            Trouble::ReadsAreStale => plex.fault(Fault::Frozen.on("reads").times(4)),
            Trouble::ListsAreEmpty => plex.fault(Fault::EmptyList.on("list_shares").times(2)),
            Trouble::SharesAreHidden => plex.fault(Fault::WithoutShares.on("list_shares").times(2)),
        };
    }

    fn machine(&self) -> String {
        self.app.plex.server(0).machine_identifier().to_owned()
    }

    /// Does what is due, while time flies: whoever takes over from a dead worker waits for its last call.
    async fn work(&self) {
        let time_flies = async {
            loop {
                tokio::time::sleep(Duration::from_millis(10)).await;
                self.app.ctx.db().let_time_pass(Duration::from_secs(1));
            }
        };
        tokio::select! {
            _ = self.app.run_jobs() => {}
            () = time_flies => {}
        }
    }

    /// Nothing goes wrong any more, and time goes by. Whom the brake holds back an admin confirms.
    async fn settle(&self) {
        self.app.plex.clear_faults();
        for _ in 0..6 {
            self.app.minutes_pass(16);
            self.work().await;
            let asked = self.admin.post("/api/v1/users/sync", Value::Null).await.expect(202);
            self.work().await;
            let here = format!("/api/v1/users/syncs/{}", asked["sync_id"].as_str().expect("an id"));
            let sync = self.admin.get(&here).await.expect(200);
            if let Some(list) = sync["needs_confirmation"]["list_id"].as_str() {
                let confirm = json!({ "list_id": list });
                self.admin.post(&format!("{here}/confirm"), confirm).await.expect(202);
                self.work().await;
            }
            assert!(matches!(sync["state"].as_str(), Some("done" | "needs_confirmation")), "{sync}");
        }
        self.app.minutes_pass(16);
        self.work().await;
    }

    async fn user(&self, member: &Member) -> Value {
        self.admin.get(&format!("/api/v1/users/{}", member.id)).await.expect(200)
    }

    fn shown(&self, member: &Member) -> Option<Vec<String>> {
        let mid = self.machine();
        let share = self.app.plex.world(|world| world.share_with(&mid, member.account).cloned());
        share.map(|share| self.app.plex.titles(&share))
    }

    /// What PUM wants for somebody, by title.
    fn wanted(&self, user: &Value) -> Option<Vec<&'static str>> {
        if user["libraries"]["mode"] == "all" {
            return Some(TITLES.to_vec());
        }
        let ids = user["libraries"]["ids"].as_array()?;
        let is_wanted = |id: &String| ids.iter().any(|wanted| wanted.as_str() == Some(id));
        Some(self.ids.iter().filter(|(_, id)| is_wanted(id)).map(|(title, _)| *title).collect())
    }

    /// Only who has left is a tombstone, with everything kept; only who has joined the Home may have a
    /// change that failed.
    async fn check_nobody_lost(&self) {
        assert!(self.app.plex.overlapping_writes().is_empty());
        for member in &self.members {
            let user = self.user(member).await;
            if user["state"] == "removed" {
                assert!(member.gone, "{user}");
                assert!(user["kept"].is_object(), "{user}");
                assert_eq!(self.shown(member), None, "{user}");
            }
            let failed = user["pending_change"]["reason"] == "home_member";
            assert!(user["pending_change"].is_null() || (failed && member.home), "{user}");
        }
    }
}

fn told(policy: &'static str, seed: u8, check: impl AsyncFn(&Story)) {
    let config =
        Config { cases: STORIES, failure_persistence: None, max_shrink_iters: 40, ..Config::default() };
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
    let outcome = TestRunner::new_with_rng(config, rng).run(&steps(), |steps| {
        let story = async {
            let mut story = Story::begin(policy).await;
            for step in &steps {
                story.take(step).await;
            }
            story.settle().await;
            story.check_nobody_lost().await;
            check(&story).await;
            story.app.may_leave_jobs();
        };
        actix_web::rt::System::new().block_on(story);
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

#[test]
fn what_was_wanted_last_comes_true_where_it_is_applied_again() {
    told("reapply", 7, async |story| {
        for member in &story.members {
            let user = story.user(member).await;
            let shown = story.shown(member);
            if member.home {
                // It gives access by its own means, whatever was wanted: an admin is told.
                assert_eq!(user["home"], true, "{user}");
                continue;
            }
            assert_eq!(user["drift"], Value::Null, "{user}");
            if !member.was_away {
                assert_eq!(story.wanted(&user), member.wanted, "{user}");
                assert_eq!(
                    user["state"],
                    if member.wanted.is_some() { "active" } else { "suspended" },
                    "{user}"
                );
            }
            let wanted: Option<Vec<String>> =
                story.wanted(&user).map(|titles| titles.into_iter().map(str::to_owned).collect());
            assert_eq!(shown, wanted, "{user}");
            let states: &[&str] = match (&shown, member.gone) {
                (Some(_), false) => &["active"],
                // Offered to them again: an admin wanted it after they had left.
                (Some(_), true) => &["active", "pending"],
                (None, false) => &["suspended"],
                (None, true) => &["suspended", "removed"],
            };
            assert!(states.iter().any(|state| user["state"] == *state), "{shown:?} {user}");
        }
    });
}

#[test]
fn what_plex_shows_and_what_is_wanted_become_the_same_or_an_admin_is_asked() {
    told("adopt", 11, async |story| {
        for member in &story.members {
            let user = story.user(member).await;
            let shown = story.shown(member);
            if !user["drift"].is_null() {
                let kind = user["drift"]["kind"].as_str();
                let taken = matches!(kind, Some("returned" | "widened" | "changed" | "downloads"));
                assert!(taken, "only what PUM took away is asked about: {user}");
                let was_taken = member.was_suspended || member.was_home;
                assert!(kind != Some("returned") || was_taken, "an empty list takes nothing away: {user}");
            } else if member.home {
                assert_eq!(user["home"], true, "{user}");
            } else {
                let has_access = matches!(user["state"].as_str(), Some("active" | "pending"));
                assert_eq!(shown.is_some(), has_access, "{user} {shown:?}");
                let wanted = story.wanted(&user).filter(|_| has_access);
                assert_eq!(
                    shown,
                    wanted.map(|titles| titles.into_iter().map(str::to_owned).collect()),
                    "{user}"
                );
            }
        }
    });
}
