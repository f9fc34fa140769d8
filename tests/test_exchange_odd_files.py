"""Files that are odd, and yet can be read: what spreadsheets of every setting really save."""

import pytest
from django.test import Client

from services.models import Service
from tests.builders import make_area, make_location, make_organization, make_service, make_user
from tests.desk import signed_in
from tests.test_exchange_bad_input import book, send_and_confirm

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Client:
    return signed_in(make_user(is_superuser=True))


ODD = {
    "semicolons": "code;fee_note\r\na;é – baik\r\n".encode(),
    "commas": "code,fee_note\na,é – baik\n".encode(),
    "tabs in UTF-16": "code\tfee_note\na\té – baik\n".encode("utf-16"),
    "a mark at the start": "code;fee_note\na;é – baik\n".encode("utf-8-sig"),
    "the alphabet of Windows": "code;fee_note\na;é – baik\n".encode("cp1252"),
    "a hint of Excel": "sep=;\ncode;fee_note\na;é – baik\n".encode(),
    "headers in Indonesian": "KODE ;Catatan  tentang biaya\na;é – baik\n".encode(),
    "empty rows and columns": "code;fee_note;;\n;;;\na;é – baik;;\n;;;\n\n".encode(),
}


@pytest.mark.parametrize("kind", ODD)
def test_what_spreadsheets_really_save_is_read(kind: str, desk: Client) -> None:
    service = make_service(code="a", slug="a", fee_note="lama")
    run = send_and_confirm(desk, ODD[kind])
    assert run.state == "applied", run.problems
    service.refresh_from_db()
    assert service.fee_note == "é – baik"
    assert bool(run.notes) == (kind == "the alphabet of Windows")


def test_empty_is_unknown_and_zero_is_zero(desk: Client) -> None:
    make_service(code="a", slug="a", staff_count=3, fee_amount=5000)
    make_service(code="b", slug="b", staff_count=3, fee_amount=5000)
    send_and_confirm(desk, b"code;staff_count;fee_amount\na;;\nb;0;Rp0\n")
    assert list(Service.objects.order_by("code").values_list("staff_count", "fee_amount")) == [
        (None, None),
        (0, 0),
    ]


def test_workbook_cells_keep_their_days_and_hours(desk: Client) -> None:
    area, unit = make_area(), make_organization()
    place = make_location(slug="kantor", area=area, organization=unit)
    send_and_confirm(
        desk,
        book(["slug", "hours", "read_on"], ["kantor", "12345 | 7.30 | 16:00", "27/3/2026"]),
        "services.location",
    )
    place.refresh_from_db()
    assert place.read_on is not None
    assert place.read_on.isoformat() == "2026-03-27"
    assert str(place.hours.get()) == "Senin–Jumat 07.30–16.00"
