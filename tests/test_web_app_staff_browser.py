"""A phone that officers and residents share: of what needs a sign-in or a code, nothing stays on it."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse

from tests.builders import make_portal, make_submission, make_user
from tests.desk import signed_in

pytestmark = [pytest.mark.browser, pytest.mark.sqlite, pytest.mark.django_db(transaction=True)]
# Everything the phone holds, with its text.
HELD = """async () => {
  await navigator.serviceWorker.ready;
  const found = {};
  for (const name of await caches.keys())
    for (const answer of await (await caches.open(name)).matchAll()) found[answer.url] = await answer.text();
  return found;
}"""
OFFICERS_PAGE_KEPT = """async (path) => {
  for (let tries = 0; tries < 500 && !(await caches.match(path, { ignoreVary: true })); tries += 1)
    await new Promise((done) => setTimeout(done, 20));
}"""


def test_pages_of_staff_and_of_one_case_stay_on_no_phone(open_page: Callable[..., Any]) -> None:
    make_portal()
    case = make_submission("Lampu jalan di gang kami mati.")
    client = signed_in(make_user("rini", is_superuser=True))
    page = open_page("/", javascript=True, service_workers="allow")
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": page.url}])
    page.evaluate("async () => { await navigator.serviceWorker.ready; }")
    walked = [
        reverse("admin:index"),
        reverse("admin:feedback_submission_changelist"),
        reverse("outreach:officer_start"),
    ]
    walked += [reverse("admin:feedback_submission_change", args=[case.pk]), reverse("feedback:track")]
    for address in walked:
        assert page.goto(address).status == 200, address
    shell = "/petugas/lapangan/"
    assert page.goto(shell).status == 200
    page.evaluate(OFFICERS_PAGE_KEPT, shell)
    held = page.evaluate(HELD)
    addresses = {re.sub(r"^https?://[^/]+", "", one) for one in held}
    assert shell in addresses
    assert not [one for one in addresses if one.startswith(("/admin", "/lacak")) or one in walked]
    assert not [url for url, text in held.items() if "gang kami" in text or "rini" in text]
    # Without signal every address of officers opens the page they take along.
    page.context.set_offline(True)
    page.goto(reverse("outreach:officer_start"))
    assert page.title() == page.evaluate(
        "async (path) => new DOMParser().parseFromString("
        "await (await caches.match(path, { ignoreVary: true })).text(), 'text/html').title",
        shell,
    )
    page.context.set_offline(False)
