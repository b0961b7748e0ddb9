//! PUM as a whole for one test: its own database, a real port, a Plex of its own.
//!
//! A story acts over HTTP as a [`Browser`] does, then looks at what Plex believes. When it is over no
//! job may be left behind, unless the story says so; second looks at Plex that are due later may.

use std::net::TcpListener;
use std::sync::atomic::{AtomicBool, Ordering};

use actix_web::cookie::{Cookie, CookieJar, Key};
use pum_api::ApiConfig;
use pum_api::session_store::COOKIE;
use pum_app::hooks::Hooks;
use pum_app::secret::{Keys, Secret, hash_opaque};
use pum_app::sessions::{self, NewSession};
use pum_app::{AppOptions, Ctx, random};
use pum_domain::{AdminId, Permission};
use pum_plex::{Endpoints, Limits};
use pum_store::admins::{self, NewAdmin};
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::browser::Browser;
use crate::db::TestDb;
use crate::fake_plex::FakePlex;

/// The key of every test's installation.
pub const SECRET_KEY: &str = "a secret key that every test shares";

/// How a test wants its PUM.
#[derive(Default)]
pub struct Wishes {
    /// Settings of the HTTP layer.
    pub api: ApiConfig,
    /// Settings of the use cases; the addresses of Plex are filled in.
    pub app: AppOptions,
    /// Points at which the test stops a use case.
    pub hooks: Hooks,
    /// Ask Plex no faster than in earnest; a story has no time for that otherwise.
    pub true_pace: bool,
}

/// A running PUM.
pub struct TestApp {
    /// Its database.
    pub db: TestDb,
    /// What its use cases touch.
    pub ctx: Ctx,
    /// The Plex it talks to.
    pub plex: FakePlex,
    address: String,
    shutdown: CancellationToken,
    may_leave_jobs: AtomicBool,
}

impl TestApp {
    /// A fresh PUM: migrated, nothing set up.
    pub async fn start() -> Self {
        Self::start_with(Wishes::default()).await
    }

    /// A fresh PUM with wishes.
    pub async fn start_with(wishes: Wishes) -> Self {
        let db = TestDb::new().await;
        Self::start_on(db, wishes).await
    }

    /// PUM on a database that is there already.
    pub async fn start_on(db: TestDb, wishes: Wishes) -> Self {
        let plex = FakePlex::start().await;
        let mut options = wishes.app;
        options.endpoints = endpoints(&plex);
        options.limits = match wishes.true_pace {
            true => Limits::default(),
            false => Limits { requests_per_second: 1000.0, burst: 1000, ..Limits::default() },
        };
        let keys = Keys::derive(&Secret::new(SECRET_KEY));
        let ctx = Ctx::open(db.db.clone(), keys, options, wishes.hooks).await.expect("open PUM");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let shutdown = CancellationToken::new();
        let config = ApiConfig { threads: Some(1), ..wishes.api };
        tokio::spawn(pum_api::serve(config, ctx.clone(), listener, shutdown.clone()));
        Self { db, ctx, plex, address, shutdown, may_leave_jobs: AtomicBool::new(false) }
    }

    /// `http://127.0.0.1:PORT`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// A browser that nobody has signed in with.
    pub fn browser(&self) -> Browser {
        Browser::new(&self.address)
    }

    /// A browser of the primary admin, who is made if need be.
    pub async fn sign_in_as_admin(&self) -> Browser {
        let known = admins::all(&self.ctx.reader()).await.expect("read the admins");
        let admin = match known.iter().find(|admin| admin.is_primary) {
            Some(admin) => admin.id,
            None => self.make_admin("admin", &[], |admin| admin.is_primary = true).await,
        };
        self.sign_in_as(admin).await
    }

    /// A browser of an admin with just these permissions.
    pub async fn sign_in_with(&self, permissions: &[Permission]) -> Browser {
        let name = format!("admin-{}", random::identifier());
        let admin = self.make_admin(&name, permissions, |_| {}).await;
        self.sign_in_as(admin).await
    }

    /// An admin without a password, as the story wants them.
    pub async fn make_admin(
        &self,
        username: &str,
        permissions: &[Permission],
        shape: impl FnOnce(&mut NewAdmin),
    ) -> AdminId {
        let id = random::id();
        let mut admin = NewAdmin {
            id,
            username: username.to_owned(),
            password_hash: None,
            must_change_password: false,
            is_primary: false,
            permissions: permissions.to_vec(),
            plex: None,
        };
        shape(&mut admin);
        let tx = self.ctx.db().begin().await.expect("begin");
        admins::insert(&tx, admin).await.expect("make an admin");
        tx.commit().await.expect("commit");
        id
    }

    /// A browser of this admin, as if they had just signed in.
    pub async fn sign_in_as(&self, admin: AdminId) -> Browser {
        let key = random::secret();
        let session = NewSession {
            key_hash: hash_opaque(&key),
            admin_id: admin,
            address: "127.0.0.1".to_owned(),
            user_agent: "a test".to_owned(),
        };
        sessions::open(&self.ctx, &session).await.expect("open a session");
        self.browser().with_cookie(COOKIE, &self.signed_cookie(&key))
    }

    /// A session cookie's value as PUM itself would sign it.
    pub fn signed_cookie(&self, key: &str) -> String {
        let mut jar = CookieJar::new();
        jar.signed_mut(&Key::from(self.ctx.keys().cookie_key())).add(Cookie::new(COOKIE, key.to_owned()));
        jar.get(COOKIE)
            .map(|cookie| Cookie::encoded(cookie).stripped().to_string())
            .unwrap_or_default()
            .split_once('=')
            .map(|(_, value)| value.to_owned())
            .unwrap_or_default()
    }

    /// This story ends with work left to do, on purpose.
    pub fn may_leave_jobs(&self) {
        self.may_leave_jobs.store(true, Ordering::Relaxed);
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.shutdown.cancel();
        if self.may_leave_jobs.load(Ordering::Relaxed) || std::thread::panicking() {
            return;
        }
        let url = self.db.url().to_owned();
        // The test's own runtime may be shutting down, so this one brings its own.
        let left = std::thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            let question = "SELECT kind AS found FROM jobs WHERE state IN ('queued', 'running') \
                            AND kind <> 'reread_access'";
            runtime.block_on(crate::db::rows(&url, question))
        });
        let left = left.join().expect("look for jobs");
        assert!(left.is_empty(), "jobs were left behind: {left:?}; run them, or say app.may_leave_jobs()");
    }
}

fn endpoints(plex: &FakePlex) -> Endpoints {
    let url = |text: &str| text.parse::<Url>().expect("the fake has an address");
    Endpoints {
        plex_tv: url(plex.plex_tv_url()),
        clients: url(plex.clients_url()),
        auth: url(plex.auth_url()),
    }
}
