"""Checks the fake Plex with python-plexapi, a client nobody here wrote.

    python -m venv VENV && VENV/bin/pip install -r backend/testkit/conformance/requirements.txt
    VENV/bin/python backend/testkit/conformance/plexapi_check.py PATH/TO/pum-fakes

Starts the fakes, points plexapi's addresses at them (only the addresses: every line of its parsing
stays), and compares what plexapi believes with the fakes' own state, so that each check can fail.
Prints a line for each check and a closing line; exits with 1 when any check failed, 2 when the
fakes cannot be started.
"""

import sys
import time
import traceback
from datetime import datetime

import plexapi
from harness import TIMEOUT_S, Fakes, equal, point_plexapi_at, refused, wait
from plexapi.exceptions import BadRequest, NotFound, Unauthorized
from plexapi.myplex import MyPlexAccount, MyPlexPinLogin
from plexapi.server import PlexServer

CHECKS = []


def check(words):
    """Registers a function as a check, described by a sentence."""

    def register(function):
        CHECKS.append((words, function))
        return function

    return register


# --- Account ---------------------------------------------------------------------------------


@check("the owner's account has the right id, names, address and subscription")
def _(fakes, account, _server):
    known = fakes.state()["accounts"][str(fakes.info["owner"]["id"])]
    equal(account.id, known["id"], "id")
    equal(account.uuid, known["uuid"], "uuid")
    equal(account.username, known["username"], "username")
    equal(account.title, known["title"], "title")
    equal(account.email, known["email"], "email")
    equal(account.confirmed, known["confirmed"], "confirmed")
    equal(account.subscriptionActive, known["plex_pass"], "Plex Pass")
    equal("session_kick" in account.subscriptionFeatures, known["plex_pass"], "session_kick")
    equal(account.homeAdmin, True, "admin of the Home")
    equal(account.authToken, fakes.token, "token")


@check("a dead token is refused as unauthorised")
def _(_fakes, _account, _server):
    refused(Unauthorized, MyPlexAccount, token="no-such-token-000000")


@check("ping is answered with yes")
def _(_fakes, account, _server):
    equal(account.ping(), True, "ping")


@check("signing out kills that token and no other")
def _(fakes, account, _server):
    token = fakes.control("POST", "tokens", {"account": "olivia"})["token"]
    MyPlexAccount(token=token).signout()
    assert token not in fakes.state()["tokens"], "the token is still alive"
    refused(Unauthorized, MyPlexAccount, token=token)
    equal(MyPlexAccount(token=fakes.token).id, account.id, "the owner's own token")


@check("webhooks are added and taken away again")
def _(fakes, account, _server):
    owner = str(fakes.info["owner"]["id"])
    equal(account.webhooks(), [], "none to begin with")
    account.addWebhook("http://127.0.0.1:9/a?b=c")
    equal(fakes.state()["accounts"][owner]["webhooks"], ["http://127.0.0.1:9/a?b=c"], "one webhook")
    account.deleteWebhook("http://127.0.0.1:9/a?b=c")
    equal(fakes.state()["accounts"][owner]["webhooks"], [], "none left")


@check("a public address has a place, and others have none")
def _(_fakes, account, _server):
    vienna = account.geoip("203.0.113.20")
    equal((vienna.code, vienna.country, vienna.city), ("AT", "Austria", "Vienna"), "place")
    equal((vienna.subdivisions, vienna.postalCode, vienna.timezone), ("Vienna", "1010", "Europe/Vienna"), "details")
    equal(vienna.coordinates, (48.2082, 16.3738), "coordinates")
    equal((vienna.europeanUnionMember, vienna.inPrivacyRestrictedCountry), (True, False), "flags")
    equal((account.geoip("198.51.100.7").country, account.geoip("198.51.100.7").city), ("Sweden", ""), "half a place")
    refused(NotFound, account.geoip, "192.168.1.40")
    refused(BadRequest, account.geoip, "nowhere")


