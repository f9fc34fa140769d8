"""What a page may weigh as it travels, with the real data: a phone on a slow line pays for every byte."""

import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import brotli
import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.db import models
from PIL import Image

from feedback.models import Submission
from outreach.models import Event
from portal.shared.history import Change
from services.models import Service
from tests import own_scripts
from tests.browser_pages import EVERY_PAGE, ON_THEIR_OWN, PAGES
from tests.browser_server import Answer, Served
from tests.builders import make_submission, make_user
from tests.desk import address as desk_address
from tests.desk import make_world, signed_in
from tests.own_scripts import OFFICERS

pytest_plugins = ["tests.browser_world"]

KB = 1024
SHEET, SPRITE, SCRIPTS, PAGE, FIRST_VIEW, NEXT_STEP, SHARE_IMAGE, ON_ITS_OWN = (
    14 * KB,
    6 * KB,
    10 * KB,
    10 * KB,
    40 * KB,
    5 * KB,
    150 * KB,
    6 * KB,
)
SCRIPTS_OF_OFFICERS, DESK_LIST, UNASKED = 40 * KB, 150 * KB, 30 * KB
REQUESTS = 6
A_YEAR = 365 * 24 * 3600

PortalOf = Callable[[str], Served]


def weight(answer: Answer) -> int:
    """Bytes on the line; an error page is not stored compressed, so it is weighed as a web server would send it."""
    return len(answer.wire) if "content-encoding" in answer.headers else len(brotli.compress(answer.body))


def loaded_by(text: str) -> set[str]:
    """Addresses a browser fetches by itself to show a page."""
    found = re.findall(r'<link rel="(?:stylesheet|icon)" href="([^"]+)"', text)
    found += re.findall(r'<(?:script|img|iframe|source|video|audio)\b[^>]*?src(?:set)?="([^"]+)"', text)
    found += [address.partition("#")[0] for address in re.findall(r'<use href="([^"]+)"', text)]
    return set(found)


# Without a browser: bytes do not depend on the database engine, so they are weighed once. ---------------------


@pytest.mark.sqlite
def test_sheet_and_sprite_are_light_and_kept_for_a_year(tanjung_barat: Served) -> None:
    found = {}
    for address in loaded_by(tanjung_barat.ask("/layanan/ktp-hilang/").text):
        answer = tanjung_barat.ask(address)
        assert answer.headers["content-encoding"] == "br", address
        assert re.search(r"\.[0-9a-f]{12}\.\w+$", address), f"{address} may change without a new name."
        age = re.search(r"max-age=(\d+)", answer.headers["cache-control"])
        assert age
        assert int(age[1]) >= A_YEAR
        assert "immutable" in answer.headers["cache-control"]
        found[re.sub(r"^/static/|\.[0-9a-f]{12}", "", address)] = len(answer.wire)
    assert found.keys() == {"site.css", "icons.svg", "mark.svg", "app.js"}
    assert found["site.css"] <= SHEET
    assert found["icons.svg"] <= SPRITE


@pytest.mark.sqlite
def test_all_scripts_a_resident_can_get_are_light_together() -> None:
    files = [one for one in (settings.BASE_DIR / "static").glob("*.js") if not OFFICERS.fullmatch(one.name)]
    weights = {one.name: len(brotli.compress(one.read_bytes())) for one in files}
    assert {"app.js", "sw.js"} <= weights.keys()
    assert sum(weights.values()) <= SCRIPTS, weights


@pytest.mark.sqlite
def test_all_scripts_an_officer_can_get_are_light_together() -> None:
    files = [one for one in (settings.BASE_DIR / "static").glob("*.js") if OFFICERS.fullmatch(one.name)]
    weights = {one.name: len(brotli.compress(one.read_bytes())) for one in files}
    assert {"scan.js", "tick-list.js"} <= weights.keys()
    assert sum(weights.values()) <= SCRIPTS_OF_OFFICERS, weights


@pytest.mark.sqlite
def test_what_the_worker_fetches_unasked_is_light(tanjung_barat: Served) -> None:
    """Beyond what the home page had to load anyway."""
    script = tanjung_barat.ask("/sw.js")
    begun = re.match(r"const SHELL = (\{.*\});\n", script.text)
    assert begun
    had = loaded_by(tanjung_barat.ask("/").text)
    weights = {"/sw.js": weight(script)}
    for page in json.loads(begun[1])["pages"]["id"]:
        answer = tanjung_barat.ask(page)
        weights[page] = weight(answer)
        weights |= {one: len(tanjung_barat.ask(one).wire) for one in loaded_by(answer.text) - had}
    assert {"/tanpa-sinyal/", "/darurat/"} <= weights.keys()
    assert sum(weights.values()) <= UNASKED, weights


@pytest.mark.sqlite
@pytest.mark.django_db
@pytest.mark.parametrize("model", [Submission, Event, Service, Change], ids=lambda model: model.__name__)
def test_a_list_of_the_desk_is_light_with_all_it_loads(model: type[models.Model]) -> None:
    make_world(1)
    make_submission()
    desk = signed_in(make_user("admin", is_superuser=True))
    text = desk.get(desk_address(model, "changelist")).content.decode()
    weights = {"page": len(brotli.compress(text.encode(), quality=5))}
    for loaded in loaded_by(text):
        path = finders.find(loaded.removeprefix("/static/")) if loaded.startswith("/static/") else None
        content = Path(path).read_bytes() if isinstance(path, str) else desk.get(loaded).content
        weights[loaded] = len(brotli.compress(content))
    assert len(weights) > 5
    assert sum(weights.values()) <= DESK_LIST, weights


