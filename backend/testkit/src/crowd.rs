//! Ten thousand users at once, past every use case: for what lists and exports do with many.

use std::fmt::Write as _;

use pum_store::Db;
use uuid::Uuid;

use crate::db::run;

/// How many there are.
pub const PEOPLE: u128 = 10_000;
/// A library that a hundred of them are to see by name, and twenty because they see all.
pub const LIBRARY: Uuid = Uuid::from_u128(0xB00C);
/// The invite that twenty of them came by.
pub const INVITE: Uuid = Uuid::from_u128(0x1217E);

/// How each kind of database writes an id into a statement.
fn id_literal(kind: &str, id: Uuid) -> String {
    match kind {
        "postgres" => format!("'{id}'"),
        _ => format!("X'{}'", id.simple()),
    }
}

/// People of every sort: a few of each that a filter looks for, many of the rest.
///
/// # Panics
/// When the database refuses them: a test cannot go on without.
#[expect(clippy::expect_used, reason = "a test cannot go on without its crowd")]
pub async fn crowd(db: &Db, url: &str) {
    let kind = db.kind();
    let yes = |yes: bool| if yes { "TRUE" } else { "FALSE" };
    let literal = |id: Uuid| id_literal(kind, id);
    let library = format!(
        "INSERT INTO libraries (id, machine_identifier, uuid, {key}, section_id, title, kind, refreshed_at) \
         VALUES ({}, 'm', 'u', 1, 1, 'Movies', 'movie', 0)",
        literal(LIBRARY),
        key = if kind == "mysql" { "`key`" } else { "key" },
    );
    run(url, &library).await;
    for chunk in (0..PEOPLE).collect::<Vec<_>>().chunks(500) {
        let (mut people, mut chosen, mut tagged) = (String::new(), String::new(), String::new());
        for number in chunk {
            let n = *number;
            let id = literal(Uuid::from_u128(n + 1));
            let rare = n % 500 == 7;
            let moment = |often: u128| match n % often {
                0 => (1_700_000_000_000_u128 + n * 1_000).to_string(),
                _ => "NULL".to_owned(),
            };
            let comma = if people.is_empty() { "" } else { ", " };
            write!(
                people,
                "{comma}({id}, {n}, 'person {key}', 'person {key}', 'p{n}@example.org', 'p{n}@example.org', '{state}', \
                 {home}, FALSE, {rare}, {rare}, FALSE, '{mode}', FALSE, TRUE, {expires}, {rare}, {rare}, {discord}, \
                 '[]', {invite}, {streamed}, {plays}, {watched}, {added}, {joined}, 1, 0, 0, 0, 0, 'some', '[118181001,118181002]', FALSE, \
                 FALSE, 1700000000000)",
                key = (n * 7919) % PEOPLE,
                state = if rare { "suspended" } else { "active" },
                home = yes(rare),
                rare = yes(rare),
                mode = if rare { "all" } else { "some" },
                expires = moment(400),
                discord = if rare { format!("'{}'", 100_000_000_000_000_000 + n) } else { "NULL".to_owned() },
                invite = if rare { literal(INVITE) } else { "NULL".to_owned() },
                streamed = moment(2),
                plays = n % 97,
                watched = n % 1_013,
                added = 1_600_000_000_000_u128 + n,
                joined = moment(3),
            )
            .expect("text grows");
            if n % 100 == 3 {
                let comma = if chosen.is_empty() { "" } else { ", " };
                write!(chosen, "{comma}({id}, {})", literal(LIBRARY)).expect("text grows");
            }
            if n % 500 == 3 {
                let comma = if tagged.is_empty() { "" } else { ", " };
                write!(tagged, "{comma}({id}, 'family')").expect("text grows");
            }
        }
        let into = "INSERT INTO users (id, plex_id, username, username_key, email, email_key, state, home, restricted, \
            shares_back, blocked, is_owner, wanted_mode, wanted_downloads, allow_4k_transcode, access_expires_at, \
            purge_whitelisted, bot_whitelisted, discord_id, tags, invited_by_invite_id, last_streamed_at, plays, \
            watch_seconds, added_at, joined_at, version, created_at, updated_at, lease_generation, lease_until, \
            observed_mode, observed_libraries, observed_downloads, observed_pending, observed_at) VALUES ";
        run(url, &format!("{into}{people}")).await;
        run(url, &format!("INSERT INTO user_libraries (user_id, library_id) VALUES {chosen}")).await;
        run(url, &format!("INSERT INTO user_tags (user_id, tag_key) VALUES {tagged}")).await;
    }
    // Servers count by themselves after a while; SQLite goes without.
    match kind {
        "postgres" => run(url, "ANALYZE").await,
        "mysql" => run(url, "ANALYZE TABLE users, user_libraries, user_tags").await,
        _ => {}
    }
}
