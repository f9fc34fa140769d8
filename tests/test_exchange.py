"""Fifty services from a spreadsheet: checked, mended, imported, undone; and what keeps each step safe."""

import io
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook

from portal.shared.exchange.models import Import
from portal.shared.history import Change
from services.models import Service
from tests.builders import make_category, make_organization, make_service, make_user
from tests.desk import signed_in

pytestmark = pytest.mark.django_db

HEADERS = [
    "Kode",
    "Nama",
    "Jawaban satu kalimat",
    "Topik",
    "Siapa yang memberi layanan",
    "Biaya dalam rupiah",
]


@pytest.fixture
def editor() -> User:
    return make_user("rini", is_superuser=True, first_name="Rini", last_name="Editor")


@pytest.fixture
def desk(editor: User) -> Client:
    return signed_in(editor)


def send(desk: Client, content: bytes, name: str = "layanan.csv", kind: str = "services.service") -> Import:
    """The file goes in as by the form; the import it became."""
    url = reverse("admin:exchange_import_add") + f"?kind={kind}"
    answer = desk.post(url, {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 302, answer.content.decode()[:500]
    return Import.objects.latest("pk")


def as_csv(*rows: list[Any], delimiter: str = ";") -> bytes:
    return "\r\n".join(delimiter.join(map(str, row)) for row in rows).encode("utf-8-sig")


def as_xlsx(*rows: list[Any]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def fifty() -> list[list[Any]]:
    topic, unit = make_category(), make_organization()
    return [
        [f"surat-{n}", f"Mengurus surat {n}", "Bawa KTP.", topic.slug, unit.slug, "25.000"] for n in range(50)
    ]


def press(desk: Client, run: Import, button: str) -> Import:
    answer = desk.post(reverse(f"admin:exchange_{button}", args=[run.pk]))
    assert answer.status_code == 302
    return Import.objects.get(pk=run.pk)


def page(desk: Client, run: Import) -> str:
    answer = desk.get(run.get_absolute_url())
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("shape", [as_csv, as_xlsx])
def test_fifty_services_are_checked_mended_imported_and_undone(shape: Any, desk: Client) -> None:
    rows = fifty()
    rows[10][5], rows[30][3] = "gratis", "topik-yang-tidak-ada"
    run = send(desk, shape(HEADERS, *rows), "layanan.xlsx")
    assert (run.state, run.added, run.wrong) == ("wrong", 48, 2)
    assert list(run.rows.filter(outcome="wrong").values_list("number", flat=True)) == [12, 32]
    text = page(desk, run)
    assert "Biaya dalam rupiah" in text
    assert "topik-yang-tidak-ada" in text
    assert press(desk, run, "confirm").state == "wrong"  # with a row to mend nothing can be confirmed
    assert not Service.objects.exists()

    rows[10][5], rows[30][3] = 0, rows[0][3]
    run = send(desk, shape(HEADERS, *rows), "layanan.xlsx")
    assert (run.state, run.added, run.wrong) == ("checked", 50, 0)
    assert not Service.objects.exists()
    run = press(desk, run, "confirm")
    assert run.state == "applied"
    assert Service.objects.count() == 50
    assert set(Service.objects.values_list("status", flat=True)) == {"draft"}
    assert Service.objects.get(code="surat-10").fee_amount == 0
    assert Service.objects.get(code="surat-11").fee_amount == Decimal(25000)
    assert "surat" in Service.objects.get(code="surat-11").search_title
    change = Change.objects.get(noun="services.service", object_name="Mengurus surat 7")
    assert (change.verb, change.by_name, change.reason) == ("import", "Rini Editor", "layanan.xlsx")

    run = press(desk, run, "undo")
    assert run.state == "undone"
    assert not Service.objects.exists()
    assert Change.objects.filter(verb="undo").count() == 50


def test_what_is_there_is_changed_and_put_back_exactly(desk: Client) -> None:
    service = make_service(fee_amount=Decimal(5000), requirements=["KTP", "KK"], steps=["Datang"])
    service.confirm(by=None)
    before = Service.objects.values().get(pk=service.pk)
    rows_before = list(service.requirements.values())
    run = send(
        desk, as_csv(["code", "fee_amount", "requirements"], [service.code, "", '"KTP\nPaspor | Kalau WNA"'])
    )
    assert (run.state, run.changed, run.added) == ("checked", 1, 0)
    text = page(desk, run)
    assert "5000" in text
    press(desk, run, "confirm")
    now = Service.objects.get(pk=service.pk)
    assert now.fee_amount is None
    assert now.status == "published"
    assert now.checked_on is None  # the unit has not seen these facts
    assert [str(one) for one in now.requirements.all()] == ["KTP", "Kalau WNA: Paspor"]
    assert now.steps.count() == 1
    assert press(desk, run, "undo").state == "undone"
    assert Service.objects.values().get(pk=service.pk) == before
    assert list(service.requirements.values()) == rows_before
