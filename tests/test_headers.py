"""What every answer of a portal in production tells the browser to refuse: pages, files, redirects, errors."""

import base64
import hashlib
import re
from pathlib import Path
from typing import Any

import brotli
import pytest

from tests import own_scripts
from tests.browser_server import shared_folder
from tests.collected import begin_collected
from tests.migrated import begin_migrated
from tests.recorder import HOST, NOBODY, STAFF, Answer, answers_in_production

# The portal in production is another process with a database of its own.
pytestmark = pytest.mark.sqlite
ROOT = Path(__file__).resolve().parent.parent
KB = 1024

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
FILE = {
    "default-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
    "object-src": "'none'",
    "upgrade-insecure-requests": "",
}
PUBLIC = FILE | {
    "connect-src": "'self'",
    "form-action": "'self'",
    "img-src": "'self' data: blob:",
    "manifest-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    "worker-src": "'self'",
}
PRIVATE = PUBLIC | {"font-src": "'self'"}
WORKER = FILE | {"connect-src": "'self'", "script-src": "'self'"}


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> list[Answer]:
    folder = tmp_path_factory.mktemp("production")
    begin_migrated(folder / "var" / "tanjung-barat.sqlite3", shared_folder(tmp_path_factory))
    begin_collected(folder / "var", shared_folder(tmp_path_factory))
    return answers_in_production(folder)


def named(answers: list[Answer], name: str, who: str = NOBODY) -> Answer:
    [found] = [answer for answer in answers if (answer.name, answer.who) == (name, who)]
    return found


def policy(answer: Answer) -> dict[str, str]:
    parts = (answer.header("Content-Security-Policy") or "").split(";")
    pairs = [part.strip().partition(" ") for part in parts]
    assert len(pairs) == len({name for name, _space, _value in pairs}), "a directive said twice"
    return {name: value for name, _space, value in pairs}


def faults(answers: list[Answer], is_right: Any) -> list[str]:
    return [f"{a.name}, {a.who}: {a.status} {a.address}" for a in answers if not is_right(a)]


def test_the_recorder_met_every_kind_of_answer(answers: list[Answer]) -> None:
    assert {200, 301, 302, 304, 400, 403, 404, 405, 500, 503} <= {answer.status for answer in answers}
    assert len([a for a in answers if a.who == NOBODY and a.is_page and a.status == 200]) > 15
    assert len([a for a in answers if a.who == STAFF and a.is_page and a.status == 200]) > 60
    assert named(answers, "static site.css").status == 200
    broken = [a for a in answers if a.status >= 500 and a.name not in {"server error", "outage", "readyz"}]
    assert faults(broken, lambda answer: False) == []


@pytest.mark.parametrize(("header", "value"), ALWAYS.items())
def test_every_answer_carries_it(answers: list[Answer], header: str, value: str) -> None:
    assert faults(answers, lambda answer: answer.header(header) == value) == []


def test_every_answer_over_https_asks_for_https_for_two_years(answers: list[Answer]) -> None:
    strict = f"max-age={2 * 365 * 24 * 3600}; includeSubDomains; preload"
    # Health is asked by machines on this machine, before anything else looks at the request.
    over_https = [
        a for a in answers if not a.name.startswith("over http") and a.name not in {"healthz", "readyz"}
    ]
    assert faults(over_https, lambda a: a.header("Strict-Transport-Security") == strict) == []


def test_every_answer_switches_off_what_no_page_of_ours_needs(answers: list[Answer]) -> None:
    def switches_off(answer: Answer) -> bool:
        said = answer.header("Permissions-Policy") or ""
        # The door reads codes with the phone's camera; no other page of ours may, and no other origin's at all.
        camera = "camera=(self)" if answer.name == "outreach:scan" else "camera=()"
        names = ("geolocation", "microphone", "payment", "usb")
        return camera in said and all(f"{name}=()" in said for name in names)

    assert faults(answers, switches_off) == []


def test_every_answer_has_the_policy_of_its_kind(answers: list[Answer]) -> None:
    def has_its_policy(answer: Answer) -> bool:
        said = policy(answer)
        if not answer.is_page:
            return said == (WORKER if answer.name == "worker" else FILE)
        if answer.status in {500, 503}:
            return {**said, "style-src": ""} == FILE | {"style-src": ""}
        is_public = (answer.header("Cache-Control") or "").startswith("public")
        return said == (PUBLIC if is_public else PRIVATE)

    # A 304 has the headers of its page, which is looked at below.
    assert faults([a for a in answers if a.status != 304], has_its_policy) == []


def test_no_policy_allows_anything_unsafe(answers: list[Answer]) -> None:
    unsafe = re.compile(r"unsafe|http:|https:|\*|nonce|blob:|strict-dynamic")

    def is_safe(answer: Answer) -> bool:
        # A photo that waits on the phone is an image with an address of its own; an image runs nothing.
        said = (answer.header("Content-Security-Policy") or "unsafe").replace(
            "img-src 'self' data: blob:", ""
        )
        return not unsafe.search(said)

    assert faults(answers, is_safe) == []


