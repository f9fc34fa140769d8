"""The door in a phone's browser: the camera reads, a lost connection repeats by itself, the list shortens."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from outreach.models import Attendance
from outreach.registering import Wish, register
from tests.builders import make_event, make_portal, make_user
from tests.desk import signed_in

# A camera that sees whatever code the test holds before it.
CAMERA = """
window.BarcodeDetector = class {
  static async getSupportedFormats() { return ["qr_code"]; }
  async detect() { return window.held ? [{ rawValue: window.held }] : []; }
};
navigator.mediaDevices.getUserMedia = async () => document.createElement("canvas").captureStream();
HTMLMediaElement.prototype.play = async () => {};
"""


@pytest.mark.browser
def test_codes_are_read_by_the_camera_and_sent_again_without_signal(
    open_page: Callable[..., Any], transactional_db: None
) -> None:
    make_portal()
    event = make_event(starts_at=timezone.now() - timedelta(hours=1))
    names = ("Bu Sri", "Pak Budi")
    parties = [
        register(event, Wish(nickname=n), form_key=n, at=event.starts_at - timedelta(days=1)) for n in names
    ]
    client = signed_in(make_user("rini", is_superuser=True))
    page = open_page("/robots.txt", javascript=True, width=360, height=740)
    cookie = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": cookie, "value": client.cookies[cookie].value, "url": page.url}])
    page.context.add_init_script(CAMERA)

    page.goto(reverse("outreach:scan", args=[event.pk]))
    page.click("#kamera button")
    page.evaluate("code => { window.held = code }", parties[0].code)
    page.wait_for_selector(".door-answer--ok >> text=Bu Sri")
    sent: list[str] = []

    def lose_the_first(route: Any) -> None:
        sent.append(route.request.post_data)
        # The answer is lost on the way back, after the server has done it.
        if len(sent) == 1:
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route("**/pindai/", lose_the_first)
    page.evaluate("code => { window.held = code }", parties[1].code)
    page.wait_for_selector(".door-answer--ok >> text=Pak Budi")
    assert len(sent) == 2
    assert Attendance.objects.filter(way="scan").count() == 2
    assert page.inner_text(".door-inside b") == "2"

    page.goto(reverse("outreach:tick_list", args=[event.pk]))
    page.fill("#cari-nama", "budi")
    assert page.locator(".door-names > li:visible").count() == 1