# --- PIN -------------------------------------------------------------------------------------


@check("a strong PIN leads to the token of whoever signed in")
def _(fakes, _account, _server):
    login = MyPlexPinLogin(oauth=True)
    url = login.oauthUrl(forwardUrl="http://127.0.0.1:9/back")
    assert f"code={login._code}" in url, url
    equal(len(login._code), 25, "length of the code")
    equal(login.checkLogin(), False, "before signing in")
    fakes.control("POST", "sign-in", {"code": login._code, "account": "anna"})
    equal(login.checkLogin(), True, "after signing in")
    equal(MyPlexAccount(token=login.token).id, fakes.account_id("anna"), "whose token")
    equal(fakes.state()["tokens"][login.token]["account"], fakes.account_id("anna"), "in the fakes")


@check("a typed PIN has four characters and is linked by somebody signed in")
def _(fakes, _account, _server):
    login = MyPlexPinLogin()
    equal(len(login.pin), 4, "length of the code")
    ben = MyPlexAccount(token=fakes.control("POST", "tokens", {"account": "ben"})["token"])
    ben.link(login.pin)
    equal(login.checkLogin(), True, "after linking")
    equal(MyPlexAccount(token=login.token).username, "ben", "whose token")


@check("an expired PIN and one of another client are refused")
def _(fakes, _account, _server):
    foreign = MyPlexPinLogin(oauth=True, headers={"X-Plex-Client-Identifier": "somebody-else"})
    foreign._getCode()
    foreign._customHeaders = None
    equal(foreign.checkLogin(), False, "another client")
    equal(foreign.expired, True, "another client sees it as expired")
    late = MyPlexPinLogin(oauth=True)
    late._getCode()
    fakes.control("POST", "clock", {"advance_seconds": 1801})
    equal(late.checkLogin(), False, "after half an hour")
    equal(late.expired, True, "expired")


# --- Servers and libraries -------------------------------------------------------------------


@check("the owner's resources name the server, and connecting finds its living address")
def _(fakes, account, _server):
    resource = account.resource("Aurora")
    equal(resource.clientIdentifier, fakes.server["machine_identifier"], "machine identifier")
    equal(resource.owned, True, "owned")
    assert fakes.server["url"] in [c.uri for c in resource.connections], "the living address is missing"
    assert len(resource.connections) > 1, "there is no dead address to be passed over"
    server = resource.connect(timeout=TIMEOUT_S)
    equal(server.machineIdentifier, fakes.server["machine_identifier"], "connected to")


@check("a guest reaches the server with the token of the share and sees the shared libraries only")
def _(fakes, _account, _server):
    guest = MyPlexAccount(token=fakes.control("POST", "tokens", {"account": "sofia_r"})["token"])
    resource = guest.resource("Aurora")
    equal(resource.owned, False, "owned")
    equal(resource.ownerId, fakes.info["owner"]["id"], "owner")
    equal(resource.accessToken, fakes.share_of("sofia_r")["access_token"], "token")
    server = resource.connect(timeout=TIMEOUT_S)
    equal(sorted(s.title for s in server.library.sections()), fakes.shared_titles("sofia_r"), "libraries")
    refused(BadRequest, server.sessions)
    refused(Unauthorized, PlexServer, fakes.server["url"], guest.authToken)


@check("the server says who it is")
def _(fakes, _account, server):
    known = fakes.state()["servers"][fakes.server["machine_identifier"]]
    equal(server.friendlyName, known["name"], "name")
    equal(server.version, known["version"], "version")
    equal(server.identity().machineIdentifier, known["machine_identifier"], "identity")
    equal("session_kick" in server.ownerFeatures, True, "owner features")


@check("library sections have the right keys, types, uuids and sizes")
def _(fakes, _account, server):
    have = [(int(s.key), s.title, s.type, s.uuid, s.totalSize) for s in server.library.sections()]
    want = [(l["key"], l["title"], l["kind"], l["uuid"], l["items"]) for l in fakes.libraries()]
    equal(have, want, "sections")


