"""What goes wrong on an officer's phone: a sign-in that ends on the way, clocks, full phones, two windows."""

from typing import Any

import pytest

from outreach.models import Visit
from portal.field.models import HeldItem
from tests.field_phone import AT_REST, in_the_lane, knock, line, load, phone, unlock
from tests.field_world import current_round, walker
from tests.phone_line import Line

pytestmark = [pytest.mark.browser, pytest.mark.any_engine]
__all__ = ["line", "phone"]

MOVE_CLOCK = """hours => {
  const before = Date.now;
  Date.now = () => before() + hours * 36e5;
}"""
FILL_UP = """() => {
  const { put } = IDBObjectStore.prototype;
  self.makeRoom = () => (IDBObjectStore.prototype.put = put);
  IDBObjectStore.prototype.put = function (...row) {
    const asked = put.apply(this, row);
    this.transaction.abort();
    return asked;
  };
}"""
UNTIL = """async name => {
  const questions = {
    draft: () => fieldStore.draft(),
    sent: async () => !(await fieldStore.tidy()).unsent,
    locked: () => !fieldStore.taken,
  };
  for (const began = performance.now(); performance.now() - began < 40000; ) {
    if (await questions[name]()) return;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error(name);
}"""
UNSENT = "async () => (await fieldStore.tidy()).unsent"


def test_a_sign_in_that_ends_in_the_middle_of_a_walk(phone: Any, line: Line) -> None:
    officer = walker("Petugas Contoh")
    round_ = current_round(officer)
    load(phone, line, officer)
    line.is_cut = True
    in_the_lane(phone, round_)
    knock(phone, "refused")
    # A clock set back ends nothing, and what is written down later stays later.
    phone.evaluate(MOVE_CLOCK, -3)
    phone.evaluate("location.hash = '#/'")
    phone.click("[data-do=lock]")
    unlock(phone)
    in_the_lane(phone, round_)
    knock(phone, "not_home")
    first, second = phone.evaluate("async () => (await fieldStore.entries()).map(({ item }) => item.at)")
    assert first < second
    phone.click("a:has-text('complaint')")
    phone.fill("#case-story", "Jembatan retak, con")
    phone.evaluate(UNTIL, "draft")

    phone.evaluate(MOVE_CLOCK, 12)
    phone.evaluate("location.hash = '#/'")
    phone.wait_for_selector("#app .notice--info")
    assert phone.locator("#code, [data-do]").count() == 0
    assert phone.evaluate(UNSENT) == 2
    assert not {words for words in (round_.title, "RT 001", "Jembatan") if words in phone.evaluate(AT_REST)}
    line.restore()
    load(phone, line, officer)
    # What was being typed is gone on with, and what was written down is sent.
    assert phone.input_value("#case-story") == "Jembatan retak, con"
    phone.evaluate(UNTIL, "sent")
    assert set(Visit.objects.values_list("outcome", flat=True)) == {"refused", "not_home"}
    assert not HeldItem.objects.exists()

    line.is_cut = True
    phone.click("[data-form=case] button")
    phone.wait_for_selector(".receipt .code")
    assert phone.evaluate(UNSENT) == 1
    phone.evaluate(MOVE_CLOCK, 13 * 24)
    assert phone.evaluate(UNSENT) == 1
    phone.evaluate(MOVE_CLOCK, 25)
    assert phone.evaluate(UNSENT) == 0


def test_a_busy_office_a_full_phone_and_another_window(phone: Any, line: Line) -> None:
    officer = walker("Petugas Contoh")
    round_ = current_round(officer)
    load(phone, line, officer)
    asked: list[Any] = []

    def busy(route: Any) -> None:
        asked.append(route)
        route.fulfill(status=429, headers={"Retry-After": "600"}, json={"problem": "Terlalu banyak contoh"})

    phone.route("**/kirim/", busy)
    in_the_lane(phone, round_)
    knock(phone, "refused")
    phone.wait_for_selector("[data-bar] .notice--info >> text=Terlalu banyak contoh")
    phone.evaluate("dispatchEvent(new Event('online'))")
    phone.evaluate(FILL_UP)
    phone.click("[value=not_home]")
    phone.wait_for_selector("[data-failed]")
    phone.evaluate("() => void self.makeRoom()")
    assert (len(asked), phone.evaluate(UNSENT)) == (1, 1)
    phone.unroute("**/kirim/")
    # A full phone can send all the same.
    phone.evaluate(FILL_UP)
    phone.click("[data-do=send]")
    phone.wait_for_selector("[data-bar] > .muted")
    phone.evaluate("() => void self.makeRoom()")
    assert Visit.objects.get().outcome == "refused"

    # Another window takes everything along anew: the pass of this one is over, its round is not. It is noticed
    # before the office says so, for the other window may send what this one writes down.
    other = phone.context.new_page()
    load(other, line, officer)
    phone.route("**/kirim/", lambda route: route.abort())
    phone.click("[value=not_home]")
    phone.evaluate(UNTIL, "locked")
    phone.wait_for_selector("#code")
    phone.unroute("**/kirim/")
    unlock(phone)
    phone.wait_for_selector("[value=not_home]")
    phone.evaluate("location.hash = '#/'")
    phone.wait_for_selector("[data-bar] > .muted")
    assert set(Visit.objects.values_list("outcome", flat=True)) == {"refused", "not_home"}

    # Another window logs out: this one notices, and what it still wrote down finds its officer.
    line.is_cut = True
    in_the_lane(phone, round_)
    other.evaluate("location.hash = '#/keluar'")
    other.click("[data-do=leave]")
    other.wait_for_selector("#app .lead")
    phone.click("[value=empty]")
    phone.wait_for_selector("#app .notice--attention >> text=1")
    assert phone.locator("[value=empty]").count() == 0
    line.restore()
    load(phone, line, officer)
    phone.wait_for_selector("[data-bar] > .muted")
    assert Visit.objects.count() == 3
