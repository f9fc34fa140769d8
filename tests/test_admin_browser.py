"""The staff desk in a browser: rows added with a tap, and nothing to push sideways on a phone."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings

from services.models import Location, Requirement
from tests.builders import make_location, make_portal, make_service, make_user
from tests.desk import address, signed_in


@pytest.fixture
def desk(open_page: Callable[..., Any], transactional_db: None) -> Callable[..., Any]:
    """Open a page of the desk in a browser that has passed the staff door."""
    client = signed_in(make_user("rini", is_superuser=True))

    def open_signed_in(url: str, **options: Any) -> Any:
        page = open_page("/robots.txt", javascript=True, **options)
        name = settings.SESSION_COOKIE_NAME
        page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": page.url}])
        page.goto(url)
        return page

    return open_signed_in


def test_an_editor_adds_a_requirement_and_removes_another(desk: Callable[..., Any]) -> None:
    make_portal()
    service = make_service(requirements=["Fotokopi KK", "Pasfoto"])
    page = desk(address(type(service), "change", service.pk), width=1280)
    rows = page.locator("#requirements-group")
    # Rows that are kept in the database have a box to delete them, not a button that only hides them.
    assert rows.locator("tr.has_original .inline-deletelink").count() == 0
    rows.locator("tr.add-row a").click()
    page.fill("#id_requirements-2-text", "Paspor")
    page.check("#id_requirements-0-DELETE")
    page.click("[name=_save]")
    page.wait_for_url("**/admin/services/service/")
    assert set(Requirement.objects.filter(service=service).values_list("text", flat=True)) == {
        "Pasfoto",
        "Paspor",
    }


def test_the_phone_picks_the_time_and_the_boxes_give_the_days(desk: Callable[..., Any]) -> None:
    make_portal()
    place = make_location(hours=[("12345", "07:30", "16:00")])
    page = desk(address(Location, "change", place.pk))
    page.get_by_label("Jumat").first.uncheck()
    page.fill("#id_hours-0-closes", "15:00")
    page.click("[name=_save]")
    page.wait_for_url("**/admin/services/location/")
    assert str(place.hours.get().interval.closes) == "15:00:00"
    assert place.hours.get().days == "1234"


@pytest.mark.parametrize("width", [360, 1280])
def test_no_page_of_the_desk_is_pushed_sideways(width: int, desk: Callable[..., Any]) -> None:
    make_portal()
    service = make_service(
        "Mengurus surat keterangan yang namanya panjang sekali untuk dibaca di layar kecil",
        requirements=["Fotokopi KK"],
        steps=["Datang ke loket"],
        source="https://contoh.example/" + "alamat-yang-panjang-sekali" * 8,
    )
    page = desk(address(type(service), "changelist"), width=width)
    for name, *key in (
        ("changelist",),
        ("change", service.pk),
        ("history", service.pk),
        ("verb", service.pk, "confirm"),
    ):
        page.goto(address(type(service), name, *key))
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name


A4 = 794  # CSS pixels of its whole width, which media queries ask for; margins of 14 mm are taken off.
SHEET = """() => [document.getElementById("content"), document.documentElement]
  .map((one) => one.getBoundingClientRect().width)"""


@pytest.mark.parametrize("name", ["results", "list", "form"])
def test_paper_is_used_to_its_edge_and_shows_no_ways_elsewhere(name: str, desk: Callable[..., Any]) -> None:
    make_portal()
    service = make_service(requirements=["Fotokopi KK"])
    urls = {
        "results": "/admin/kinerja/",
        "list": address(type(service), "changelist"),
        "form": address(type(service), "change", service.pk),
    }
    page = desk(urls[name], width=A4)
    page.emulate_media(media="print")
    on_paper, whole = page.evaluate(SHEET)
    assert on_paper == pytest.approx(whole, abs=2)
    for way in (
        "#nav-sidebar",
        "#header",
        ".breadcrumbs",
        ".results-narrow",
        ".submit-row",
        ".desk-to-filters",
    ):
        assert page.locator(f"{way} >> visible=true").count() == 0