@pytest.mark.sqlite
def test_every_type_of_page_is_light_and_needs_nothing_of_others(portal_of: PortalOf) -> None:
    heavy = {}
    for name, asked in EVERY_PAGE.items():
        answer = portal_of(asked.portal).ask(asked.address)
        if weight(answer) > PAGE:
            heavy[name] = weight(answer)
        assert own_scripts.foreign(answer.text) == [], name
        assert all(address.startswith("/static/") for address in loaded_by(answer.text)), name
    assert heavy == {}


@pytest.mark.sqlite
@pytest.mark.parametrize("portal", ["tanjung_barat", "labura"])
def test_every_service_is_light(portal: str, portal_of: PortalOf) -> None:
    served = portal_of(portal)
    tree = ElementTree.fromstring(served.ask("/sitemap.xml").text)
    addresses = [str(one.text).removeprefix(served.url) for one in tree.iter() if one.tag.endswith("loc")]
    services = [one for one in addresses if re.fullmatch(r"(/en)?/layanan/(?!a-z/)[\w-]+/", one)]
    assert len(services) == {"tanjung_barat": 2 * 42, "labura": 2 * 20}[portal]
    weights = {address: weight(served.ask(address)) for address in services}
    assert {address: bytes for address, bytes in weights.items() if bytes > PAGE} == {}


@pytest.mark.sqlite
def test_a_share_image_is_light(tanjung_barat: Served) -> None:
    for address in ("/layanan/riwayat-tanah/", "/layanan/akta-lahir/", "/en/layanan/ktp-hilang/", "/"):
        text = tanjung_barat.ask(address).text
        (picture,) = re.findall(r'<meta property="og:image" content="([^"]+)"', text)
        answer = tanjung_barat.ask(picture.removeprefix(tanjung_barat.url))
        assert len(answer.wire) < SHARE_IMAGE
        assert Image.open(io.BytesIO(answer.body)).size == (1200, 630)


@pytest.mark.sqlite
@pytest.mark.parametrize("name", ON_THEIR_OWN)
def test_the_pages_of_a_broken_portal_stand_on_their_own(name: str, tanjung_barat: Served) -> None:
    answer = tanjung_barat.ask(PAGES[name].address)
    assert answer.status == int(name)
    # As it lies on the disk: whatever would compress it may be what is broken.
    assert len(answer.body) < ON_ITS_OWN
    assert loaded_by(answer.text) == set()
    assert not re.search(r"url\((?!#)|@import", answer.text)


def test_what_a_page_loads_is_recognised() -> None:
    text = (
        '<link rel="stylesheet" href="/a.css"><script src="https://x.id/b.js"></script><use href="/c.svg#d"/>'
    )
    assert loaded_by(text) == {"/a.css", "https://x.id/b.js", "/c.svg"}


# In the browser ------------------------------------------------------------------------------------------


class Line:
    """What a page tries to ask for, what it is answered, and how many bytes come back, head and body."""

    def __init__(self, page: Any) -> None:
        self.tried: list[str] = []
        self.asked: list[str] = []
        self.bytes = 0
        self._session = page.context.new_cdp_session(page)
        self._session.send("Network.enable")
        self._urls: dict[str, str] = {}
        self._session.on("Network.requestWillBeSent", self._sent)
        self._session.on("Network.requestServedFromCache", lambda about: self._urls.pop(about["requestId"]))
        self._session.on("Network.loadingFinished", self._finished)

    def _sent(self, about: dict[str, Any]) -> None:
        self.tried.append(about["request"]["url"])
        self._urls[about["requestId"]] = about["request"]["url"]

    def _finished(self, about: dict[str, Any]) -> None:
        # Nothing travels for what the browser has kept.
        if about["encodedDataLength"] and about["requestId"] in self._urls:
            self.asked.append(self._urls[about["requestId"]])
            self.bytes += int(about["encodedDataLength"])


@pytest.fixture
def fresh_page(browser: Any, tanjung_barat: Served) -> Any:
    """A browser that has never been here."""
    # What its worker fetches later is weighed by itself: here it would answer in place of the line.
    context = browser.new_context(viewport={"width": 360, "height": 740}, service_workers="block")
    yield context.new_page()
    context.close()


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/layanan/",
        "/cari/?q=ktp+ilang",
        "/layanan/ktp-hilang/",
        "/suara/",
        "/kegiatan/",
    ],
)
def test_a_first_view_is_few_requests_and_few_bytes(
    address: str, fresh_page: Any, tanjung_barat: Served
) -> None:
    line = Line(fresh_page)
    fresh_page.goto(tanjung_barat.url + address, wait_until="networkidle")
    # Not every browser without a window fetches what stands in the tab.
    beside = {one for one in loaded_by(tanjung_barat.ask(address).text) if "/mark." in one}
    beside -= {one.removeprefix(tanjung_barat.url) for one in line.asked}
    assert len(line.asked) + len(beside) <= REQUESTS, line.asked
    assert line.bytes + sum(len(tanjung_barat.ask(one).wire) for one in beside) <= FIRST_VIEW
    assert all(one.startswith(tanjung_barat.url) for one in line.tried)
    assert line.bytes > 10 * KB, "The measuring itself must work."


def test_the_next_step_is_one_light_request(fresh_page: Any, tanjung_barat: Served) -> None:
    # The portal keeps what residents ask for.
    for _ in range(2):
        tanjung_barat.ask("/layanan/ktp-hilang/")
    fresh_page.goto(tanjung_barat.url + "/cari/?q=ktp+ilang", wait_until="networkidle")
    line = Line(fresh_page)
    fresh_page.locator(".results :is(h2, h3) a").first.click()
    fresh_page.wait_for_load_state("networkidle")
    assert line.asked == [tanjung_barat.url + "/layanan/ktp-hilang/"]
    assert line.bytes <= NEXT_STEP
