"""Print and short links at the desk: planning places, what is refused, sheets, switching a link off."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from outreach.models import Drop, ShortLink
from tests.builders import make_campaign, make_event, make_organization, make_portal
from tests.desk import make_officer, signed_in
from tests.outreach_world import make_drop, make_material, make_print_run

pytestmark = pytest.mark.django_db


def rows(*places: tuple[str, int, int]) -> dict[str, Any]:
    """The lines of places in the form of a print run, as the browser sends them."""
    data: dict[str, Any] = {"drops-TOTAL_FORMS": len(places), "drops-INITIAL_FORMS": 0}
    for number, (place, amount, returned) in enumerate(places):
        line = {"place_words": place, "amount": amount, "returned": returned}
        data |= {f"drops-{number}-{name}": value for name, value in line.items()}
    return data


def test_a_run_of_three_hundred_goes_to_four_places_and_no_copy_more() -> None:
    campaign = make_campaign()
    desk = signed_in(make_officer("coordinator"))
    material = make_material(campaign=campaign)
    run = {"material": material.pk, "printed_on": "2026-11-10", "amount": 300}
    places = [("Pos RW 03", 100, 0), ("Posyandu", 80, 0), ("Warung", 60, 0), ("Musala", 61, 0)]
    address = "/admin/outreach/printrun/add/"
    answer = desk.post(address, run | rows(*places))
    assert answer.status_code == 200
    assert not Drop.objects.exists()
    places[-1] = ("Musala", 60, 0)
    assert desk.post(address, run | rows(*places)).status_code == 302
    drops = Drop.objects.select_related("link", "run")
    assert [drop.link.campaign for drop in drops] == [campaign] * 4
    assert drops[0].run.left == 0
    page = desk.get(f"/admin/outreach/printrun/{drops[0].run_id}/change/").content.decode()
    assert page.count("/pdf/") == 4


def test_taken_there_and_brought_back_are_buttons_of_a_place() -> None:
    drop = make_drop(amount=40)
    desk = signed_in(make_officer("clerk"))
    address = f"/admin/outreach/drop/{drop.pk}/verb/"
    assert desk.post(f"{address}put_out/", {"on": "2026-11-12", "who": "kader PKK"}).status_code == 302
    assert desk.post(f"{address}bring_back/", {"on": "2026-11-29", "amount": ""}).status_code == 200
    # More than went: the model refuses in its own words, and nothing changes.
    desk.post(f"{address}bring_back/", {"on": "2026-11-29", "amount": "41"})
    desk.post(f"{address}bring_back/", {"on": "2026-11-29", "amount": "15"})
    drop.refresh_from_db()
    assert (drop.dropped_on, drop.who, drop.returned) == (date(2026, 11, 12), "kader PKK", 15)
    listed = desk.get("/admin/outreach/drop/").content.decode()
    assert drop.link.code in listed


def test_sheets_are_for_those_who_see_the_row() -> None:
    make_portal()
    unit = make_organization()
    own = make_drop(run=make_print_run(material=make_material(event=make_event(unit=unit), unit=unit)))
    other = make_drop()
    desk = signed_in(make_officer("unit officer", unit))
    assert desk.get(f"/admin/outreach/drop/{own.pk}/pdf/")["Content-Type"] == "application/pdf"
    assert desk.get(f"/admin/outreach/material/{own.run.material_id}/pdf/").status_code == 200
    assert desk.get(f"/admin/outreach/drop/{other.pk}/pdf/").status_code == 404
    assert Client().get(f"/admin/outreach/drop/{own.pk}/pdf/").status_code == 302


def test_a_link_of_the_desk_stays_inside_gets_a_code_and_keeps_its_way() -> None:
    desk = signed_in(make_officer("coordinator"))
    form = {
        "label": "Status WhatsApp RT 02",
        "channel": "whatsapp",
        "code": "",
        "target": "https://lain.example/",
    }
    assert desk.post("/admin/outreach/shortlink/add/", form).status_code == 200
    assert desk.post("/admin/outreach/shortlink/add/", form | {"target": "/layanan/"}).status_code == 302
    link = ShortLink.objects.get()
    assert len(link.code) == 5
    desk.post(
        f"/admin/outreach/shortlink/{link.pk}/change/",
        form | {"target": "/tempat/", "code": "lain", "label": "Lain"},
    )
    code = link.code
    link.refresh_from_db()
    assert (link.code, link.target) == (code, "/layanan/")
    desk.post(f"/admin/outreach/shortlink/{link.pk}/verb/switch_off/", {"reason": "Selesai."})
    link.refresh_from_db()
    assert link.is_off


def test_a_unit_keeps_the_links_of_its_campaigns_only() -> None:
    unit = make_organization()
    own, other = make_campaign(unit=unit), make_campaign()
    page_of_nobody = make_event()
    desk = signed_in(make_officer("unit officer", unit))
    links = {
        "own": ShortLink.objects.filter(campaign=own).first(),
        "other": ShortLink.objects.filter(campaign=other).first(),
        "nobody": ShortLink.objects.filter(target__contains=page_of_nobody.slug).first(),
    }
    for link in links.values():
        assert link is not None
        desk.post(f"/admin/outreach/shortlink/{link.pk}/verb/switch_off/", {"reason": "Coba."})
        link.refresh_from_db()
    assert {name: link.is_off for name, link in links.items() if link} == {
        "own": True,
        "other": False,
        "nobody": False,
    }


def test_the_lists_ask_as_much_for_many_rows_as_for_one(django_assert_max_num_queries: Any) -> None:
    desk = signed_in(make_officer("coordinator"))
    run = make_print_run(500)
    for number in range(6):
        make_drop(f"Pos RW 0{number}", 10, run=run)
    for noun in ("material", "printrun", "drop", "shortlink"):
        desk.get(f"/admin/outreach/{noun}/")
        with django_assert_max_num_queries(14):
            assert desk.get(f"/admin/outreach/{noun}/").status_code == 200
