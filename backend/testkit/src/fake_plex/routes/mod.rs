//! Every route of the fakes in one table, and how a request finds its row.

mod account;
mod avatar;
mod geoip;
mod home;
mod invites;
mod page;
mod pins;
mod pms;
mod pms_history;
mod pms_items;
mod pms_sessions;
mod servers;
mod shares_v1;
mod shares_v2;
mod times;
mod users;

use super::call::{Call, Listener};
use super::refusal::{Family, Refusal};
use super::reply::Reply;

type Handler = fn(&mut Call) -> Result<Reply, Refusal>;

/// One row of the table.
pub struct Route {
    pub method: &'static str,
    /// `{}` stands for one segment.
    pub template: &'static str,
    pub op: &'static str,
    pub family: Family,
    /// Changes who may see what, or ends a token.
    pub write: bool,
    pub handler: Handler,
}

const fn read(
    family: Family,
    method: &'static str,
    template: &'static str,
    op: &'static str,
    handler: Handler,
) -> Route {
    Route { method, template, op, family, write: false, handler }
}

const fn write(
    family: Family,
    method: &'static str,
    template: &'static str,
    op: &'static str,
    handler: Handler,
) -> Route {
    Route { method, template, op, family, write: true, handler }
}

use Family::{Page, Pms, V1, V2};

/// plex.tv; clients.plex.tv has what begins with `/api/v2/`.
#[rustfmt::skip]
static PLEX_TV: &[Route] = &[
    read(V2, "POST", "/api/v2/pins", "create_pin", pins::create),
    write(V2, "PUT", "/api/v2/pins/link", "link_pin", pins::link),
    read(V2, "GET", "/api/v2/pins/{}", "poll_pin", pins::poll),
    read(V2, "GET", "/api/v2/user", "get_account", account::user),
    read(V1, "GET", "/users/account", "get_account_v1", account::old_xml),
    read(V1, "GET", "/users/account.json", "get_account_json", account::old_json),
    read(V2, "GET", "/api/v2/ping", "ping", account::ping),
    write(V2, "DELETE", "/api/v2/users/signout", "sign_out", account::sign_out),
    read(V2, "GET", "/api/v2/user/webhooks", "list_webhooks", account::webhooks),
    write(V2, "POST", "/api/v2/user/webhooks", "set_webhooks", account::set_webhooks),
    read(V2, "GET", "/api/v2/geoip", "geoip", geoip::geoip),
    read(V2, "GET", "/api/v2/resources", "list_resources_v2", servers::resources_v2),
    read(V1, "GET", "/api/resources", "list_resources_v1", servers::resources_v1),
    read(V1, "GET", "/api/servers/{}", "list_sections_v1", servers::sections_v1),
    read(V2, "GET", "/api/v2/servers/{}", "list_sections_v2", servers::sections_v2),
    read(V1, "GET", "/api/users", "list_users", users::users),
    read(V2, "GET", "/api/v2/friends", "list_friends_v2", users::friends_v2),
    read(V1, "GET", "/api/friends", "list_friends_v1", gone),
    write(V2, "DELETE", "/api/v2/friends/{}", "remove_friendship", users::remove_friendship),
    read(V1, "GET", "/api/home/users", "list_home_v1", home::list_v1),
    read(V2, "GET", "/api/v2/home/users", "list_home_v2", home::list_v2),
    write(V1, "POST", "/api/home/users", "add_home_user", home::add),
    write(V1, "DELETE", "/api/home/users/{}", "remove_home_user", home::remove),
    read(V1, "GET", "/api/servers/{}/shared_servers", "list_shares_v1", shares_v1::list),
    write(V1, "POST", "/api/servers/{}/shared_servers", "create_share_v1", shares_v1::create),
    read(V1, "GET", "/api/servers/{}/shared_servers/{}", "get_share_v1", shares_v1::get),
    write(V1, "PUT", "/api/servers/{}/shared_servers/{}", "update_share_v1", shares_v1::update),
    write(V1, "DELETE", "/api/servers/{}/shared_servers/{}", "remove_share_v1", shares_v1::remove),
    read(V2, "GET", "/api/v2/shared_servers/owned/accepted", "list_shares_v2", shares_v2::accepted),
    read(V2, "GET", "/api/v2/shared_servers/owned/pending", "list_pending_flat_v2", shares_v2::pending_flat),
    read(V2, "GET", "/api/v2/shared_servers/invites/owned/pending", "list_pending_v2", shares_v2::pending_by_person),
    read(V2, "GET", "/api/v2/shared_servers/invites/received/pending", "list_received_v2", shares_v2::received),
    write(V2, "POST", "/api/v2/shared_servers", "create_share_v2", shares_v2::create),
    read(V2, "GET", "/api/v2/shared_servers/{}", "get_share_v2", shares_v2::get),
    write(V2, "POST", "/api/v2/shared_servers/{}", "update_share_v2", shares_v2::update),
    write(V2, "DELETE", "/api/v2/shared_servers/{}", "remove_share_v2", shares_v2::remove),
    write(V2, "POST", "/api/v2/shared_servers/{}/accept", "accept_share", shares_v2::accept),
    write(V2, "PUT", "/api/v2/sharings/{}", "update_sharing", users::update_sharing),
    write(V2, "DELETE", "/api/v2/sharings/{}", "remove_friend", users::remove_friend),
    write(V2, "POST", "/api/v2/sharing_settings", "update_sharing_settings", users::update_sharing_settings),
    read(V1, "GET", "/api/invites/requested", "list_pending_v1", invites::requested),
    write(V1, "DELETE", "/api/invites/requested/{}", "cancel_invite_v1", invites::cancel),
    read(V1, "GET", "/api/invites/requests", "list_received_v1", gone),
    write(V1, "PUT", "/api/invites/requests/{}", "accept_received_v1", gone),
    read(Page, "GET", "/users/{}/avatar", "avatar", avatar::avatar),
];

