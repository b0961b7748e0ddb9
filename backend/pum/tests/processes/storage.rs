//! The disk is full, or the database may only be read: writing is refused with its reason, reading goes
//! on, the worker waits, and everything goes on by itself when there is room again.

use std::process::Command;

use pum_domain::job::{JobKind, JobState, Lane};
use pum_store::jobs::{self, NewJob};
use pum_testkit::db::run;
use pum_testkit::{Browser, TestApp};
use serde_json::{Value, json};

use crate::interrupted::{process_on, stand_still};
use crate::process::{Running, is_alive, signal};

/// Makes the story's database unwritable for these processes, without anybody's help.
struct Disk<'a> {
    app: &'a TestApp,
    processes: [u32; 2],
}

impl Disk<'_> {
    async fn fill(&self) {
        match self.app.ctx.db().kind() {
            "sqlite" => self.limit_files("0"),
            "mysql" => run(self.app.db.url(), "SET GLOBAL read_only = 1").await,
            _ => {
                let name = self.database();
                self.on_database(&format!("ALTER DATABASE {name} SET default_transaction_read_only = on"))
                    .await;
            }
        }
    }

    async fn make_room(&self) {
        match self.app.ctx.db().kind() {
            "sqlite" => self.limit_files("unlimited"),
            "mysql" => run(self.app.db.url(), "SET GLOBAL read_only = 0").await,
            _ => {
                let name = self.database();
                let reset = format!("ALTER DATABASE {name} RESET default_transaction_read_only");
                self.on_database(&format!("BEGIN READ WRITE; {reset}; COMMIT")).await;
            }
        }
    }

    /// No file may grow: to the program this is a disk without room.
    fn limit_files(&self, most: &str) {
        for pid in self.processes {
            let limit = format!("--fsize={most}:unlimited");
            let status = Command::new("prlimit").args(["--pid", &pid.to_string(), &limit]).status();
            assert!(status.expect("prlimit runs").success());
        }
    }

    /// The setting counts from the next connection on, so those that are open end.
    async fn on_database(&self, statement: &str) {
        run(self.app.db.url(), statement).await;
        let others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                      WHERE datname = current_database() AND pid <> pg_backend_pid()";
        run(self.app.db.url(), others).await;
    }

    fn database(&self) -> &str {
        self.app.db.url().rsplit('/').next().unwrap_or_default()
    }
}

async fn enqueue(app: &TestApp) -> i64 {
    let tx = app.ctx.db().begin().await.expect("begin");
    let job = NewJob::new(JobKind::Housekeeping, Lane::Manual, Value::Null);
    let enqueued = jobs::enqueue(&tx, job).await.expect("enqueue");
    tx.commit().await.expect("commit");
    enqueued.id
}

/// The database's address for somebody with no more rights than a program has. MariaDB is read-only as a whole, and
/// then still lets its administrators write, as whom the other stories come.
async fn as_somebody(app: &TestApp) -> String {
    let url = app.db.url();
    if app.ctx.db().kind() != "mysql" {
        return url.to_owned();
    }
    let name = url.rsplit('/').next().unwrap_or_default();
    run(url, &format!("CREATE USER '{name}'@'%' IDENTIFIED BY 'a disk'")).await;
    run(url, &format!("GRANT ALL ON `{name}`.* TO '{name}'@'%'")).await;
    let mut address: url::Url = url.parse().expect("an address");
    address
        .set_username(name)
        .and_then(|()| address.set_password(Some("a disk")))
        .expect("an address with a user");
    address.into()
}

/// The same browser, at the address of another process on the same database.
fn moved(browser: &Browser, cookie: &str, to: &Running) -> Browser {
    Browser::new(&to.address()).with_cookie(cookie, &browser.cookie(cookie).expect("a cookie"))
}

#[tokio::test]
async fn a_full_disk_stops_writing_and_nothing_else() {
    let app = TestApp::start().await;
    let admin = app.set_up().await;
    let wishes = json!({ "libraries": { "mode": "all" } });
    let code = app.invite(&admin, wishes.clone()).await;
    let priya = app.invitee("priya");
    priya.open(&code).await.expect(201);
    // Both have been here before: that they are here again would be noted, if there were room.
    run(app.db.url(), "UPDATE sessions SET last_seen_at = last_seen_at - 3600000").await;
    run(app.db.url(), "UPDATE guests SET last_seen_at = last_seen_at - 3600000").await;

    let up = process_on(&app, &as_somebody(&app).await, "up", None);
    app.until("the worker is ready", || async { up.said("the worker is ready") }).await;
    let (_, worker) = up.worker(0);
    let (admin, guest) = (moved(&admin, "pum_session", &up), moved(&priya.browser, "pum_guest", &up));
    let disk = Disk { app: &app, processes: [up.child.id(), worker] };
    stand_still(&app, worker).await;
    let job = enqueue(&app).await;
    disk.fill().await;
    assert!(signal(worker, "CONT"));

    let start = format!("/api/v1/public/invites/{code}/redemptions");
    for _ in 0..2 {
        let refused = admin.post("/api/v1/invites", wishes.clone()).await.expect_problem(503, "storage_full");
        assert!(refused["detail"].as_str().is_some_and(|detail| detail.contains("disk")), "{refused}");
        Browser::new(&up.address()).post(&start, json!({})).await.expect_problem(503, "storage_full");
        for path in ["/readyz", "/api/v1/invites", "/api/v1/history", "/api/v1/stats", "/api/v1/users"] {
            admin.get(path).await.expect(200);
        }
        guest.get(&format!("/api/v1/public/invites/{code}")).await.expect(200);
        guest.get("/api/v1/public/redemptions/current").await.expect(200);
    }
    app.until("the worker has tried", || async { up.said("cannot look for jobs") }).await;
    let waiting = jobs::get(&app.ctx.reader(), job).await.expect("the job");
    assert_eq!((waiting.state, waiting.attempts), (JobState::Queued, 0));

    disk.make_room().await;
    admin.post("/api/v1/invites", wishes).await.expect(201);
    app.until("the worker goes on", || async {
        jobs::get(&app.ctx.reader(), job).await.expect("the job").state == JobState::Done
    })
    .await;
    assert!(is_alive(worker) && !up.said("ended by itself"), "nobody had to start it again");
    app.may_leave_jobs();
}
