//! The server's own history: what was seen to the end or nearly so.

use super::pms::{here, owner_only, page};
use super::times::epoch;
use crate::fake_plex::call::Call;
use crate::fake_plex::markup::El;
use crate::fake_plex::refusal::Refusal;
use crate::fake_plex::reply::Reply;
use crate::fake_plex::world::{PastPlay, Server};

/// GET /status/sessions/history/all: sorted, filtered, paged.
pub fn list(call: &mut Call) -> Result<Reply, Refusal> {
    owner_only(call)?;
    let server = here(call)?;
    let number = |name: &str| call.request.param(name).and_then(|value| value.parse::<i64>().ok());
    let (account, library, item) =
        (number("accountID"), number("librarySectionID"), number("metadataItemID"));
    let config = &call.world.config;
    let since = number("viewedAt>").map(|since| since + i64::from(config.history_after_is_strict));
    let until = number("viewedAt<");
    let is = |wanted: Option<i64>, have: u64| wanted.is_none_or(|wanted| i64::try_from(have) == Ok(wanted));
    let mut rows: Vec<&PastPlay> = server
        .history
        .iter()
        .filter(|row| is(account, account_number(server, row.user)))
        .filter(|row| is(library, row.library_key) && is(item, row.rating_key))
        .filter(|row| since.is_none_or(|since| epoch(row.viewed_at) >= since))
        .filter(|row| until.is_none_or(|until| epoch(row.viewed_at) <= until))
        .collect();
    let most = match config.history_page_most {
        0 => usize::MAX,
        most => most,
    };
    match call.request.param("sort").filter(|_| !config.history_ignores_sort).as_deref() {
        Some("viewedAt:asc") => rows.sort_by_key(|row| (row.viewed_at, row.id)),
        Some("viewedAt:desc") => rows.sort_by_key(|row| std::cmp::Reverse((row.viewed_at, row.id))),
        _ => {}
    }
    let total = rows.len();
    let (start, size) = page(call, total as u64);
    let rows = rows.into_iter().skip(start as usize).take((size as usize).min(most));
    let rows: Vec<El> = rows.map(|row| past_play(server, row)).collect();
    Ok(Reply::pms(
        El::new("MediaContainer")
            .attr("size", rows.len())
            .attr("totalSize", total)
            .attr("offset", start)
            .list(rows),
    ))
}

/// On the server the owner is always number 1.
pub(super) fn account_number(server: &Server, user: u64) -> u64 {
    if user == server.owner { 1 } else { user }
}

fn past_play(server: &Server, row: &PastPlay) -> El {
    let tag = match row.kind.as_str() {
        "track" => "Track",
        "photo" => "Photo",
        _ => "Video",
    };
    let kept = row.rating_key > 0;
    El::new(tag)
        .attr("historyKey", format!("/status/sessions/history/{}", row.id))
        .attr_if("key", kept.then(|| format!("/library/metadata/{}", row.rating_key)))
        .attr_if("ratingKey", kept.then(|| row.rating_key.to_string()))
        .attr("librarySectionID", row.library_key.to_string())
        .attr("title", row.title.clone())
        .attr_if("parentTitle", row.parent_title.clone())
        .attr_if("grandparentTitle", row.grandparent_title.clone())
        .attr("type", row.kind.clone())
        .attr_if("thumb", kept.then(|| format!("/library/metadata/{}/thumb/1700000000", row.rating_key)))
        .attr_if("index", row.index)
        .attr_if("parentIndex", row.parent_index)
        .attr("viewedAt", epoch(row.viewed_at))
        .attr("accountID", account_number(server, row.user))
        .attr("deviceID", row.device_id)
}
