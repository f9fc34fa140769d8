"""An officer's phone in tests of a browser: loaded at the office over a line that can be cut, unlocked, tapped."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings

from outreach.models import Round
from tests.desk import signed_in
from tests.phone_line import Line, line_to

CODE = "481516"
SHELL = "/en/petugas/lapangan/"
# Everything on the phone, as whoever finds it could read it.
AT_REST = """async () => {
  const base = await new Promise((done) => {
    const asked = indexedDB.open("petugas");
    asked.onsuccess = () => done(asked.result);
  });
  const seen = [JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage }), document.cookie];
  const plain = (value) => {
    if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) {
      const bytes = new Uint8Array(value.buffer || value);
      let text = "";
      for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
      seen.push(text);
    } else if (value && typeof value === "object") Object.values(value).forEach(plain);
    else seen.push(String(value));
  };
  const rows = (name) => new Promise((done) => {
    base.transaction(name).objectStore(name).getAll().onsuccess = (event) => done(event.target.result);
  });
  for (const name of base.objectStoreNames) plain(await rows(name));
  base.close();
  for (const name of await caches.keys())
    for (const answer of await (await caches.open(name)).matchAll()) seen.push(await answer.text());
  return seen.join("\\n");
}"""


@pytest.fixture
def line(live_server: Any, settings: Any, transactional_db: None) -> Iterator[Line]:
    settings.ALLOWED_HOSTS = ["*"]
    with line_to(live_server.url) as line:
        yield line


@pytest.fixture
def phone(browser: Any, line: Line) -> Iterator[Any]:
    context = browser.new_context(
        base_url=line.url, locale="id-ID", timezone_id="Asia/Jakarta", viewport={"width": 360, "height": 740}
    )
    context.set_default_timeout(45_000)
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield page
    context.close()
    assert not faults


def load(page: Any, line: Line, officer: Any) -> None:
    """Signs in at the office and takes everything along."""
    cookie = settings.SESSION_COOKIE_NAME
    value = signed_in(officer).cookies[cookie].value
    page.context.add_cookies([{"name": cookie, "value": value, "url": line.url}])
    page.goto(SHELL + "muat/")
    for box in page.locator("#take-along input[type=checkbox]").all():
        box.check()
    page.fill("#new-code", CODE)
    page.click("#take-along button")
    page.wait_for_selector("[data-do=lock], [data-form=case]")


def unlock(page: Any, code: str = CODE) -> None:
    page.fill("#code", code)
    page.press("#code", "Enter")


def knock(page: Any, outcome: str) -> None:
    """One tap, and what it leads to stands; the saying of the tap before does not count."""
    said = page.locator(".notice--good a")
    before = said.get_attribute("href") if said.count() else ""
    page.click(f"[value={outcome}]")
    asks_more = outcome in ("met", "return")
    page.wait_for_selector("[data-form=visit]" if asks_more else f".notice--good a:not([href='{before}'])")


def in_the_lane(page: Any, round_: Round) -> None:
    page.click(f"a:text-is('{round_.title}')")
    page.click("a:has-text('RT 001')")
    page.wait_for_selector(".taps")
