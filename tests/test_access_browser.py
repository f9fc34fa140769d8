"""Pages of one person shut nobody out either: telling, following, registering, an officer's day, with every error."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from outreach.registering import Wish, register
from tests.browser_access import LARGE_TEXT, WEAR, faults_of
from tests.builders import make_event, make_portal
from tests.field_phone import SHELL, in_the_lane, knock, line, load, phone, unlock
from tests.field_world import current_round, walker
from tests.phone_line import Line

__all__ = ["line", "phone"]


class Walk:
    """A resident's tab, and what was wrong on each page of it."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.faults: dict[str, Any] = {}

    def look(self) -> None:
        """Measure the page that is open, and come back to it as the phone shows it."""
        self.faults[f"{self.page.url} “{self.page.title()}”"] = faults_of(self.page)
        self.page.set_viewport_size({"width": 360, "height": 740})

    def send(self, name: str) -> None:
        """Press the button and look at what comes."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=name, exact=True).click()
        self.look()

    def found(self) -> list[str]:
        return [f"{where} {how}: {what}" for where, all_ in self.faults.items() for how, what in all_.items()]


@pytest.fixture
def walk(open_page: Callable[..., Any], transactional_db: None) -> Walk:
    make_portal()
    page = open_page("/robots.txt", javascript=True, service_workers="block")
    # The forms as they are without a script: every error is a page of its own.
    page.route("**/*.js", lambda route: route.abort())
    return Walk(page)


def test_telling_something_and_following_it_shut_nobody_out(walk: Walk) -> None:
    page = walk.page
    page.goto(reverse("feedback:tell"))
    walk.send("Lanjut")
    page.locator("[name=kind]").first.check()
    walk.send("Lanjut")
    walk.send("Lanjut")
    page.fill("[name=story]", "Contoh: lampu jalan dekat pos ronda mati sejak Senin.")
    walk.send("Lanjut")
    page.fill("[name=rw]", "abc")
    walk.send("Lanjut")
    page.fill("[name=rw]", "")
    walk.send("Lanjut")
    page.locator("[name=wish]").last.check()
    walk.send("Kirim sekarang")
    receipt = page.inner_text("main")
    number, secret = (
        re.search(shape, receipt).group()  # type: ignore[union-attr]
        for shape in (r"\d{4}-\w{6}-\w", r"\w{4}-\w{4}-\w{4}-\w\b")
    )
    page.goto(reverse("feedback:track"))
    walk.send("Lihat")
    page.fill("[name=number]", number)
    page.fill("[name=secret]", secret)
    walk.send("Lihat")
    for name in ("case_contact", "case_all", "case_erase"):
        page.goto(reverse(f"feedback:{name}"))
        walk.look()
    assert len(walk.faults) == 12
    assert not walk.found(), "\n".join(walk.found())


def test_registering_and_giving_up_shut_nobody_out(walk: Walk) -> None:
    page = walk.page
    event = make_event(starts_at=timezone.now() + timedelta(days=3), capacity=20)
    page.goto(reverse("outreach:register", args=[event.slug]))
    page.fill("[name=email]", "x@y")
    walk.send("Daftar")
    page.fill("[name=email]", "")
    walk.send("Daftar")
    for name in ("my_registration", "give_up", "forget_me"):
        page.goto(reverse(f"outreach:{name}"))
        walk.look()
    assert not walk.found(), "\n".join(walk.found())


def test_an_officers_screens_shut_nobody_out(phone: Any, line: Line) -> None:
    officer = walker("Petugas Contoh")
    round_ = current_round(officer, topics=["Jentik"])
    event = make_event(unit=round_.unit, starts_at=timezone.now() - timedelta(minutes=5))
    register(event, Wish(nickname="Bu Contoh"), form_key="satu", at=timezone.now() - timedelta(days=1))
    officers = Walk(phone)

    def look(shown: str) -> None:
        phone.wait_for_selector(shown)
        # Nothing lies under the pointer: what is just changing its colour has no contrast yet.
        phone.mouse.move(0, 0)
        officers.look()

    load(phone, line, officer)
    line.is_cut = True
    look("[data-do=lock]")
    phone.click(f"a:has-text('{event.title}')")
    phone.fill("#door-code", "ZZZZ")
    phone.press("#door-code", "Enter")
    look(".door-answer")
    phone.goto(SHELL + "#/")
    in_the_lane(phone, round_)
    knock(phone, "return")
    look("[data-form=visit]")
    phone.click("[data-form=visit] ~ .actions a")
    phone.click("[data-form=case] button")
    look("[data-form=case] [aria-invalid]")
    phone.fill("#case-story", "Contoh: selokan mampet di dekat pos ronda.")
    phone.click("[data-form=case] button")
    look(".receipt")
    phone.click(".receipt ~ .actions a")
    phone.click("#app .back")
    knock(phone, "not_home")
    look(".taps")
    phone.goto(SHELL + "#/antrean")
    look(".door-list li")
    phone.evaluate(WEAR, LARGE_TEXT)
    words = phone.locator(".door-list li > span").first.bounding_box()
    assert words["width"] > 200, "Beside its buttons every word would be broken."
    phone.evaluate(WEAR, "")
    phone.goto(SHELL)
    unlock(phone, "000001")
    look("#code-wrong")
    assert not officers.found(), "\n".join(officers.found())
