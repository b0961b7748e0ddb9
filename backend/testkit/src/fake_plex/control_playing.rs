//! The control endpoints for what is played: `/_fake/sessions/...`, `/_fake/history`, `/_fake/listeners`.

use super::call::Request;
use super::control::{Answer, parse, server, text};
use super::world::{PastPlay, PlaySession, World};
use serde_json::json;

/// `rest` is what follows `sessions/`.
pub fn sessions(world: &mut World, rest: &str, request: &Request) -> Answer {
    let mid = server(world, request)?;
    if rest.is_empty() {
        let session: PlaySession = parse(request)?;
        return Ok(json!({ "session_key": world.begin_session(&mid, session) }));
    }
    if rest == "restart" {
        world.restart_server(&mid, request.flag("players_reconnect"));
        return Ok(json!({}));
    }
    let key = number(request, "session_key")?;
    let state = |state: &'static str| move |session: &mut PlaySession| session.state = state.into();
    let known = match rest {
        "pause" => world.change_session(&mid, key, state("paused")),
        "resume" => world.change_session(&mid, key, state("playing")),
        "buffer" => world.change_session(&mid, key, state("buffering")),
        "seek" => {
            let to = number(request, "to_ms")?;
            world.change_session(&mid, key, |session| session.view_offset_ms = to)
        }
        "transcode" => {
            let height = request.param("height").and_then(|height| height.parse().ok());
            world.change_session(&mid, key, |session| session.transcode_height = height)
        }
        "next" => world.next_item(&mid, key),
        "end" => world.end_session(&mid, key),
        _ => return Err(format!("a session cannot {rest}")),
    };
    if known { Ok(json!({})) } else { Err(format!("there is no session {key}")) }
}

/// Rows for the server's own history.
pub fn history(world: &mut World, request: &Request) -> Answer {
    let mid = server(world, request)?;
    let rows = request.json().get("rows").cloned().ok_or("rows is missing")?;
    let rows: Vec<PastPlay> = serde_json::from_value(rows).map_err(|e| e.to_string())?;
    world.add_history(&mid, rows);
    Ok(json!({}))
}

fn number(request: &Request, name: &str) -> Result<u64, String> {
    text(request, name)?.parse().map_err(|_| format!("{name} must be a number"))
}
