"""The installed app as the server gives it: manifest, worker, the pages beside it, and the switch."""

import json
import re
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from PIL import Image

from portal.web_app import shell
from services.models import PortalProfile
from tests.builders import make_location, make_portal

pytestmark = [pytest.mark.django_db, pytest.mark.any_engine]


def manifest(client: Client, language: str = "") -> dict[str, Any]:
    answer = client.get(f"{language}/manifest.webmanifest")
    assert answer.headers["Content-Type"] == "application/manifest+json"
    told: dict[str, Any] = json.loads(answer.content)
    return told


def shell_of(script: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(
        script.partition("\n")[0].removeprefix("const SHELL = ").removesuffix(";")
    )
    return told


def size(name: str) -> str:
    with Image.open(str(finders.find(name))) as picture:
        return f"{picture.width}x{picture.height}"


def test_both_languages_are_one_app_that_starts_in_its_own(client: Client) -> None:
    make_portal(name="Kelurahan Contoh", short_name="Contoh", theme=PortalProfile.Theme.KALI)
    indonesian, english = manifest(client), manifest(client, "/en")
    assert indonesian["id"] == english["id"] == "/"
    assert (indonesian["start_url"], english["start_url"]) == ("/", "/en/")
    assert (indonesian["lang"], english["lang"]) == ("id", "en")
    assert indonesian["short_name"] == "Contoh"
    assert indonesian["display"] == "standalone"
    assert indonesian["theme_color"] == "#0a3352"
    assert [one["url"] for one in indonesian["shortcuts"]] == ["/suara/", "/layanan/", "/darurat/", "/lacak/"]
    assert english["shortcuts"][0]["url"] == "/en/suara/"
    assert english["shortcuts"][0]["name"] == "Tell us something"


@pytest.mark.parametrize("kind", PortalProfile.Kind.values)
def test_the_icons_are_there_in_the_sizes_they_are_said_to_have(client: Client, kind: str) -> None:
    make_portal(kind=kind)
    found = manifest(client)["icons"]
    assert {one["purpose"] for one in found} == {"any", "maskable", "monochrome"}
    for one in found:
        if one["type"] == "image/png":
            assert size(one["src"].removeprefix("/static/")) == one["sizes"]
    assert size(f"app-{kind}-touch.png") == "180x180"


def test_a_portal_without_a_profile_has_a_manifest_all_the_same(client: Client) -> None:
    assert manifest(client)["name"] == "Balai Warga"


def test_the_worker_is_one_script_and_says_first_what_it_keeps(client: Client) -> None:
    answer = client.get("/sw.js")
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    script = answer.content.decode()
    told = shell_of(script)
    assert told["pages"]["id"] == ["/tanpa-sinyal/", "/darurat/", "/", "/suara/di-hp/"]
    assert told["pages"]["en"] == [f"/en{one}" for one in told["pages"]["id"]]
    assert "self.outbox" in script
    assert 'addEventListener("push"' in script
    for address in told["lasting"]:
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert answer.headers["Cache-Control"].startswith("public"), address


def test_the_version_follows_every_part_and_nothing_else() -> None:
    kept = shell.kept_from_the_start()
    first = shell.version(kept, ["a", "b"])
    assert first == shell.version(kept, ["a", "b"])
    assert (
        len(
            {
                first,
                shell.version(kept, ["a", "c"]),
                shell.version(kept, ["ab"]),
                shell.version({}, ["a", "b"]),
            }
        )
        == 4
    )


def test_the_page_for_no_signal_tells_hours_and_numbers_but_not_whether_it_is_open_now(
    client: Client,
) -> None:
    office = make_location("Kantor Contoh", address="Jalan Contoh 1", hours=[("12345", "07:30", "16:00")])
    make_portal(office=office, phone="021 781 2345")
    text = client.get("/en/tanpa-sinyal/").content.decode()
    assert 'href="tel:+62217812345"' in text
    assert "Kantor Contoh" in text
    assert re.search(r"0?7[.:]30", text)
    assert 'class="opening' not in text, "what is open now is not known without signal"
    assert 'name="robots" content="noindex"' in text


def test_switched_off_the_worker_ends_itself_and_no_page_offers_it(client: Client, settings: Any) -> None:
    make_portal()
    page = client.get("/").content.decode()
    assert 'rel="manifest"' in page
    assert "data-app-off" not in page
    assert 'href="/pasang/"' in page
    settings.SERVICE_WORKER = False
    script = client.get("/sw.js").content.decode()
    assert "unregister()" in script
    assert "SHELL" not in script
    assert 'addEventListener("fetch"' not in script
    page = client.get("/").content.decode()
    assert 'rel="manifest"' not in page
    assert "data-app-off" in page
    assert 'href="/pasang/"' not in page