@check("a library is paged: items come in containers and none is lost")
def _(fakes, _account, server):
    kids = next(l for l in fakes.libraries() if l["title"] == "Kids")
    items = server.library.section("Kids").all(container_size=50)
    equal(len(items), kids["items"], "items")
    equal(len({i.ratingKey for i in items}), kids["items"], "different items")


@check("the server's accounts: the owner is number 1, guests keep their plex.tv id")
def _(fakes, account, server):
    ids = {a.id: a.name for a in server.systemAccounts()}
    equal(ids.get(1), account.username, "number 1")
    assert fakes.account_id("jonas") in ids, "a guest is missing"
    assert account.id not in ids, "the owner's plex.tv id has no place here"


# --- People ----------------------------------------------------------------------------------


@check("users are friends, Home members and people with a share, but not who has yet to accept")
def _(fakes, account, _server):
    users = {u.id: u for u in account.users()}
    relations = fakes.state()["relations"]
    owner = account.id
    want = {f["to"] for f in relations["friendships"] if f["from"] == owner and f["accepted_at"]}
    want |= {m for members in relations["homes"].values() for m in members}
    want |= {s["invited"] for s in relations["shares"].values() if s["owner"] == owner and s["accepted_at"]}
    want |= {s["owner"] for s in relations["shares"].values() if s["invited"] == owner and s["accepted_at"]}
    equal(set(users), want, "users")
    assert fakes.account_id("greta") not in users, "a pending person is listed"
    assert account.id not in users, "the owner is listed"
    robin = account.user("Robin")
    equal((robin.restricted, robin.username, robin.email, robin.home), ("1", "", "", True), "managed user")


@check("a user's servers carry the share's id, and tell sharing from sharing back")
def _(fakes, account, _server):
    jonas = account.user("jonas")
    mine = [s for s in jonas.servers if s.owned]
    theirs = [s for s in jonas.servers if not s.owned]
    equal([s.id for s in mine], [fakes.share_of("jonas")["id"]], "share id")
    equal([s.name for s in theirs], ["Beacon"], "shares back")
    equal(mine[0].numLibraries, len(fakes.shared_titles("jonas")), "number of libraries")
    equal(sorted(s.title for s in mine[0].sections() if s.shared), fakes.shared_titles("jonas"), "sections")
    equal(account.user("tobi").server("Aurora").allLibraries, True, "all libraries")
    equal(account.user("pavel").servers, [], "a friend without a share")


# --- Sharing ---------------------------------------------------------------------------------


@check("inviting somebody makes a pending share with exactly those libraries and permissions")
def _(fakes, account, server):
    account.inviteFriend("anna", server, sections=["Movies", "Kids"], allowSync=True, filterMovies={"contentRating": ["G", "PG"]})
    share = fakes.share_of("anna")
    equal(fakes.shared_titles("anna"), ["Kids", "Movies"], "libraries")
    equal(share["accepted_at"], None, "accepted")
    equal(fakes.settings("anna")["allowSync"], True, "downloads")
    equal(fakes.settings("anna")["filterMovies"], "contentRating=G%2CPG", "filter")


@check("inviting with no library named shares everything")
def _(fakes, account, server):
    account.inviteFriend("david", server)
    equal(fakes.shared_titles("david"), "all", "libraries")


@check("inviting twice is refused with the words of the service")
def _(_fakes, account, server):
    words = refused(BadRequest, account.inviteFriend, "anna", server, sections=["Movies"])
    assert "already sharing this server with" in words, words


@check("an unknown user name is not found, and so is another owner's server")
def _(fakes, account, server):
    refused(NotFound, account.inviteFriend, "nobody.at.all", server, sections=["Movies"])
    beacon = next(s["machine_identifier"] for s in fakes.state()["servers"].values() if s["name"] == "Beacon")
    refused(NotFound, account.inviteFriend, "chloe", beacon)


