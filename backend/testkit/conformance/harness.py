"""A running `pum-fakes`, its control endpoints, plexapi pointed at it, and how checks compare."""

import json
import subprocess
import time
import urllib.request

from plexapi import myplex

TIMEOUT_S = 10


class Fakes:
    """A running `pum-fakes` and its control endpoints."""

    def __init__(self, program):
        self.process = subprocess.Popen(
            [program, "--scenario", "demo"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{program} said nothing and ended")
        self.info = json.loads(line)
        self.plex_tv = self.info["plex_tv_url"]
        self.token = self.info["owner"]["token"]
        self.server = self.info["servers"][0]

    def control(self, method, path, body=None):
        request = urllib.request.Request(
            f"{self.plex_tv}/_fake/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:
            return json.load(answer)

    def state(self):
        return self.control("GET", "state")

    def account_id(self, username):
        for account in self.state()["accounts"].values():
            if account["username"] == username:
                return account["id"]
        raise AssertionError(f"the fakes know no {username}")

    def share_of(self, username):
        """The share of the first server given to this account, or None."""
        invited = self.account_id(username)
        for share in self.state()["relations"]["shares"].values():
            here = share["machine_identifier"] == self.server["machine_identifier"]
            if here and share["invited"] == invited and not share["stale"]:
                return share
        return None

    def shared_titles(self, username):
        """Titles that a share covers, sorted; "all" for everything; None without a share."""
        share = self.share_of(username)
        if share is None:
            return None
        if share["shared"] == "all":
            return "all"
        covered = set(share["shared"]["sections"])
        return sorted(l["title"] for l in self.libraries() if l["section_id"] in covered)

    def libraries(self):
        return self.state()["servers"][self.server["machine_identifier"]]["libraries"]

    def settings(self, username):
        owner = self.info["owner"]["id"]
        return self.state()["relations"]["settings"].get(f"{owner}/{self.account_id(username)}", {})

    def stop(self):
        self.process.stdin.close()
        try:
            self.process.wait(timeout=TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise AssertionError("pum-fakes did not stop when its input was closed") from None


def point_plexapi_at(plex_tv, clients):
    """Rewrites plexapi's addresses, in every class of its myplex module. Nothing else is touched."""
    hosts = (("https://plex.tv", plex_tv), ("https://clients.plex.tv", clients))

    def here(url):
        return next((address + url[len(host):] for host, address in hosts if url.startswith(host)), url)

    changed = 0
    for thing in vars(myplex).values():
        if not isinstance(thing, type):
            continue
        for name, value in list(vars(thing).items()):
            if isinstance(value, str) and not name.startswith("__") and here(value) != value:
                setattr(thing, name, here(value))
                changed += 1
    # A few addresses stand inside methods, which ask by way of this one.
    query = myplex.MyPlexAccount.query
    myplex.MyPlexAccount.query = lambda self, url, *args, **kwargs: query(self, here(url), *args, **kwargs)
    assert changed > 15, f"only {changed} addresses were rewritten: plexapi has changed"


def equal(have, want, what):
    assert have == want, f"{what}: plexapi says {have!r}, the fakes say {want!r}"


def refused(exception, function, *args, **kwargs):
    try:
        function(*args, **kwargs)
    except exception as problem:
        # plexapi's classes descend from each other; the very one is meant.
        assert type(problem) is exception, f"{type(problem).__name__} instead of {exception.__name__}: {problem}"
        return str(problem)
    raise AssertionError(f"{exception.__name__} expected, but nothing was refused")


def wait(look):
    """What `look` finds, as soon as it finds something."""
    until = time.monotonic() + TIMEOUT_S
    while time.monotonic() < until:
        found = look()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError(f"nothing came within {TIMEOUT_S} s")
