"""A resident's phone whose line is cut at every step of sending: one case, no word lost, nothing kept unasked."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from feedback.models import Draft, Submission
from tests.builders import make_portal
from tests.photo_files import MARK, SEEDED

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
STORY = "Lampu jalan di depan pos ronda mati sejak Senin."
PAGE, SENDING = "/suara/di-hp/", "**/suara/dari-hp/"
KEPT = """async () => (await outbox.all()).map(({ photos, ...one }) => ({ ...one, photos: photos.length }))"""
# Everything a page may leave on a phone.
LEFT = """async () => ({
  bases: (await indexedDB.databases()).length, caches: (await caches.keys()).length,
  local: localStorage.length, session: sessionStorage.length,
})"""
PHOTO = """async () => {
  const [{ photos: [photo] }] = await outbox.all();
  const { width, height } = await createImageBitmap(photo);
  const bytes = new TextDecoder("latin1").decode(await photo.arrayBuffer());
  return { type: photo.type, long: Math.max(width, height), bytes };
}"""
AGED = """days => new Promise((done) => {
  indexedDB.open("warga").onsuccess = ({ target: { result: base } }) => {
    const store = base.transaction("drafts", "readwrite").objectStore("drafts");
    store.getAll().onsuccess = ({ target: { result: [one] } }) => {
      store.put({ ...one, savedAt: Date.now() - days * 864e5 }).transaction.oncomplete = () => done(base.close());
    };
  };
})"""
UNTIL_SENT = """() => new Promise((done) => {
  const look = () => (indexedDB.open("warga").onsuccess = ({ target: { result: base } }) => {
    base.transaction("drafts").objectStore("drafts").getAll().onsuccess = ({ target: { result: [one] } }) => {
      base.close();
      if (one.state === "sent") done();
      else setTimeout(look, 50);
    };
  });
  look();
})"""
Open = Callable[..., Any]


@pytest.fixture
def phone(open_page: Open) -> Any:
    make_portal(phone="021 781 2345")
    return open_page(PAGE, javascript=True, service_workers="block")


def write(page: Any, story: str = STORY) -> None:
    page.fill("#id_story", story)
    if not page.locator("#id_kind_1:visible").count():
        page.click("details:has(#id_kind_1) > summary")
    page.check("input[name=kind][value=defect_report]")


def keep(page: Any) -> None:
    page.click("#phone-form .btn-primary")
    page.wait_for_selector("#drafts li")


def press(page: Any, deed: str) -> None:
    page.click(f"[data-do={deed}]:visible")


def wait_for(page: Any, state: str) -> None:
    page.wait_for_selector(f".tag[data-in={state}]:visible")


def until(page: Any, condition: str) -> None:
    pause = (
        "if (Date.now() > end) throw new Error('waited in vain'); await new Promise(requestAnimationFrame);"
    )
    page.evaluate(f"async () => {{ const end = Date.now() + 6e4; while (!({condition})) {{ {pause} }} }}")


def open_patient(page: Any) -> None:
    """A page that tries once when asked to, and not again by itself."""
    page.goto(PAGE)
    page.evaluate("() => (self.setTimeout = () => 0)")


def follow(page: Any, address: str, there: str) -> None:
    """As a link would; `goto` takes the cut line for an answer, though the worker gives one."""
    page.evaluate("address => location.assign(address)", address)
    page.wait_for_selector(there)


def lost_answers(page: Any, how_many: int, address: str = SENDING) -> list[int]:
    """The server gets it, and the line is cut before the phone hears so."""
    statuses: list[int] = []

    def lose(route: Any) -> None:
        answer = route.fetch(max_redirects=0)
        statuses.append(answer.status)
        if len(statuses) <= how_many:
            route.abort()
        else:
            route.fulfill(response=answer)

    page.route(address, lose)
    return statuses


def test_a_phone_keeps_what_it_is_asked_to_and_sends_it_once(phone: Any) -> None:
    phone.context.set_offline(True)
    write(phone)
    phone.set_input_files(
        "#id_photos", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": SEEDED["jpeg-gps"]()}
    )
    empty = {"bases": 0, "caches": 0, "local": 0, "session": 0}
    assert phone.evaluate(LEFT) == empty
    keep(phone)
    wait_for(phone, "waiting")
    photo = phone.evaluate(PHOTO)
    assert (photo["type"], photo["long"] <= 1600) == ("image/jpeg", True)
    assert MARK.decode() not in photo["bytes"]
    assert phone.evaluate(LEFT) == empty | {"bases": 1}
    press(phone, "send")
    phone.wait_for_selector("#drafts-said:visible")
    [kept] = phone.evaluate(KEPT)
    assert (kept["state"], kept["fields"]["story"], kept["photos"]) == ("waiting", STORY, 1)
    assert len(kept["id"]) == 32
    # Cut after the server had it: the second try gets what the first made.
    statuses = lost_answers(phone, 2)
    phone.context.set_offline(False)
    phone.wait_for_function("() => navigator.onLine")
    phone.evaluate("() => outbox.sendAll().catch(() => {})")
    wait_for(phone, "waiting")
    for _ in range(50):
        if phone.locator("[data-do=receipt]:visible").count():
            break
        if phone.locator("[data-do=send]:visible").count():
            phone.evaluate("() => outbox.sendAll().catch(() => {})")
        until(phone, "(await outbox.all())[0].state !== 'sending'")
    assert statuses[0] == 201
    assert set(statuses[1:]) == {200}
    case = Submission.objects.get()
    assert case.photos.count() == 1
    [kept] = phone.evaluate(KEPT)
    assert (kept["number"], kept["fields"], kept["photos"]) == (case.number, {}, 0)
    press(phone, "receipt")
    phone.wait_for_url("**/suara/tanda-terima/")
    assert phone.inner_text(".receipt .code >> nth=0") == case.number
    phone.goto(PAGE)
    phone.once("dialog", lambda dialog: dialog.accept())
    press(phone, "remove")
    phone.wait_for_selector("#drafts", state="hidden")
    assert phone.evaluate(KEPT) == []


def test_two_tabs_send_one_case_and_what_is_wrong_is_put_right(phone: Any) -> None:
    phone.context.set_offline(True)
    phone.click("#phone-form .btn-primary")
    phone.wait_for_selector("#errors:focus")
    assert phone.locator("#errors a").count() == 1
    write(phone)
    phone.click("details:has(#id_rw) > summary")
    phone.fill("#id_rw", "lima")
    keep(phone)
    assert phone.locator("#errors:visible").count() == 0
    phone.context.set_offline(False)
    wait_for(phone, "refused")
    assert not Submission.objects.exists()
    press(phone, "edit")
    phone.wait_for_selector("#errors a[href='#id_rw']")
    assert phone.input_value("#id_story") == STORY
    phone.context.set_offline(True)
    phone.fill("#id_rw", "5")
    keep(phone)
    wait_for(phone, "waiting")
    # Looked at and left as it was it still goes out by itself.
    press(phone, "edit")
    phone.click("#leave-off")
    wait_for(phone, "waiting")
    # Open for change on one page it is sent by none, and left as it is in the store.
    press(phone, "edit")
    phone.wait_for_selector("#leave-off:visible")
    other = phone.context.new_page()
    phone.context.set_offline(False)
    other.goto(PAGE)
    press(other, "send")
    other.wait_for_selector("#drafts-said:visible")
    assert [one["state"] for one in other.evaluate(KEPT)] == ["waiting"]
    assert not Submission.objects.exists()
    # Its page gone, it goes out by itself.
    phone.goto(PAGE)
    both = "() => Promise.all([outbox.sendAll(), outbox.sendAll()].map((one) => one.catch(() => {})))"
    phone.evaluate(both)
    for page in (phone, other):
        wait_for(page, "sent")
    assert Submission.objects.get().rw == "05"


def test_an_old_draft_dies_and_another_story_gets_a_form_of_its_own(phone: Any) -> None:
    phone.context.set_offline(True)
    write(phone)
    keep(phone)
    # Nobody sends it just when it dies.
    until(phone, "await outbox.hold((await outbox.all())[0].id)")
    phone.evaluate(AGED, 13.9)
    assert len(phone.evaluate(KEPT)) == 1
    phone.evaluate(AGED, 14.1)
    assert phone.evaluate(KEPT) == []
    # Written while the clock stood at 1970: that it is set now kills nothing.
    write(phone)
    keep(phone)
    until(phone, "await outbox.hold((await outbox.all())[0].id)")
    phone.evaluate(AGED, 20_000)
    until(phone, "Date.now() - (await outbox.all())[0].savedAt < 6e4")
    phone.evaluate("async () => outbox.remove((await outbox.all())[0].id)")
    phone.context.set_offline(False)
    # A hotspot's page is no refusal.
    phone.route(SENDING, lambda route: route.fulfill(status=403, body="<p>Wi-Fi</p>"))
    open_patient(phone)
    write(phone)
    keep(phone)
    until(phone, "(await outbox.all()).some((one) => one.triedAt && one.state === 'waiting')")
    phone.unroute(SENDING)
    phone.evaluate("async () => outbox.remove((await outbox.all())[0].id)")
    open_patient(phone)
    lost_answers(phone, 1)
    write(phone)
    keep(phone)
    # It arrived, the phone does not know; its owner writes something else into the same form.
    until(phone, "(await outbox.all()).some((one) => one.triedAt && one.state === 'waiting')")
    first = Submission.objects.get()
    Submission.objects.update(received_at=first.received_at.replace(year=first.received_at.year - 1))
    press(phone, "edit")
    phone.wait_for_selector("#leave-off:visible")
    phone.fill("#id_story", "Sama sekali lain.")
    keep(phone)
    until(phone, "(await outbox.all())[0].state === 'waiting'")
    phone.evaluate("() => outbox.sendAll().catch(() => {})")
    wait_for(phone, "sent")
    assert sorted(Submission.objects.values_list("story", flat=True)) == [STORY, "Sama sekali lain."]


def test_the_wizard_keeps_everything_typed_however_the_line_is_cut(phone: Any) -> None:
    phone.goto(reverse("feedback:tell"))
    phone.check("input[name=kind][value=complaint]")
    phone.dblclick("form .btn-primary")
    phone.wait_for_url("**/suara/cerita/")
    assert Draft.objects.count() == 1
    phone.click("form .btn-primary")
    phone.wait_for_selector(".field--bad #id_story")
    # Before sending.
    phone.context.set_offline(True)
    phone.fill("#id_story", STORY)
    phone.click("form .btn-primary")
    phone.wait_for_selector("#tell-said [role=alert]:focus")
    assert phone.input_value("#id_story") == STORY
    assert phone.evaluate(LEFT)["bases"] == 0
    # What keeps it was there before the line went.
    press(phone, "keep")
    phone.wait_for_selector("#tell-said .notice--good")
    phone.click("form .btn-primary")
    phone.wait_for_selector("#tell-said [role=alert]:focus")
    phone.context.set_offline(False)
    phone.click("[data-do=again]")
    phone.wait_for_url("**/suara/tempat/")
    phone.fill("#id_rw", "lima")
    phone.click("form .btn-primary")
    phone.wait_for_selector(".field--bad #id_rw")
    assert phone.title().startswith("Periksa") or phone.title().startswith("Check")
    phone.fill("#id_rw", "5")
    phone.click("form .btn-primary")
    phone.wait_for_url("**/suara/kirim/")
    phone.click("form .btn-primary")
    phone.wait_for_url("**/suara/tanda-terima/")
    assert Submission.objects.get().rw == "05"


def test_sent_but_not_heard_of_and_kept_on_the_phone_it_is_still_one_case(phone: Any) -> None:
    phone.goto(reverse("feedback:tell"))
    phone.check("input[name=kind][value=complaint]")
    phone.click("form .btn-primary")
    phone.wait_for_url("**/suara/cerita/")
    phone.fill("#id_story", STORY)
    phone.click("form .btn-primary")
    phone.wait_for_url("**/suara/tempat/")
    phone.click("form .btn-primary")
    phone.wait_for_url("**/suara/kirim/")
    statuses = lost_answers(phone, 1, "**/suara/kirim/")
    phone.click("form .btn-primary")
    press(phone, "keep")
    phone.wait_for_selector("#tell-said .notice--good")
    assert statuses == [200]
    [kept] = phone.evaluate(KEPT)
    assert (kept["fields"]["story"], kept["fields"]["kind"]) == (STORY, "complaint")
    phone.goto(PAGE)
    wait_for(phone, "sent")
    assert phone.evaluate(KEPT)[0]["number"] == Submission.objects.get().number


def test_the_installed_page_opens_without_signal_and_the_line_brings_the_story_away(open_page: Open) -> None:
    make_portal(phone="021 781 2345")
    page = open_page("/", javascript=True)
    until(page, "navigator.serviceWorker.controller && (await caches.match('/suara/di-hp/'))")
    page.context.unroute_all()
    page.context.set_offline(True)
    follow(page, PAGE, "#phone-form")
    write(page)
    keep(page)
    follow(page, "/tanpa-sinyal/", "#drafts li .tag[data-in=waiting]:visible")
    follow(page, "/", "[data-drafts-waiting]:visible")
    assert page.inner_text("[data-drafts-waiting] b") == "1"
    page.context.set_offline(False)
    # No page of the outbox is open: the browser calls the worker.
    call_the_worker(page)
    page.evaluate(UNTIL_SENT)
    assert Submission.objects.get().story == STORY
    page.goto("/en/")
    page.wait_for_selector("[data-drafts-sent]:visible")
    assert page.locator("[data-drafts-waiting]:visible").count() == 0
    follow(page, PAGE, "[data-do=receipt]:visible")


def call_the_worker(page: Any) -> None:
    """What Background Sync does when the line is back."""
    devtools, found = page.context.new_cdp_session(page), []
    devtools.on("ServiceWorker.workerRegistrationUpdated", lambda told: found.extend(told["registrations"]))
    devtools.send("ServiceWorker.enable")
    late = time.monotonic() + 60
    while not found:
        assert time.monotonic() < late, "The browser named no worker."
        # Playwright hears the browser only while it is asked something.
        until(page, "true")
    origin = page.evaluate("location.origin")
    wanted = {"origin": origin, "registrationId": found[0]["registrationId"], "tag": "kirim"}
    devtools.send("ServiceWorker.dispatchSyncEvent", wanted | {"lastChance": False})


def test_where_a_browser_keeps_nothing_no_word_is_lost(open_page: Open) -> None:
    make_portal(phone="021 781 2345")
    page = open_page("/", javascript=True, service_workers="block")
    forbidden = "indexedDB.open = () => { throw new DOMException('no', 'SecurityError'); };"
    page.add_init_script(f"if (!location.search) {forbidden}")
    brought = "#story=Lampu%20mati.&jenis=defect_report&rw=5"
    page.goto(PAGE + brought)
    page.wait_for_function("() => document.getElementById('id_story').value === 'Lampu mati.'")
    assert page.is_checked("input[name=kind][value=defect_report]")
    page.click("#phone-form .btn-primary")
    page.wait_for_selector("#errors:focus")
    assert page.inner_text("#errors li") == page.get_attribute("#phone-form", "data-closed")
    assert (page.input_value("#id_story"), page.input_value("#id_rw")) == ("Lampu mati.", "5")
    # A phone that is full says so when the words are written down.
    page.goto(f"{PAGE}?penuh{brought}")
    full = "throw new DOMException('full', 'QuotaExceededError')"
    page.evaluate(f"() => (IDBObjectStore.prototype.put = () => {{ {full}; }})")
    page.click("#phone-form .btn-primary")
    page.wait_for_selector("#errors:focus")
    said = page.get_attribute("#phone-form", "data--quota-exceeded-error")
    assert page.inner_text("#errors li") == said
    assert page.input_value("#id_story") == "Lampu mati."
