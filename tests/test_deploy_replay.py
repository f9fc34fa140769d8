"""Two roles and nobody ask for every address through nginx: not one private byte reaches another."""

from contextlib import suppress
from typing import Any

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import translation

from tests import tools
from tests.builders import make_organization, make_portal
from tests.deployed import front
from tests.desk import make_officer, make_world, signed_in
from tests.grid import GRID, SPELLED_OUT
from tests.news_world import make_news
from tests.outreach_world import make_outreach
from tests.replay import Replay, replay

# What nginx keeps is decided by the headers; that they are the same on both engines is tried address by address.
pytestmark = pytest.mark.any_engine
UPSTREAM = "server unix:/run/balai/web.sock max_fails=0;"
# The two guards of the example, each enough by itself.
NOT_STORED = {
    "proxy_no_cache $is_not_public $varies $upstream_http_set_cookie $is_staff $http_authorization;": "",
    "proxy_cache_bypass $is_staff $http_authorization;": "",
    "proxy_ignore_headers Cache-Control": "proxy_ignore_headers Set-Cookie Cache-Control",
}
DESK_APART = {"location ~ ^/(en/)?(admin|petugas)(/|$) {": "location ~ ^/nowhere {"}


def addresses() -> list[str]:
    """Every address the resolver knows, public ones in both languages; signing out comes last."""
    found = {spelled: None for spelled, _rule in SPELLED_OUT.values()}
    for name, rule in GRID.items():
        for language in ("id",) if name.startswith("admin:") else ("id", "en"):
            # Whether the grid is complete is another test's question.
            with translation.override(language), suppress(NoReverseMatch):
                found[reverse(name, kwargs=rule.fill())] = None
    return sorted(found, key=lambda address: ("logout" in address, address))


def cookie_of(client: Client) -> str:
    return "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())


def replayed(live_server: Any, asked: list[str], *weakened: dict[str, str]) -> Replay:
    if tools.nginx() is None:
        pytest.skip(f"{tools.NGINX_MISSING}.")
    cookies = [cookie_of(signed_in(make_officer(role))) for role in ("administrator", "clerk")]
    changes = {UPSTREAM: f"server {live_server.thread.host}:{live_server.thread.port};"}
    for more in weakened:
        changes |= more
    with front(changes) as nginx:
        return replay(nginx, asked, cookies)


@pytest.fixture
def world(transactional_db: None, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    make_portal()
    make_world(1)
    make_outreach(make_organization())
    make_news()


def test_no_private_byte_is_shared_at_any_address(world: None, live_server: Any) -> None:
    asked = addresses()
    found = replayed(live_server, asked)
    assert found.faults == []
    assert found.shared == 0
    assert found.requests == len(asked) * 6
    assert found.from_the_cache > 20, "public pages were kept for everyone"


DESK = ["/admin/", "/en/admin/", "/admin/services/service/", "/admin/auth/user/"]


@pytest.mark.parametrize("weakened", [[NOT_STORED], [DESK_APART]], ids=["not stored", "desk apart"])
def test_either_guard_alone_is_enough(world: None, live_server: Any, weakened: list[dict[str, str]]) -> None:
    assert replayed(live_server, DESK, *weakened).shared == 0


def test_without_both_guards_the_replay_finds_what_is_shared(world: None, live_server: Any) -> None:
    assert replayed(live_server, DESK, NOT_STORED, DESK_APART).shared > 1000
