"""An officer's day without signal in a phone's browser: loaded at the office, walked, locked, sent once, left."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from PIL import Image

from feedback.models import Photo, Submission
from outreach.models import Attendance, Round, Visit
from outreach.registering import Wish, register
from portal.field.models import FieldPass, HeldItem
from tests.builders import make_event
from tests.field_phone import AT_REST, SHELL, in_the_lane, knock, line, load, phone, unlock
from tests.field_world import current_round, walker
from tests.phone_line import Line
from tests.photo_files import saved

pytestmark = [pytest.mark.browser, pytest.mark.any_engine]
__all__ = ["line", "phone"]

PHOTO = saved("JPEG", Image.new("RGB", (2400, 1200), "green"))
# It also tries by itself, so the button comes and goes.
PRESS_UNTIL_SENT = """async () => {
  for (const began = Date.now(); Date.now() - began < 40000; ) {
    if (document.querySelector("[data-bar] > .muted")) return;
    const button = document.querySelector("[data-do=send]");
    if (button) button.click();
    await new Promise((done) => setTimeout(done, 50));
  }
}"""
# Another window still has a slip that was read out here: it is not read out a second time.
SLIP_OF_ANOTHER_WINDOW = """async () => {
  const used = (await fieldStore.entries()).map(({ item }) => item.form_key).find(Boolean);
  fieldStore.taken.slips.unshift({ form_key: used });
  return (await fieldStore.slip()).form_key !== used;
}"""
# A camera that sees the code a test holds in front of it.
CAMERA = """{
  const found = () => (self.receipt ? [{ rawValue: self.receipt }] : []);
  self.BarcodeDetector = class { detect = async () => found().splice(0) };
  BarcodeDetector.getSupportedFormats = async () => ["qr_code"];
  const picture = document.createElement("canvas");
  setInterval(() => picture.getContext("2d").fillRect(0, 0, Math.random() * 300, 99), 100);
  navigator.mediaDevices.getUserMedia = async () => picture.captureStream(10);
}"""
# Whoever presses “log out” before the page has finished.
AT_ONCE = """if (location.pathname === "/admin/")
  addEventListener("DOMContentLoaded", () => document.getElementById("logout-form").requestSubmit());