/// app.plex.tv.
#[rustfmt::skip]
static AUTH: &[Route] = &[
    read(Page, "GET", "/auth", "sign_in_page", page::html),
    read(Page, "GET", "/auth/page.js", "sign_in_script", page::script),
    read(Page, "GET", "/auth/page.css", "sign_in_style", page::style),
];

/// A media server.
#[rustfmt::skip]
static PMS: &[Route] = &[
    read(Pms, "GET", "/identity", "identity", pms::identity),
    read(Pms, "GET", "/", "pms_root", pms::root),
    read(Pms, "GET", "/library", "pms_library", pms::library),
    read(Pms, "GET", "/library/sections", "pms_sections", pms::sections),
    read(Pms, "GET", "/library/sections/{}/all", "pms_items", pms::items),
    read(Pms, "GET", "/accounts", "pms_accounts", pms::accounts),
    read(Pms, "GET", "/status/sessions", "pms_sessions", pms_sessions::list),
    read(Pms, "GET", "/status/sessions/history/all", "pms_history", pms_history::list),
    read(Pms, "GET", "/library/metadata/{}", "pms_item", pms_items::item),
    read(Pms, "GET", "/library/metadata/{}/thumb/{}", "pms_thumb", pms_items::thumb),
    read(Pms, "GET", "/photo/:/transcode", "pms_photo", pms_items::scaled),
    read(Pms, "GET", "/:/eventsource/notifications", "pms_eventsource", pms_sessions::listen),
    read(Pms, "GET", "/:/websockets/notifications", "pms_websocket", pms_sessions::listen),
    write(Pms, "GET", "/status/sessions/terminate", "pms_terminate", pms_sessions::terminate),
    write(Pms, "POST", "/status/sessions/terminate", "pms_terminate", pms_sessions::terminate),
];

/// Where a request for no known route ends.
pub static UNROUTED: Route = read(Page, "*", "", "unrouted", unrouted);

/// Where a request with a method that the route does not know ends.
static WRONG_METHOD_V2: Route = read(V2, "*", "", "wrong_method", wrong_method);

fn unrouted(_: &mut Call) -> Result<Reply, Refusal> {
    Err(Refusal::Unrouted)
}

fn wrong_method(_: &mut Call) -> Result<Reply, Refusal> {
    Err(Refusal::WrongMethod)
}

/// Routes that the real service has retired; listed so that the call log can name them.
fn gone(_: &mut Call) -> Result<Reply, Refusal> {
    Err(Refusal::Retired)
}

/// The names of all operations.
pub fn operations() -> impl Iterator<Item = &'static str> {
    [PLEX_TV, AUTH, PMS].into_iter().flatten().map(|route| route.op)
}

/// The operation without the API version it uses.
pub fn stem(op: &str) -> &str {
    op.strip_suffix("_v1").or_else(|| op.strip_suffix("_v2")).unwrap_or(op)
}

/// The route for a request and the decoded values of its template.
pub fn find(listener: Listener, method: &str, path: &str) -> (&'static Route, Vec<String>) {
    let table = match listener {
        Listener::PlexTv | Listener::Clients => PLEX_TV,
        Listener::Auth => AUTH,
        Listener::Pms(_) => PMS,
    };
    if listener == Listener::Clients && !path.starts_with("/api/v2/") {
        return (&UNROUTED, Vec::new());
    }
    let mut other_method = false;
    for route in table {
        if let Some(params) = fit(route.template, path) {
            if route.method == method {
                return (route, params);
            }
            other_method = true;
        }
    }
    // v1 answers a known path with a strange method like an unknown one.
    if other_method && path.starts_with("/api/v2/") {
        return (&WRONG_METHOD_V2, Vec::new());
    }
    (&UNROUTED, Vec::new())
}

/// Matches a path against a template; a slash at the end is accepted.
fn fit(template: &str, path: &str) -> Option<Vec<String>> {
    let path = path.strip_suffix('/').unwrap_or(path);
    let template = template.strip_suffix('/').unwrap_or(template);
    let mut params = Vec::new();
    let mut have = path.split('/');
    for want in template.split('/') {
        let segment = have.next()?;
        if want == "{}" {
            params.push(decode(segment));
        } else if want != segment {
            return None;
        }
    }
    have.next().is_none().then_some(params)
}

fn decode(segment: &str) -> String {
    // A form decoder would turn `+` into a space, and addresses contain pluses.
    let kept = segment.replace('+', "%2B");
    url::form_urlencoded::parse(format!("v={kept}").as_bytes())
        .next()
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}