def test_the_pages_for_emergencies_allow_their_own_style_sheet_and_no_other(answers: list[Answer]) -> None:
    for name in ("server error", "outage"):
        answer = named(answers, name)
        [style] = re.findall(r"<style>(.*?)</style>", answer.body, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        assert policy(answer)["style-src"] == f"'sha256-{digest}'"
        assert "style=" not in answer.body
        assert "<script" not in answer.body


def test_no_page_has_style_or_script_that_its_policy_would_refuse(answers: list[Answer]) -> None:
    inline = re.compile(
        r"<style|\sstyle=|\son[a-z]+=[\"']|<script(?![^>]*\bsrc=)(?![^>]*application/(ld\+)?json)|javascript:"
    )
    pages = [a for a in answers if a.is_page and a.status not in {500, 503}]

    def is_clean(answer: Answer) -> bool:
        return not inline.search(answer.body)

    assert faults(pages, is_clean) == []


def test_a_public_page_loads_deferred_files_of_ours_and_no_other_script(answers: list[Answer]) -> None:
    public = [
        a for a in answers if a.is_page and a.body and (a.header("Cache-Control") or "").startswith("public")
    ]
    assert faults(public, lambda a: "app" in own_scripts.of_page(a.body)) == []
    assert faults(public, lambda a: not own_scripts.foreign(a.body)) == []


def test_a_stored_page_and_its_304_have_the_headers_of_the_page(answers: list[Answer]) -> None:
    first, stored = named(answers, "about"), named(answers, "stored page")
    assert dict(first.headers) == dict(stored.headers)
    known = dict(named(answers, "not modified").headers)
    assert known.items() <= dict(first.headers).items()
    assert "Content-Security-Policy" in known
    assert dict(named(answers, "head").headers) == dict(first.headers)


# What others may load ------------------------------------------------------------------------------------


def test_only_open_data_may_be_read_by_other_peoples_pages(answers: list[Answer]) -> None:
    def is_right(answer: Answer) -> bool:
        is_open = answer.address.startswith(("/data/", "/open311/")) and not answer.is_page
        allowed = answer.header("Access-Control-Allow-Origin")
        resource = answer.header("Cross-Origin-Resource-Policy")
        return (allowed, resource) == (("*", "cross-origin") if is_open else (None, "same-origin"))

    assert faults(answers, is_right) == []
    assert named(answers, "data_services_csv").header("Access-Control-Allow-Origin") == "*"
    assert faults(answers, lambda a: a.header("Access-Control-Allow-Credentials") is None) == []


# Cookies and caches --------------------------------------------------------------------------------------


def test_every_cookie_is_bound_to_this_host_and_out_of_reach_of_scripts(answers: list[Answer]) -> None:
    cookies = [cookie for answer in answers for cookie in answer.cookies if "Max-Age=0" not in cookie]
    assert cookies
    for cookie in cookies:
        name, *parts = [part.strip() for part in cookie.split(";")]
        assert name.startswith(("__Host-session=", "__Host-csrf="))
        assert {"Path=/", "Secure", "HttpOnly", "SameSite=Lax"} <= set(parts)
        assert not any(part.startswith("Domain") for part in parts)


def test_only_a_page_with_a_form_of_its_own_sets_a_cookie_for_nobody(answers: list[Answer]) -> None:
    setting = [answer for answer in answers if answer.who == NOBODY and answer.cookies]
    assert setting
    assert faults(setting, lambda a: a.status == 200 and "csrfmiddlewaretoken" in a.body) == []


def test_nothing_private_may_be_kept_by_anyone(answers: list[Answer]) -> None:
    def may_be_kept(answer: Answer) -> bool:
        return "no-store" not in (answer.header("Cache-Control") or "")

    kept = [answer for answer in answers if may_be_kept(answer)]
    public = [a for a in kept if (a.header("Cache-Control") or "").startswith(("public, ", "max-age="))]
    assert faults(kept, lambda answer: answer in public) == []
    assert faults(public, lambda a: a.status in {200, 304} and not a.cookies) == []
    desk = [a for a in kept if a.address.startswith(("/admin/", "/en/admin/"))]
    assert faults(desk, lambda answer: False) == []


# Scheme and host -----------------------------------------------------------------------------------------


def test_whoever_comes_over_http_is_sent_to_https(answers: list[Answer]) -> None:
    for name in ("over http", "over http, no word of it"):
        answer = named(answers, name)
        assert (answer.status, answer.header("Location")) == (301, f"https://{HOST}/tentang/")
        assert answer.header("Cache-Control") == "no-store"


def test_a_host_that_is_not_ours_is_refused_and_named_nowhere(answers: list[Answer]) -> None:
    assert named(answers, "foreign host").status == 400
    assert named(answers, "forged host").status == 200
    assert not [a for a in answers if "jahat.example" in a.body or "jahat.example" in str(a.headers)]


def most_bytes(answer: Answer) -> int:
    """What a page of its kind may weigh, compressed as it travels."""
    path = answer.address.removeprefix("/en")
    if path.startswith("/suara/") and not path.startswith("/suara/di-hp/"):
        return 4 * KB
    return (15 if path.startswith("/admin/") else 10) * KB


def test_no_page_is_heavier_than_its_kind_may_be(answers: list[Answer]) -> None:
    heavy = [a for a in answers if len(brotli.compress(a.body.encode(), quality=5)) > most_bytes(a)]
    assert faults(heavy, lambda answer: False) == []
