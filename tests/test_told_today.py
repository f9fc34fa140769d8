"""What a resident must be told today: old confirmations, closings, the right language, the right fee."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from html import unescape
from typing import Any
from urllib.parse import unquote

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from services import flyer
from services.admin.fields import RupiahField
from services.models import Service
from tests import builders as a
from tests.desk import address, form_data, signed_in

# What is shown and who may see it is decided in Python: asked of one engine.
pytestmark = [pytest.mark.django_db, pytest.mark.any_engine]


@pytest.fixture(autouse=True)
def _at_a_fixed_time(time_machine: Any, now: datetime) -> None:
    time_machine.move_to(now, tick=False)


def read(path: str) -> str:
    return unescape(Client().get(path).content.decode())


@pytest.mark.parametrize(("days", "is_old"), [(365, False), (366, True)])
def test_a_confirmation_older_than_a_year_no_longer_reads_as_certain(days: int, is_old: bool) -> None:
    a.make_portal()
    service = a.make_service()
    service.confirm(by="Seksi", at=timezone.now() - timedelta(days=days))
    page = read("/en" + service.get_absolute_url())
    assert ("Checked more than a year ago" in page) == is_old
    assert ("Checked by the office" in page) == (not is_old)
    assert "by Seksi." in page


def test_residents_never_read_a_sign_in_name() -> None:
    service = a.make_service()
    service.confirm(by=a.make_user("rahasia77"))
    assert service.checked_by_name == ""
    service.confirm(by=a.make_user("lain", first_name="Rini", last_name="Sari"))
    assert service.checked_by_name == "Rini Sari"


def test_a_closing_is_told_on_the_page_in_lists_in_searches_and_on_paper(now: datetime) -> None:
    portal = a.make_portal()
    service = a.make_service("Membuat akta lahir")
    addresses = (service.get_absolute_url(), "/layanan/", "/cari/?q=akta", "/layanan/?q=akta")
    assert not any("Tutup sementara" in read(path) for path in addresses)

    service.close_temporarily(by="x", from_day=now.date(), until=date(2026, 11, 30), reason="Renovasi loket")
    for path in addresses:
        assert "30 November 2026: Renovasi loket." in read(path), path
    paper = flyer.from_service(service, portal, url="https://x.id/", short_url="https://x.id/l/x", at=now)
    assert "Renovasi loket" in paper.hours[0]
    later = flyer.from_service(
        service, portal, url="https://x.id/", short_url="https://x.id/l/x", at=now + timedelta(days=60)
    )
    assert not any("Renovasi" in line for line in later.hours)


def test_a_shared_message_says_whether_it_was_confirmed_and_keeps_its_language() -> None:
    a.make_portal()
    service = a.make_service()

    def message(path: str) -> str:
        page = read(path)
        return unquote(page.partition("https://wa.me/?text=")[2].partition('"')[0])

    english = message("/en" + service.get_absolute_url())
    assert "Example, not confirmed yet" in english
    short = "/" + english.splitlines()[-1].split("/", 3)[3]
    assert Client().get(short).headers["Location"] == "/en" + service.get_absolute_url()

    service.confirm(by="Seksi")
    assert f"\nDiperiksa {timezone.localdate().day} " in message(service.get_absolute_url())


def test_english_without_its_slash_is_found() -> None:
    assert Client().get("/en").headers["Location"] == "/en/"


def test_the_desk_never_sends_an_editor_to_a_page_their_browser_has_kept(time_machine: Any) -> None:
    a.make_portal()
    service = a.make_service()
    desk = signed_in(a.make_user(is_superuser=True))
    url = address(Service, "change", service.pk)

    def public_address() -> str:
        return (
            desk.get(url)
            .content.decode()
            .partition(f'href="{service.get_absolute_url()}')[2]
            .partition('"')[0]
        )

    first = public_address()
    time_machine.shift(5)
    assert first != public_address()
    assert Client().get(service.get_absolute_url() + first).status_code == 200


# Money as people write it --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("25000", "25000"),
        ("25.000", "25000"),
        ("1.250.000", "1250000"),
        ("Rp25.000", "25000"),
        ("rp. 25.000,-", "25000"),
        ("25.000,50", "25000.50"),
        ("0", "0"),
        (" 7 500 ", "7500"),
    ],
)
def test_an_amount_is_read_as_it_stands_on_a_decree(typed: str, amount: str) -> None:
    assert RupiahField(max_digits=14, decimal_places=2).clean(typed) == Decimal(amount)


@pytest.mark.parametrize("typed", ["25.00", "25.5", "25,000", "dua ribu", "1e5", "NaN", "Rp"])
def test_an_amount_that_could_be_read_in_two_ways_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        RupiahField(max_digits=14, decimal_places=2).clean(typed)


def test_an_empty_fee_stays_unknown_and_a_saved_form_changes_no_fee() -> None:
    assert RupiahField(required=False).clean("") is None
    a.make_portal()
    service = a.make_service(fee_amount=Decimal("25000"))
    desk = signed_in(a.make_user(is_superuser=True))
    url = address(Service, "change", service.pk)
    page = desk.get(url)
    assert 'value="25.000"' in page.content.decode()
    assert desk.post(url, form_data(page, fee_amount="Rp30.000")).status_code == 302
    assert Service.objects.get().fee_amount == Decimal(30000)