"""
# A slow phone: a screen stands for a while before the press that led to it is done with.
SLOW = """() => {
  const { tidy } = fieldStore;
  fieldStore.tidy = async () => {
    const told = await tidy();
    await new Promise((done) => setTimeout(done, 300));
    return told;
  };
}"""


def unsent(page: Any) -> int:
    return int(page.inner_text("[data-unsent]"))


def inside(page: Any, people: int) -> None:
    page.wait_for_selector(f".door-inside b:text-is('{people}')")


def complain(page: Any, story: str) -> tuple[str, str]:
    page.click("[data-form=visit] ~ .actions a")
    page.fill("#case-story", story)
    photo = {"name": "foto.jpg", "mimeType": "image/jpeg", "buffer": PHOTO}
    page.set_input_files("#case-photos", photo)
    page.click("[data-form=case] button")
    page.wait_for_selector(".receipt .code")
    number, secret = page.locator(".receipt .code").all_inner_texts()
    page.click(".receipt ~ .actions a")
    return number, secret


def test_sixty_visits_and_two_complaints_arrive_once(phone: Any, line: Line) -> None:
    officer = walker("Petugas Contoh")
    round_: Round = current_round(officer, topics=["Jentik"])
    load(phone, line, officer)
    line.is_cut = True

    in_the_lane(phone, round_)
    told = []
    for home in range(2):
        knock(phone, "met")
        phone.check("[name=topics]")
        told.append(complain(phone, f"Selokan mampet di dekat pos, contoh {home}"))
        phone.click("[data-form=visit] button")
        phone.wait_for_selector(".notice--good")
    assert phone.evaluate(SLIP_OF_ANOTHER_WINDOW)
    for _home in range(57):
        knock(phone, "not_home")
    knock(phone, "return")
    phone.fill("#house", "Gang Mawar 17B")
    phone.click("[data-form=visit] button")
    phone.wait_for_selector(".notice--good")
    noted = unsent(phone)
    assert noted >= 62

    # The phone goes into the bag and its browser is closed: nobody reads there, and the code opens it again.
    phone.goto(SHELL)
    phone.wait_for_selector("#code")
    seen = phone.evaluate(AT_REST)
    for words in ("Mawar 17B", "Selokan", "RT 001", "Petugas Contoh", told[0][1], round_.title):
        assert words not in seen
    unlock(phone, "000001")
    phone.wait_for_selector("#code-wrong")
    unlock(phone)
    phone.wait_for_selector("[data-do=lock]")
    assert unsent(phone) == noted

    # The office takes it in, but its answer is lost on the way: all of it is sent again.
    lost: list[str] = []

    def lose(path: str, body: bytes) -> bytes:
        if path.endswith("/kirim/") and not lost:
            lost.append(path)
            raise ConnectionError
        return body

    line.restore()
    line.change = lose
    with phone.expect_event("requestfailed", lambda asked: "/kirim/" in asked.url):
        phone.click("[data-do=send]")
    phone.evaluate(PRESS_UNTIL_SENT)
    phone.wait_for_selector("[data-bar] > .muted")
    sent = [asked for asked in line.asked if asked[1].endswith("/kirim/")]
    assert len(sent) <= 8
    assert Visit.objects.filter(by=officer, undone_at=None).count() == 60
    assert Visit.objects.filter(outcome="met", raised=1, topics__words="Jentik").count() == 2
    assert Visit.objects.get(outcome="return").house == "Gang Mawar 17B"
    assert {one.number for one in Submission.objects.all()} == {number for number, _secret in told}
    assert [max(one.width, one.height) for one in Photo.objects.all()] == [1600, 1600]
    assert not HeldItem.objects.exists()

    # Taken back after it was sent.
    phone.click("[data-do=lock] ~ a, a[href='#/antrean']")
    phone.click(".door-list li:first-child a[href^='#/v/']")
    phone.click("[data-do=undo]")
    phone.wait_for_selector("[data-form=tap]")
    phone.wait_for_selector("[data-bar] > .muted")
    assert Visit.objects.filter(undone_at=None).count() == 59


def test_unsent_work_is_asked_about_and_waits_for_its_officer(phone: Any, line: Line) -> None:
    officer, other = walker("Petugas Contoh"), walker("Petugas Lain")
    round_ = current_round(officer, other, counts_only=True)
    load(phone, line, officer)
    # A hotspot that wants a log-in answers for the office: that ends nothing and refuses nothing.
    phone.route("**/kirim/", lambda route: route.fulfill(status=401, body="<p>Wi-Fi</p>"))
    in_the_lane(phone, round_)
    knock(phone, "refused")
    phone.wait_for_selector("[data-bar] .notice--info")

    # Signing out at the desk asks first, however early it is pressed, and then keeps what is not sent locked.
    phone.add_init_script(AT_ONCE)
    phone.goto("/admin/", wait_until="commit")
    phone.wait_for_selector("[data-field-unsent]:not([hidden])")
    assert phone.inner_text("[data-count]") == "1"
    phone.click("#leave button")
    phone.wait_for_selector("#leave", state="detached")
    phone.goto(SHELL)
    phone.wait_for_selector("h1")
    assert phone.locator("#code").count() == 0
    assert "1" in phone.inner_text("#app .notice--attention")
    assert not FieldPass.objects.filter(ended_at=None).exists()

    # Somebody else on the same phone neither reads nor sends it.
    load(phone, line, other)
    phone.click("a[href='#/antrean']")
    phone.wait_for_selector(".empty")
    phone.goto(SHELL + "#/keluar")
    phone.unroute("**/kirim/")
    load(phone, line, officer)
    phone.wait_for_selector("[data-bar] > .muted")
    assert Visit.objects.get().by == officer


def test_letting_in_by_the_end_of_a_code(phone: Any, line: Line) -> None:
    officer, now = walker(), timezone.now()
    phone.add_init_script(CAMERA)
    event = make_event(unit=current_round(officer).unit, starts_at=now - timedelta(minutes=5))
    party = register(
        event, Wish(nickname="Bu Contoh", party_size=2), form_key="satu", at=now - timedelta(days=1)
    )
    load(phone, line, officer)
    line.is_cut = True
    phone.click(f"a:has-text('{event.title}')")
    phone.wait_for_selector(".door-names li")
    phone.evaluate(SLOW)
    phone.fill("#walk-in", "3")
    phone.press("#walk-in", "Enter")
    inside(phone, 3)
    for answer in ("ok", "already"):
        phone.fill("#door-code", party.code)
        phone.press("#door-code", "Enter")
        phone.wait_for_selector(f".door-answer--{answer} >> text=Bu Contoh")
    inside(phone, 5)
    assert phone.locator("[data-do=sweep]").count() == 0
    # Taken back before anybody heard of it, and let in anew by the camera.
    phone.click(".door-names [data-do=back]")
    inside(phone, 3)
    phone.evaluate("code => (self.receipt = code)", party.code)
    phone.click("[data-do=camera]")
    phone.wait_for_selector(".door-answer--ok >> text=Bu Contoh")
    line.restore()
    # On a slow line the door goes on while what was written down is being sent.
    held: list[Any] = []
    phone.route("**/kirim/", lambda route: held.append(route))
    phone.click("[data-do=send]")
    phone.wait_for_selector("[data-bar] b >> text=Sending")
    phone.fill("#door-code", party.code)
    phone.press("#door-code", "Enter")
    phone.wait_for_selector(".door-answer--already >> text=Bu Contoh")
    held.pop().continue_()
    phone.unroute("**/kirim/")
    phone.wait_for_selector("[data-bar] > .muted")
    standing = Attendance.objects.standing()
    assert (standing.people(), standing.exclude(registration=None).get().way) == (5, "scan")
    # Taken back after it was sent.
    phone.click(".door-list:not(.door-names) [data-do=back]")
    inside(phone, 2)
    phone.wait_for_selector("[data-bar] > .muted")
    assert standing.get().registration == party.registration
    phone.goto(SHELL)
    unlock(phone)
    phone.click(f"a:has-text('{event.title}')")
    phone.click("[data-do=sweep]")
    phone.wait_for_selector(".door-names:not(:has(li))", state="attached")


def test_ten_wrong_codes_erase_what_was_taken_along(phone: Any, line: Line) -> None:
    officer = walker()
    current_round(officer)
    load(phone, line, officer)
    line.is_cut = True
    phone.goto(SHELL)
    # A press too early is no guess.
    unlock(phone, "48151")
    phone.wait_for_selector(".field__error >> text=6 digits")
    for left in range(9, 0, -1):
        unlock(phone, "000001")
        phone.wait_for_selector(f"#code-wrong span:text-is('{left}')")
    unlock(phone, "000001")
    phone.wait_for_selector("#app .lead")
    assert phone.locator("#code").count() == 0
    assert phone.evaluate("self.fieldStore.tidy()")["openable"] is None
