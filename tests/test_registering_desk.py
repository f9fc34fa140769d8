"""Registrations at the desk: their list, the verbs, and the table to take away."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from outreach.models import Event, Registration
from outreach.registering import Wish, register
from portal.accounts.roles import AUDITOR, CLERK, COORDINATOR
from portal.shared.history import Change
from tests.builders import EVENT_AT, make_event, unique
from tests.desk import make_officer, signed_in

pytestmark = pytest.mark.django_db
AT = EVENT_AT - timedelta(days=3)
LIST = "admin:outreach_registration_changelist"


@pytest.fixture(autouse=True)
def _three_days_before(time_machine: Any) -> None:
    time_machine.move_to(AT, tick=False)


def come(event: Event, **wish: Any) -> Registration:
    return register(event, Wish(**wish), form_key=unique("kunci"), at=AT).registration


def test_a_clerk_reads_the_list_gives_up_places_for_a_caller_and_history_says_so() -> None:
    event = make_event(capacity=2)
    first = come(
        event, party_size=2, nickname="Bu Tini", needs_wheelchair=True, contact={"email": "t@contoh.id"}
    )
    second = come(event, nickname="Pak Udin")
    client = signed_in(make_officer(CLERK, event.unit), Client())
    page = client.get(reverse(LIST), {"needs": "wheelchair"}).content.decode()
    assert "Bu Tini" in page
    assert "t@contoh.id" not in page
    assert "Pak Udin" not in page
    row = reverse("admin:outreach_registration_change", args=[first.pk])
    assert "t@contoh.id" not in client.get(row).content.decode()
    resize, cancel = (
        reverse("admin:outreach_registration_verb", args=[first.pk, verb]) for verb in ("resize", "cancel")
    )
    client.post(resize, {"party_size": "9", "answered": "1"})
    assert Event.objects.get(pk=event.pk).taken == 2
    assert client.get(cancel).status_code == 200
    client.post(cancel, {"answered": "1"})
    assert Registration.objects.get(pk=second.pk).state == Registration.State.REGISTERED
    change = Change.objects.get(noun="outreach.registration", verb="cancel")
    assert "Tini" not in f"{change.object_name}{change.before}{change.after}"
    assert client.get(reverse("admin:outreach_registration_history", args=[first.pk])).status_code == 200
    for asked in ("code_hash__exact=x", "contact__email__exact=t@contoh.id"):
        assert client.get(f"{reverse(LIST)}?{asked}").status_code in (302, 400)


def test_the_list_asks_the_same_number_of_questions_for_one_and_for_many(
    django_assert_max_num_queries: Any,
) -> None:
    event = make_event()
    for _one in range(12):
        come(event)
    client = signed_in(make_officer(CLERK, event.unit), Client())
    client.get(reverse(LIST))
    with django_assert_max_num_queries(14):
        client.get(reverse(LIST))


def test_a_table_goes_out_with_a_reason_without_names_and_without_formulas() -> None:
    event = make_event("=1+1", slug="formula")
    come(event, nickname="Bu Tini", needs_words='=HYPERLINK("x")', contact={"whatsapp": "08123456789"})
    address = reverse("admin:outreach_registration_export")
    assert signed_in(make_officer(CLERK, event.unit), Client()).get(address).status_code == 403
    assert signed_in(make_officer(AUDITOR), Client()).get(address).status_code == 403
    client = signed_in(make_officer(COORDINATOR), Client())
    assert client.get(address).status_code == 200
    assert client.post(address, {"shape": "csv", "why": ""}).status_code == 200
    assert not Change.objects.filter(verb="export").exists()
    table = client.post(address, {"shape": "csv", "why": "Rapat bulanan."}).content.decode("utf-8-sig")
    assert "Tini" not in table
    assert "0812" not in table
    assert '"=1+1"' not in table
    assert ";=" not in table
    assert not table.splitlines()[1].startswith("=")
    book = load_workbook(BytesIO(client.post(address, {"shape": "xlsx", "why": "Rapat."}).content))
    assert all(cell.data_type != "f" for row in book.active for cell in row)
    assert Change.objects.filter(verb="export", noun="outreach.registration").count() == 2
