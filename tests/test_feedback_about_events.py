"""From the page of an activity to a case about it, with the channel somebody came by, and back again."""

from typing import Any

import pytest
from django.test import Client

from feedback.models import Submission
from feedback.triage import suggest
from tests.builders import EVENT_AT, make_event, make_organization, make_portal, make_released
from tests.desk import make_officer, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def portal() -> None:
    make_portal()


def told(client: Client, address: str, **kind: str) -> Submission:
    """Walks the four pages as a browser would."""
    client.post(address, {"kind": "complaint", "is_about": "on"} | kind)
    client.post("/suara/cerita/", {"story": "Kursinya kurang, banyak lansia berdiri."})
    client.post("/suara/tempat/", {})
    client.post("/suara/kirim/", {"wish": "none"})
    return Submission.objects.latest("pk")


def test_a_problem_at_an_activity_becomes_a_case_of_its_unit_and_keeps_its_channel(
    client: Client, time_machine: Any
) -> None:
    unit = make_organization("Puskesmas")
    event = make_event(unit=unit)
    time_machine.move_to(EVENT_AT)
    page = client.get(f"/kegiatan/{event.slug}/?dari=flyer").content.decode()
    address = f"/suara/?jenis=complaint&kegiatan={event.slug}&dari=flyer"
    assert address.replace("&", "&amp;") in page
    assert event.title in client.get(address).content.decode()
    case = told(client, address)
    assert (case.event, case.heard_from) == (event, "flyer")
    assert unit in [one.unit for one in suggest(case)]
    desk = signed_in(make_officer("clerk"))
    file = desk.get(f"/admin/feedback/submission/{case.pk}/change/").content.decode()
    assert event.title in file


def test_a_draft_is_no_activity_and_an_unknown_channel_is_none(client: Client) -> None:
    event = make_event(is_published=False)
    case = told(client, f"/suara/?kegiatan={event.slug}&dari=kode-rahasia")
    assert (case.event, case.heard_from) == (None, "")


def test_what_we_answered_stands_on_the_page_of_the_activity(client: Client, time_machine: Any) -> None:
    event = make_event()
    time_machine.move_to(EVENT_AT)
    case = make_released("Kursi kurang", event=event)
    assert "Kursi kurang" in client.get(f"/kegiatan/{event.slug}/").content.decode()
    assert event.title in client.get(case.get_absolute_url()).content.decode()