@check("the library's key instead of the section id is refused")
def _(fakes, account, server):
    body = {
        "server_id": server.machineIdentifier,
        "shared_server": {"library_section_ids": [fakes.libraries()[0]["key"]], "invited_email": "chloe"},
    }
    url = account.FRIENDINVITE.format(machineId=server.machineIdentifier)
    refused(BadRequest, account.query, url, account._session.post, json=body)
    equal(fakes.share_of("chloe"), None, "share")


@check("pending invitations list people and bare addresses")
def _(fakes, account, server):
    account.inviteFriend("someone@nowhere.example", server, sections=["Movies"])
    invites = account.pendingInvites(includeReceived=False)
    shares = fakes.state()["relations"]["shares"].values()
    pending = [s for s in shares if s["accepted_at"] is None and s["owner"] == account.id]
    equal(len(invites), len(pending), "invitations")
    anna = account.pendingInvite("anna", includeReceived=False)
    equal((anna.id, anna.friend, anna.server), (fakes.account_id("anna"), True, True), "anna's")
    equal([s.name for s in anna.servers], ["Aurora"], "server")
    equal(anna.servers[0].numLibraries, 2, "libraries")
    equal([i.email for i in invites if i.username == ""], ["someone@nowhere.example"], "address without account")


@check("the list of received invitations is retired")
def _(_fakes, account, _server):
    words = refused(BadRequest, account.pendingInvites)
    assert "410" in words, words


@check("cancelling withdraws the invitation and leaves no share")
def _(fakes, account, _server):
    account.cancelInvite(account.pendingInvite("anna", includeReceived=False))
    equal(fakes.share_of("anna"), None, "share")
    left = [i.username for i in account.pendingInvites(includeReceived=False)]
    assert "anna" not in left, "still pending"


@check("inviting a friend is accepted at once")
def _(fakes, account, server):
    account.inviteFriend("pavel", server, sections=["Music"])
    equal(fakes.shared_titles("pavel"), ["Music"], "libraries")
    assert fakes.share_of("pavel")["accepted_at"], "not accepted"
    equal([s.name for s in account.user("pavel").servers], ["Aurora"], "in the users list")


@check("updating a friend changes the libraries and nothing else")
def _(fakes, account, server):
    before = fakes.share_of("mia.berger")
    sync = fakes.settings("mia.berger").get("allowSync", False)
    account.updateFriend("mia.berger", server, sections=["Documentaries", "Kids"])
    equal(fakes.shared_titles("mia.berger"), ["Documentaries", "Kids"], "libraries")
    equal(fakes.share_of("mia.berger")["id"], before["id"], "share id")
    equal(fakes.settings("mia.berger").get("allowSync", False), sync, "downloads")


@check("updating a friend changes downloads and nothing else")
def _(fakes, account, server):
    titles = fakes.shared_titles("mia.berger")
    account.updateFriend("mia.berger", server, allowSync=True)
    equal(fakes.settings("mia.berger")["allowSync"], True, "downloads")
    equal(fakes.shared_titles("mia.berger"), titles, "libraries")
    equal(account.user("mia.berger").allowSync, True, "in the users list")
    account.updateFriend("mia.berger", server, allowSync=False)
    equal(account.user("mia.berger").allowSync, False, "in the users list")


@check("updating somebody without a share makes one")
def _(fakes, account, server):
    share = fakes.share_of("noor")
    fakes.control("DELETE", f"shares/{share['id']}")
    account.updateFriend("noor", server, sections=["TV Shows"])
    equal(fakes.shared_titles("noor"), ["TV Shows"], "libraries")
    assert fakes.share_of("noor")["id"] != share["id"], "the old share came back"


