//! Who watches what: one row for each playback, the times during which PUM was looking, and what is
//! counted about both for charts and lists.

use sea_orm_migration::MigrationTrait;

use crate::step::CreateTables;
use crate::table::{NewTable, big, instant, int, long_text, short, text, uuid};

pub(super) fn step() -> Box<dyn MigrationTrait> {
    CreateTables::step(
        "m0020_create_streams",
        vec![
            NewTable::named(
                "streams",
                &[
                    big("id").counted(),
                    short("machine_identifier", 64),
                    // `watched` or `imported`.
                    short("source", 16),
                    // The account at plex.tv; absent where the server names nobody.
                    big("viewer_account_id").null(),
                    text("viewer_name"),
                    uuid("user_id").null(),
                    // What makes a playback one, while it goes on.
                    short("open_key", 255).null(),
                    // The server's own key of an imported row.
                    short("history_key", 191).null(),
                    text("session_key").null(),
                    // What a stop is addressed to.
                    text("session_id").null(),
                    text("player_id").null(),
                    text("rating_key").null(),
                    short("state", 16),
                    short("kind", 16),
                    text("title"),
                    text("parent_title").null(),
                    text("grandparent_title").null(),
                    int("season_number").null(),
                    int("episode_number").null(),
                    int("year").null(),
                    big("library_key").null(),
                    text("library_title").null(),
                    text("thumb").null(),
                    // The name by which players are counted and filtered: the product, or what there is instead.
                    short("player", 191),
                    text("player_title").null(),
                    text("product").null(),
                    text("platform").null(),
                    text("device").null(),
                    text("address").null(),
                    short("location", 16).null(),
                    short("decision", 16).null(),
                    text("transcode_reason").null(),
                    short("source_quality", 32).null(),
                    short("stream_quality", 32).null(),
                    big("bandwidth_kbps").null(),
                    long_text("details").null(),
                    instant("started_at"),
                    instant("seen_at"),
                    instant("ended_at").null(),
                    short("end_reason", 32).null(),
                    big("position_ms").null(),
                    big("duration_ms").null(),
                    big("watched_ms"),
                    big("paused_ms"),
                    // The quarter hours in which it was watched, so that deleting takes out what was put in.
                    text("watched_in"),
                    int("four_k_looks"),
                    instant("stop_requested_at").null(),
                    text("stop_message").null(),
                    // Titles and names in lower case.
                    text("search"),
                ],
            )
            .unique(&["open_key"])
            .unique(&["history_key"])
            // The end stands in each, so that those that go on are left out without a look at the row.
            .index(&["started_at", "id", "ended_at"])
            .index(&["user_id", "started_at", "id", "ended_at"])
            .index(&["viewer_account_id", "started_at", "id", "ended_at"])
            .index(&["library_key", "started_at", "id", "ended_at"])
            .index(&["player", "started_at", "id", "ended_at"])
            .index(&["kind", "started_at", "id", "ended_at"]),
            // The times during which PUM was really looking.
            NewTable::named(
                "watch_spans",
                &[big("id").counted(), short("machine_identifier", 64), instant("from_at"), instant("to_at")],
            )
            .index(&["machine_identifier", "to_at"]),
            // What each viewer watched in each quarter hour (UTC).
            NewTable::named(
                "watch_quarters",
                &[
                    big("viewer_account_id"),
                    instant("quarter_at"),
                    short("kind", 16),
                    int("plays"),
                    big("watched_ms"),
                ],
            )
            .key(&["viewer_account_id", "quarter_at", "kind"])
            .index(&["quarter_at"]),
            // The same in longer spells of so many days, without the kind.
            NewTable::named(
                "watch_spells",
                &[
                    int("days"),
                    instant("spell_at"),
                    big("viewer_account_id"),
                    int("plays"),
                    big("watched_ms"),
                ],
            )
            .key(&["days", "spell_at", "viewer_account_id"]),
            // What everybody together watched in each quarter hour (UTC).
            NewTable::named(
                "server_quarters",
                &[instant("quarter_at"), short("kind", 16), int("plays"), big("watched_ms")],
            )
            .key(&["quarter_at", "kind"]),
            // What each viewer watched on each player.
            NewTable::named(
                "viewer_players",
                &[big("viewer_account_id"), short("player", 191), big("plays"), big("watched_ms")],
            )
            .key(&["viewer_account_id", "player"]),
        ],
    )
}
