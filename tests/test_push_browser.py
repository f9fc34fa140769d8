"""Word to a phone in a real browser: the button, the empty call, the notification, where a tap leads, and leaving."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from portal.shared import receipt
from portal.shared.push.models import Listener
from tests.builders import make_portal, make_submission

PATIENCE = 60  # seconds; a busy machine is no fault
KEY = "kunci-warga-0123456789abcdef"
PHONE = "https://fcm.googleapis.com/fcm/send/contoh-1"
# No push service is within reach of a test: the browser gets an address of its own and keeps it.
SUBSCRIBING = """
const phone = () => localStorage.phone && {
  endpoint: localStorage.phone,
  unsubscribe: async () => { delete localStorage.phone; return true; },
};
PushManager.prototype.getSubscription = async () => phone() || null;
PushManager.prototype.subscribe = async (options) => {
  localStorage.asked = options.applicationServerKey;
  localStorage.phone = "%s";
  return phone();
};
"""
# The same inside the worker, which also may open no window without somebody's real tap.
IN_WORKER = """(phone) => {
  self.opened = [];
  self.clients.openWindow = async (url) => { self.opened.push(url); };
  PushManager.prototype.getSubscription = async () =>
    ({ endpoint: phone, unsubscribe: async () => { self.opened.push("unsubscribed"); } });
}"""
TAP = """async (action) => {
  const [notification] = await self.registration.getNotifications();
  const waited = [];
  const event = new NotificationEvent("notificationclick", { notification, action });
  event.waitUntil = (work) => waited.push(work);
  self.dispatchEvent(event);
  await Promise.all(waited);
  return self.opened;
}"""
# Chromium forgets a notification that is asked for before it is on the screen, so it is asked for afterwards.
COUNTED = """() => {
  if (self.shown >= 0) return;
  self.shown = 0;
  const { showNotification } = ServiceWorkerRegistration.prototype;
  ServiceWorkerRegistration.prototype.showNotification = async function (...words) {
    await showNotification.apply(this, words);
    self.shown += 1;
  };
}"""
SHOWN = """async () => {
  const worker = await navigator.serviceWorker.ready;
  return (await worker.getNotifications()).map(({ title, body, actions, tag }) => ({ title, body, actions, tag }));
}"""


def call(page: Any) -> dict[str, Any]:
    """An empty call from the push service, as the browser delivers it; the notification it becomes."""
    devtools = page.context.new_cdp_session(page)
    known: list[str] = []
    devtools.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda told: known.extend(one["registrationId"] for one in told["registrations"]),
    )
    devtools.send("ServiceWorker.enable")
    page.wait_for_function("() => navigator.serviceWorker.ready")
    until = time.monotonic() + PATIENCE
    while not (known and page.context.service_workers):
        assert time.monotonic() < until, "The browser named no worker."
        page.wait_for_timeout(20)
    [worker] = page.context.service_workers
    worker.evaluate(COUNTED)
    before = worker.evaluate("self.shown")
    origin = page.evaluate("location.origin")
    told = {"origin": origin, "registrationId": known[-1], "data": ""}
    devtools.send("ServiceWorker.deliverPushMessage", told)
    while worker.evaluate("self.shown") == before:
        assert time.monotonic() < until, "The call showed nothing."
        page.wait_for_timeout(20)
    [shown] = page.evaluate(SHOWN)
    return dict(shown)


@pytest.mark.browser
def test_a_phone_is_asked_called_and_left_alone_again(
    open_page: Callable[..., Any], transactional_db: None
) -> None:
    make_portal(name="Kelurahan Contoh")
    case = make_submission(form_key=KEY)
    page = open_page("/lacak/", javascript=True, permissions=["notifications"])
    page.add_init_script(SUBSCRIBING % PHONE)
    page.fill("#id_number", case.number)
    page.fill("#id_secret", receipt.secret_from(KEY))
    page.press("#id_secret", "Enter")
    page.wait_for_url("**/lacak/kiriman/")

    box = page.locator("[data-push]")
    box.locator("button[value=on]").click()
    box.locator("button[value=off]").wait_for()
    assert Listener.objects.get().endpoint == PHONE
    assert page.evaluate("localStorage.asked") == box.get_attribute("data-push")
    assert box.locator(".tag--done").is_visible()
    page.reload()
    box.locator("button[value=off]").wait_for()

    shown = call(page)
    assert shown["title"] == "Kelurahan Contoh"
    assert shown["body"] == box.get_attribute("data-body")
    assert [one["action"] for one in shown["actions"]] == ["stop"]
    assert case.number not in str(shown)
    [worker] = page.context.service_workers
    worker.evaluate(IN_WORKER, PHONE)
    assert worker.evaluate(TAP, "") == ["/lacak/"]

    call(page)
    with page.context.expect_event("response", lambda answer: answer.url.endswith("/berhenti/")) as left:
        assert worker.evaluate(TAP, "stop")[-1] == "unsubscribed"
    assert left.value.status == 204
    assert not Listener.objects.exists()

    # The page of the case still thinks it listens, as nobody told it; loaded again it knows.
    page.evaluate("delete localStorage.phone")
    page.reload()
    on, off = box.locator("button[value=on]"), box.locator("button[value=off]")
    on.click()
    off.click()
    on.wait_for()
    assert not Listener.objects.exists()
    assert page.evaluate("localStorage.phone") is None
    on.click()
    off.wait_for()
    page.goto(reverse("phone_news"))
    page.click("[data-push-stop]")
    page.locator("[data-push-stopped]:not(:empty)").wait_for()
    assert not Listener.objects.exists()

    # Said in words: the line is cut, the browser may not.
    page.goto(reverse("feedback:case"))
    page.route("**/kabar/", lambda route: route.abort())
    on.click()
    said = box.locator("[role=status]")
    said.get_by_text(box.get_attribute("data-failed")).wait_for()
    page.evaluate("Notification.requestPermission = async () => 'denied'")
    on.click()
    said.get_by_text(box.get_attribute("data-denied")).wait_for()
    assert not Listener.objects.exists()

    page.add_init_script("delete self.PushManager")
    page.goto(reverse("feedback:case"))
    page.wait_for_function("() => navigator.serviceWorker.ready")
    assert box.is_hidden()