@check("removing a friend ends friendship and shares; doing it twice is not found")
def _(fakes, account, _server):
    yuki = account.user("yuki")
    account.removeFriend(yuki)
    equal(fakes.share_of("yuki"), None, "share")
    assert yuki.id not in {u.id for u in account.users()}, "still in the users list"
    refused(NotFound, account.removeFriend, yuki)


@check("a new managed user gets a share at once, and goes with the Home")
def _(fakes, account, server):
    account.createHomeUser("Kim", server, sections=["Kids"])
    kim = account.user("Kim")
    equal((kim.home, kim.restricted), (True, "1"), "managed user")
    equal([s.pending for s in kim.servers], [False], "accepted")
    account.removeHomeUser(kim)
    assert str(kim.id) not in fakes.state()["accounts"], "the managed user is still there"


# --- What people do by themselves -----------------------------------------------------------


def by_hand(fakes, act, **facts):
    """Something that a person does, or the owner in Plex's own app, past this client."""
    return fakes.control("POST", f"people/{act}", facts)


@check("the Home's list has its admin, members and managed users, told apart")
def _(fakes, account, _server):
    rows = {int(row.get("id")): row for row in account.query(account.HOMEUSERS)}
    members = {m for members in fakes.state()["relations"]["homes"].values() for m in members}
    equal(set(rows), members | {account.id}, "members")
    equal([i for i, row in rows.items() if row.get("admin") == "1"], [account.id], "admin")
    managed = {i for i, row in rows.items() if row.get("restricted") == "1"}
    equal(managed, {i for i in members if fakes.state()["accounts"][str(i)]["restricted"]}, "managed users")


@check("a friend joins the Home and leaves it, and stays a friend")
def _(fakes, account, _server):
    equal(account.user("tobi").home, False, "before")
    by_hand(fakes, "join-home", account="tobi")
    equal(account.user("tobi").home, True, "in the Home")
    by_hand(fakes, "leave-home", account="tobi")
    tobi = account.user("tobi")
    equal((tobi.home, tobi.servers), (False, []), "after: no share came back")


@check("somebody renamed keeps their id and share")
def _(fakes, account, _server):
    before = account.user("jonas")
    by_hand(fakes, "rename", account="jonas", username="jonathan", email="jonathan@example.org")
    after = account.user("jonathan")
    equal((after.id, after.email), (before.id, "jonathan@example.org"), "account")
    equal([s.id for s in after.servers if s.owned], [s.id for s in before.servers if s.owned], "share")
    by_hand(fakes, "rename", account="jonathan", username="jonas", email="jonas@example.com")


@check("sharing back shows as a server that is not the owner's")
def _(fakes, account, _server):
    equal([s for s in account.user("amara").servers if not s.owned], [], "before")
    by_hand(fakes, "share-back", account="amara")
    equal([s.name for s in account.user("amara").servers if not s.owned], ["Beacon"], "after")
    foreign = [r for r in account.resources() if "server" in r.provides and not r.owned]
    assert fakes.account_id("amara") in [int(r.ownerId) for r in foreign], "not among the resources"


@check("a share ended by hand leaves the friend; leaving ends both")
def _(fakes, account, _server):
    # Somebody who shares nothing back: otherwise they stay in the list for that.
    by_hand(fakes, "unshare", account="mia.berger")
    equal([s.name for s in account.user("mia.berger").servers if s.owned], [], "share")
    by_hand(fakes, "leave", account="mia.berger")
    assert fakes.account_id("mia.berger") not in {u.id for u in account.users()}, "still in the users list"


@check("content filters are listed, and stay when the libraries change")
def _(fakes, account, server):
    account.updateFriend("sofia_r", server, filterMovies={"label": ["Kids"]}, filterTelevision={"contentRating": ["TV-G"]})
    account.updateFriend("sofia_r", server, sections=["Movies"])
    sofia = account.user("sofia_r")
    equal((sofia.filterMovies, sofia.filterTelevision), ("label=Kids", "contentRating=TV-G"), "filters")
    equal(sorted(s.title for s in sofia.server("Aurora").sections() if s.shared), ["Movies"], "libraries")


