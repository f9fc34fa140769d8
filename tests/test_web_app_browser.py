"""The installed app in a phone's browser: what opens without signal, what never stays on the phone, how it ends."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings

from tests.browser_server import Served
from tests.phone_line import Line, line_to

pytest_plugins = ["tests.browser_world"]
pytestmark = [pytest.mark.browser, pytest.mark.sqlite]

# The policy of our pages lets no test poll by text, so one function waits for all.
UNTIL = """async ([condition, given]) => {
  const shelves = async () => (await caches.keys()).filter((one) => one.startsWith("shell-"));
  const copy = (path) => caches.match(path, { ignoreVary: true });
  const conditions = {
    ready: async () => (await navigator.serviceWorker.ready) && navigator.serviceWorker.controller,
    kept: () => copy(given),
    gone: async () => !(await copy(given)),
    anew: async () => (await (await copy(given))?.text() ?? "").includes("(baru)"),
    shelf: async () =>
      (await shelves()).join() === given && (await (await caches.open(given)).keys()).length === 4,
    ended: async () => !(await navigator.serviceWorker.getRegistrations()).length && !(await caches.keys()).length,
  };
  let late = false;
  const tooLate = new Promise((_, refuse) =>
    setTimeout(() => { late = true; refuse(new Error(`never ${condition} ${given}`)); }, 60000));
  const seen = async () => {
    while (!late && !(await conditions[condition]())) await new Promise((done) => setTimeout(done, 20));
  };
  // A condition may itself wait for what never comes.
  await Promise.race([seen(), tooLate]);
}"""
KEPT = """async () => {
  const found = {};
  for (const name of await caches.keys())
    found[name] = (await (await caches.open(name)).keys()).map(({ url }) => url.slice(location.origin.length));
  return found;
}"""
# Whatever is anybody's own, however it is spelled.
PERSONAL = re.compile(
    r"^(/en)?/(admin|lacak|data|healthz|readyz|petugas/(?!lapangan/$)|suara/(?!di-hp/$))|\?"
)
SERVICE, OTHER = "/layanan/ktp-hilang/", "/layanan/akta-lahir/"


@pytest.fixture(scope="module")
def line(tanjung_barat: Served) -> Iterator[Line]:
    with line_to(tanjung_barat.url) as line:
        yield line


@pytest.fixture
def phone(browser: Any, line: Line) -> Iterator[Any]:
    """A phone that was here once: its worker is there, and the page it saw was the home page."""
    line.restore()
    context = browser.new_context(
        base_url=line.url,
        locale="id-ID",
        timezone_id="Asia/Jakarta",
        viewport={"width": 360, "height": 740},
        service_workers="allow",
    )
    context.set_default_timeout(45_000)
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto("/")
    until(page, "ready")
    yield page
    line.restore()
    context.close()
    assert not faults, faults


def until(page: Any, condition: str, given: str = "") -> None:
    page.evaluate(UNTIL, [condition, given])


def kept(page: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = page.evaluate(KEPT)
    return found


def read(page: Any, address: str) -> None:
    page.goto(address)
    until(page, "kept", address.partition("?")[0])


def test_what_was_read_opens_without_signal_in_both_languages(phone: Any, line: Line) -> None:
    read(phone, f"{SERVICE}?dari=spanduk")
    read(phone, f"/en{OTHER}")
    # The page in the other language brings what is needed without signal in that language.
    until(phone, "kept", "/en/darurat/")
    until(phone, "kept", "/darurat/")
    line.is_cut = True
    for address, language in (
        (SERVICE, "id"),
        (f"/en{OTHER}", "en"),
        ("/darurat/", "id"),
        ("/en/darurat/", "en"),
    ):
        answer = phone.goto(address)
        assert answer.status == 200
        assert answer.from_service_worker
        assert phone.locator("html").get_attribute("lang") == language
        assert re.search(r"\d{4}", phone.locator("[data-copy]").inner_text()), "of which day it is"
        # Sheet, scripts and icons came along.
        assert (
            phone.evaluate("getComputedStyle(document.querySelector('.top')).backgroundColor")
            == "rgb(7, 61, 49)"
        )
    for address, heading in (("/layanan/", "#copies-title"), ("/en/tempat/", "#copies-title")):
        answer = phone.goto(address)
        assert answer.status == 503
        assert phone.locator("html").get_attribute("lang") == ("en" if address.startswith("/en/") else "id")
        assert phone.locator("h1 [data-cut]").is_visible()
        assert not phone.locator("h1 [data-not-cut]").is_visible()
        phone.locator(heading).wait_for()
        links = phone.locator("#in-pages a").evaluate_all("all => all.map((one) => one.getAttribute('href'))")
        assert {SERVICE, f"/en{OTHER}"} <= set(links)
        assert phone.locator("a[href^='tel:112']").first.is_visible()
    # Back in reach, the page she asked for comes by itself.
    line.is_cut = False
    with phone.expect_navigation(url="**/en/tempat/"):
        phone.evaluate("dispatchEvent(new Event('online'))")
    assert phone.locator("#copies").count() == 0


def test_nothing_that_is_anybodys_own_is_ever_kept(phone: Any) -> None:
    walked = [
        "/suara/",
        "/lacak/",
        "/en/lacak/",
        "/cari/?q=ktp",
        "/layanan/?hal=2",
        "/admin/",
        "/petugas/",
        "/data/",
    ]
    walked += [
        "/langganan/",
        "/kegiatan/kode/",
        "/keliru/404/",
        "/keliru/503/",
        "/healthz",
        f"{SERVICE}?cetak=1",
    ]
    for address in walked:
        phone.goto(address)
    # A form that is sent, and the page after it.
    phone.goto("/suara/")
    phone.check("input[name=kind] >> nth=0")
    phone.click("main form .btn-primary")
    phone.wait_for_url("**/suara/cerita/**")
    read(phone, SERVICE)
    found = kept(phone)
    names = {name for name in found if not name.startswith("shell-")}
    assert names <= {"pages", "kept", "assets", "pictures"}
    everything = [address for addresses in found.values() for address in addresses]
    assert SERVICE in everything
    assert [address for address in everything if PERSONAL.search(address)] == []
    assert not set(found["pages"]) & {
        "/langganan/",
        "/kegiatan/kode/",
        "/keliru/404/",
        "/keliru/503/",
        "/layanan/",
    }


def test_of_pages_only_read_forty_stay_and_the_oldest_goes(phone: Any) -> None:
    phone.evaluate(
        """async () => {
        const pages = await caches.open("pages");
        for (let i = 0; i < 45; i += 1) await pages.put(`/lama/${i}/`, new Response("lama"));
    }"""
    )
    read(phone, SERVICE)
    read(phone, OTHER)
    read(phone, SERVICE)
    pages = kept(phone)["pages"]
    assert len(pages) == 40
    assert pages[-2:] == [OTHER, SERVICE]
    assert "/lama/0/" not in pages


def test_a_chosen_page_stays_until_it_is_taken_off_and_one_press_erases_all(phone: Any, line: Line) -> None:
    phone.goto(SERVICE)
    phone.click("[data-keep-now] button")
    phone.locator("[data-kept-now]").wait_for()
    assert phone.evaluate("document.activeElement.hasAttribute('data-drop')"), (
        "who uses the keyboard goes on here"
    )
    read(phone, OTHER)
    found = kept(phone)
    assert found["kept"] == [SERVICE]
    assert SERVICE not in found["pages"]
    line.is_cut = True
    phone.goto("/tanpa-sinyal/")
    phone.locator("#in-kept button").click()
    phone.locator("#in-kept").wait_for(state="hidden")
    assert kept(phone)["kept"] == []
    line.is_cut = False
    phone.goto("/privasi/")
    phone.click("#erase button")
    phone.locator("#erased").wait_for()
    found = kept(phone)
    assert not set(found) & {"pages", "kept", "pictures"}
    line.is_cut = True
    # Without signal a page that is not on the phone cannot be kept, and the page says so.
    assert phone.goto(OTHER).status == 503
    assert phone.goto("/darurat/").status == 200


def test_after_three_seconds_the_copy_is_shown_and_the_new_page_kept(phone: Any, line: Line) -> None:
    read(phone, SERVICE)
    line.free.clear()
    answer = phone.goto(SERVICE)
    assert answer.from_service_worker
    assert phone.locator("[data-copy]").is_visible()
    line.change = lambda path, body: body.replace(b"</h1>", b" (baru)</h1>", 1)
    line.free.set()
    until(phone, "anew", SERVICE)
    # A page that is gone is not kept any longer.
    line.change = lambda path, body: body
    phone.evaluate(
        "async (path) => (await caches.open('pages')).put('/keliru/404/', await caches.match(path))", SERVICE
    )
    # On a busy machine that may be told after three seconds, and the copy is read once more.
    phone.goto("/keliru/404/")
    until(phone, "gone", "/keliru/404/")
    assert phone.goto("/keliru/404/").status == 404


def test_a_form_sent_without_signal_is_told_so_and_never_sent_by_the_worker(phone: Any, line: Line) -> None:
    phone.goto("/langganan/")
    line.is_cut = True
    line.asked.clear()
    # As a browser sends it without any script of ours.
    phone.evaluate("HTMLFormElement.prototype.submit.call(document.querySelector('main form[method=post]'))")
    phone.locator("h1 [data-unsent]").wait_for()
    assert not phone.locator("h1 [data-cut]").is_visible()
    line.is_cut = False
    phone.goto("/tanpa-sinyal/")
    assert [one for one in line.asked if one[0] == "POST"] == []


def test_a_new_version_takes_over_at_once_and_old_copies_keep_their_sheet(phone: Any, line: Line) -> None:
    until(phone, "kept", "/suara/di-hp/")
    read(phone, SERVICE)
    [old] = [name for name in kept(phone) if name.startswith("shell-")]
    assets = set(kept(phone)["assets"])
    version = old.removeprefix("shell-").encode()
    new = version[::-1].decode()
    line.change = lambda path, body: body.replace(version, new.encode()) if path == "/sw.js" else body
    phone.evaluate("async () => (await navigator.serviceWorker.ready).update()")
    until(phone, "shelf", f"shell-{new}")
    phone.goto("/tempat/")
    until(phone, "kept", "/tempat/")
    found = kept(phone)
    assert old not in found
    assert SERVICE in found["pages"]
    assert {one for one in assets if "/site." in one} <= set(found["assets"])
    assert set(found[f"shell-{new}"]) == {"/", "/darurat/", "/suara/di-hp/", "/tanpa-sinyal/"}


def test_to_save_data_only_the_page_for_no_signal_is_fetched_unasked(browser: Any, line: Line) -> None:
    line.restore()
    thrifty = b"Object.defineProperty(navigator, 'connection', { value: { saveData: true } });\n"
    line.change = lambda path, body: thrifty + body if path == "/sw.js" else body
    context = browser.new_context(base_url=line.url, service_workers="allow")
    page = context.new_page()
    page.goto("/en/tempat/")
    until(page, "ready")
    until(page, "kept", "/en/tempat/")
    found = kept(page)
    [shelf] = [name for name in found if name.startswith("shell-")]
    assert found[shelf] == ["/en/tanpa-sinyal/"]
    context.close()
    line.restore()


def test_switched_off_it_leaves_every_phone(phone: Any, line: Line) -> None:
    read(phone, SERVICE)
    ending = (settings.BASE_DIR / "static" / "sw-end.js").read_bytes()
    line.change = lambda path, body: (
        ending if path == "/sw.js" else body.replace(b"<link rel=", b"<meta data-app-off><link rel=", 1)
    )
    phone.goto(SERVICE)
    until(phone, "ended")
    line.is_cut = True
    with pytest.raises(Exception, match="ERR_"):
        phone.goto(SERVICE)
