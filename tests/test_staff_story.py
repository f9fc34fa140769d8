"""The first morning of a new administrator: on a phone, without scripts, by keyboard, in both languages."""

import base64
import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from portal.accounts.roles import set_up_roles
from tests.builders import make_portal
from tests.staff import LOGIN, PASSWORD, SET_UP, code, give_code, give_password, make_member, make_newcomer

DESKTOP = 1280


def is_too_wide(page: Any) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


def type_in(page: Any, **fields: str) -> None:
    for name, value in fields.items():
        page.fill(f"[name={name}]", value)
    with page.expect_navigation():
        page.keyboard.press("Enter")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("prefix", "width"), [("", 360), ("/en", DESKTOP)])
def test_the_first_sign_in(open_page: Callable[..., Any], prefix: str, width: int) -> None:
    set_up_roles()
    make_portal()
    make_newcomer("sari", "administrator", "coordinator")
    page = open_page(f"{prefix}{LOGIN}", width=width)
    assert page.evaluate("document.activeElement.name") == "username"
    type_in(page, username="sari", password="bukan ini 1234")
    assert page.locator("[role=alert]").is_visible()
    assert page.input_value("[name=username]") == "sari"
    assert page.evaluate("document.activeElement.name") == "password"
    type_in(page, password=PASSWORD)
    assert page.url.endswith(f"{prefix}{SET_UP}")
    box = page.locator(".door-qr svg").bounding_box()
    assert box["width"] >= 200
    assert not is_too_wide(page)
    page.click("details summary")
    secret = page.inner_text(".door-secret")
    type_in(page, code=code(base64.b32decode(secret.replace(" ", "")).hex()))
    assert page.locator(".door-codes li").count() == 10
    assert not is_too_wide(page)
    with page.expect_navigation():
        page.click(".door-actions a")
    assert page.url.endswith(f"{prefix}/admin/")
    for address in ("account/", "account/password/", "second-factor/codes/", "accounts/colleague/add/"):
        page.goto(f"{prefix}/admin/{address}")
        assert page.locator("h1").count() == 1
        assert not is_too_wide(page), address


@pytest.mark.django_db
@pytest.mark.usefixtures("cheap_passwords")
def test_the_pages_need_no_exception_from_the_rules_of_content(client: Client) -> None:
    user = make_newcomer()
    pages = [client.get(LOGIN)]
    give_password(client, user)
    pages.append(client.get(SET_UP))
    pages.append(client.post(SET_UP, {"code": code(client.session["new_key"])}))
    pages.append(client.get("/admin/account/"))
    for page in pages:
        text = page.content.decode()
        assert page.status_code == 200
        for forbidden in (" style=", "<style", "data:", "javascript:", " onclick="):
            assert forbidden not in text, forbidden


@pytest.mark.django_db
@pytest.mark.usefixtures("cheap_passwords")
def test_no_log_line_tells_names_codes_or_addresses(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    user = make_member("penanda-nama")
    client = Client(REMOTE_ADDR="203.0.113.201", HTTP_USER_AGENT="penanda-agen")
    for _i in range(6):
        give_password(client, user, "penanda-sandi")
    other = Client(REMOTE_ADDR="203.0.113.202")
    give_password(other, user)
    give_code(other, "918273")
    own = [one.getMessage() for one in caplog.records if not one.name.startswith("django.db")]
    assert any("shut" in line for line in own)
    for line in own:
        for mark in ("penanda", "203.0.113", "918273"):
            assert mark not in line, line