@check("lists may hold together and still be wrong: half of them, or none of the shares")
def _(fakes, account, _server):
    whole = len(account.users())
    fakes.control("POST", "faults", {"kind": "short_list", "on": "list_users", "times": 1})
    equal(len(account.users()), whole // 2, "half")
    fakes.control("POST", "faults", {"kind": "without_shares", "on": "list_users", "times": 1})
    users = account.users()
    shared = [s.name for u in users for s in u.servers if s.owned]
    equal(shared, [], "shares")
    assert [s for u in users for s in u.servers if not s.owned], "the servers that people share back are gone too"
    fakes.control("DELETE", "faults")


# --- Playing ---------------------------------------------------------------------------------


def play(fakes, **facts):
    """Lets somebody play something on the first server; returns the session's key."""
    return fakes.control("POST", "sessions", facts)["session_key"]


def playing(fakes, server):
    return {s["session_key"]: s for s in fakes.state()["servers"][server.machineIdentifier]["sessions"]}


@check("sessions name the viewer, the player and what is transcoded")
def _(fakes, account, server):
    known = playing(fakes, server)
    sessions = {s.sessionKey: s for s in server.sessions()}
    equal(set(sessions), set(known), "session keys")
    for key, session in sessions.items():
        want = known[key]
        owner = want["user"] == account.id
        equal(session.title, want["title"], "title")
        equal(session._userId, 1 if owner else want["user"], "viewer")
        equal(session.player.state, want["state"], "state")
        equal(session.player.machineIdentifier, want["player_id"], "player")
        equal(session.session.id, want["session_id"], "session id")
        equal(session.session.bandwidth, want["bandwidth_kbps"], "bandwidth")
        # The demo plays on while it is looked at.
        assert abs(session.viewOffset - want["view_offset_ms"]) < 60_000, "progress"
        height = session.transcodeSession.height if session.transcodeSession else None
        equal(height, want["transcode_height"], "transcoded to")


@check("songs, pictures, television and trailers are sessions too")
def _(fakes, account, server):
    mia = fakes.account_id("mia.berger")
    song = play(fakes, user=mia, kind="track", title="A Song", grandparent_title="A Band", product="Plexamp")
    photo = play(fakes, user=mia, kind="photo", title="Beach", duration_ms=0, session_id="")
    live = play(fakes, user=mia, kind="episode", title="The news", live=True, library_key=0, rating_key=0, duration_ms=0, session_id="")
    trailer = play(fakes, user=mia, kind="clip", subtype="trailer", title="Soon", library_key=0, session_id="")
    sessions = {s.sessionKey: s for s in server.sessions()}
    equal((sessions[song].type, sessions[song].grandparentTitle), ("track", "A Band"), "song")
    equal(sessions[song].session, None, "a player that gives no session id")
    equal((sessions[photo].type, sessions[photo].title), ("photo", "Beach"), "picture")
    equal((sessions[live].type, sessions[live]._data.attrib["live"]), ("episode", "1"), "television")
    equal(sessions[live]._data.attrib.get("ratingKey"), None, "television is no item")
    equal((sessions[trailer].type, sessions[trailer].subtype), ("clip", "trailer"), "trailer")
    equal({sessions[key]._userId for key in (song, photo, live, trailer)}, {mia}, "viewer")
    for key in (song, photo, live, trailer):
        fakes.control("POST", "sessions/end", {"session_key": key})
    equal(set(playing(fakes, server)) & {song, photo, live, trailer}, set(), "ended")


@check("a session is paused, sought, transcoded and goes on to the next item under its key")
def _(fakes, account, server):
    key = play(fakes, user=account.id, kind="episode", title="Episode 1", index=1, session_id="", rating_key=200101,
               source_height=2160, duration_ms=2_700_000)
    look = lambda: next(s for s in server.sessions() if s.sessionKey == key)
    for verb, state in (("pause", "paused"), ("buffer", "buffering"), ("resume", "playing"), ("pause", "paused")):
        fakes.control("POST", f"sessions/{verb}", {"session_key": key})
        equal(look().player.state, state, "state")
    fakes.control("POST", "sessions/seek", {"session_key": key, "to_ms": 900_000})
    equal(look().viewOffset, 900_000, "progress")
    equal((look().transcodeSession, look().media[0].videoResolution), (None, "4k"), "direct play")
    fakes.control("POST", "sessions/transcode", {"session_key": key, "height": 720})
    equal((look().transcodeSession.videoDecision, look().media[0].height), ("transcode", 720), "transcode")
    source = server.fetchItem(200101)
    equal((source.media[0].videoResolution, source.media[0].id), ("4k", look().media[0].id), "source")
    fakes.control("POST", "sessions/next", {"session_key": key})
    equal((look().title, look().index, look().ratingKey), ("Episode 2", 2, 200102), "next item")
    fakes.control("POST", "sessions/end", {"session_key": key})


@check("stopping needs the session id, and a Plex Pass")
def _(fakes, account, server):
    session = server.sessions()[0]
    fakes.control("POST", "accounts/plex-pass", {"account": account.id, "plex_pass": False})
    refused(Unauthorized, session.stop, reason="maintenance")
    equal(PlexServer(fakes.server["url"], fakes.token).myPlexSubscription, False, "subscription")
    fakes.control("POST", "accounts/plex-pass", {"account": account.id, "plex_pass": True})
    session.stop(reason="maintenance")
    assert session.sessionKey not in playing(fakes, server), "still playing"
    refused(NotFound, session.stop)


@check("a stopped session may be listed for a while")
def _(fakes, _account, server):
    fakes.control("POST", "config", {"stopped_lingers_ms": 600_000})
    session = server.sessions()[0]
    session.stop()
    assert session.sessionKey in {s.sessionKey for s in server.sessions()}, "gone at once"
    fakes.control("POST", "clock", {"advance_seconds": 601})
    assert session.sessionKey not in {s.sessionKey for s in server.sessions()}, "still listed"
    fakes.control("POST", "config", {"stopped_lingers_ms": 0})


@check("the alert listener hears what plays, over a websocket")
def _(fakes, account, server):
    heard, troubles = [], []
    fakes.control("POST", "config", {"notify_times": 3, "ping_ms": 100})
    listener = server.startAlertListener(heard.append, troubles.append)
    opened = wait(lambda: [c for c in fakes.control("GET", "calls") if c["op"] == "pms_websocket" and c["worked"]])
    equal(len(opened), 1, "connections")
    key = play(fakes, user=account.id, title="Tidewater", session_id="")
    fakes.control("POST", "sessions/pause", {"session_key": key})

    def notes():
        of = [n for alert in heard if alert["type"] == "playing" for n in alert["PlaySessionStateNotification"]]
        return [(n["state"], n["ratingKey"]) for n in of if n["sessionKey"] == str(key)]

    wait(lambda: len(notes()) >= 6)
    equal(notes(), [("playing", "100001")] * 3 + [("paused", "100001")] * 3, "notes")
    equal(troubles, [], "troubles")
    listener.stop()
    fakes.control("POST", "sessions/end", {"session_key": key})
    fakes.control("POST", "config", {"notify_times": 1, "ping_ms": 10_000})


@check("the history lists what was seen to the end: by person, by library, from a day on, in pages")
def _(fakes, account, server):
    noor = fakes.account_id("noor")
    begin = 1_600_000_000
    rows = [
        {"user": noor if n % 2 else account.id, "title": f"Old {n}", "library_key": 1 + n % 3, "viewed_at": (begin + n * 3600) * 1000}
        for n in range(250)
    ]
    fakes.control("POST", "history", {"rows": rows})
    known = fakes.state()["servers"][server.machineIdentifier]["history"]
    everything = server.history()
    equal(len(everything), len(known), "rows")
    equal([int(h.viewedAt.timestamp()) for h in everything], sorted((h["viewed_at"] // 1000 for h in known), reverse=True), "order")
    of_noor = server.history(accountID=noor)
    equal(len(of_noor), len([h for h in known if h["user"] == noor]), "one person's")
    equal({h.accountID for h in server.history(accountID=1)}, {1}, "the owner is number 1")
    equal(len(server.history(librarySectionID=3)), len([h for h in known if h["library_key"] == 3]), "one library's")
    since = datetime.fromtimestamp(begin + 240 * 3600)
    equal(len(server.history(mindate=since)), len([h for h in known if h["viewed_at"] >= (begin + 240 * 3600) * 1000]), "since")
    equal(len(server.history(maxresults=7)), 7, "no more than asked for")


@check("the history gains a row when something is seen to its end, and not before")
def _(fakes, account, server):
    before = len(server.history(accountID=1))
    half = play(fakes, user=account.id, title="Half", view_offset_ms=2_700_000, state="paused", session_id="")
    whole = play(fakes, user=account.id, title="Whole", view_offset_ms=5_300_000, state="paused", session_id="")
    equal(len(server.history(accountID=1)), before, "while it plays")
    for key in (half, whole):
        fakes.control("POST", "sessions/end", {"session_key": key})
    latest = server.history(accountID=1, maxresults=1)[0]
    equal((len(server.history(accountID=1)), latest.title), (before + 1, "Whole"), "afterwards")


# --- Trouble ---------------------------------------------------------------------------------


@check("a fault is seen by the client, and only as often as it was asked for")
def _(fakes, account, _server):
    fakes.control("POST", "faults", {"kind": "status", "status": 503, "on": "list_users", "times": 1})
    refused(BadRequest, account.users)
    assert account.users(), "still failing"
    struck = [rule["struck"] for rule in fakes.control("GET", "faults")]
    equal(struck, [1], "strikes")
    fakes.control("DELETE", "faults")


@check("a lost answer hides work that was done")
def _(fakes, account, server):
    fakes.control("POST", "faults", {"kind": "lost_answer", "on": "create_share", "times": 1})
    try:
        account.inviteFriend("elif", server, sections=["Movies"])
        raise AssertionError("an answer came")
    except OSError:
        pass  # requests' exceptions are OSErrors
    equal(fakes.shared_titles("elif"), ["Movies"], "libraries")
    fakes.control("DELETE", "faults")


@check("the owner's token dies, and everything with it")
def _(fakes, account, _server):
    fakes.control("POST", "tokens/revoke", {"account": account.id})
    refused(Unauthorized, account.users)
    refused(Unauthorized, PlexServer, fakes.server["url"], fakes.token)


def main():
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        fakes = Fakes(sys.argv[1])
    except (OSError, RuntimeError, ValueError) as problem:
        print(f"The fakes cannot be started: {problem}", file=sys.stderr)
        return 2
    passed = failed = 0
    started = time.monotonic()
    try:
        point_plexapi_at(fakes.plex_tv, fakes.info["clients_url"])
        account = MyPlexAccount(token=fakes.token)
        server = PlexServer(fakes.server["url"], fakes.token)
        for words, function in CHECKS:
            try:
                function(fakes, account, server)
            except Exception as problem:  # noqa: BLE001: every failure is a line, whatever its kind
                failed += 1
                print(f"FAIL  {words}")
                print(f"      {type(problem).__name__}: {problem}")
                if not isinstance(problem, AssertionError):
                    traceback.print_exc(file=sys.stdout)
            else:
                passed += 1
                print(f"ok    {words}")
    finally:
        fakes.stop()
    print(f"plexapi {plexapi.VERSION}, {time.monotonic() - started:.1f} s: {passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
