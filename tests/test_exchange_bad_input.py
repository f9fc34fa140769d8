"""Wrong, huge, empty, damaged and hostile files: each is told by row and cure, changes nothing, never a 500."""

import io
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from portal.shared.exchange import files
from portal.shared.exchange.files import FileRefused, opened
from portal.shared.exchange.models import Import
from portal.shared.history import Change
from services.models import Location, Service
from tests.builders import make_service, make_user
from tests.desk import signed_in

# What is shown and who may see it is decided in Python: asked of one engine.
pytestmark = [pytest.mark.django_db, pytest.mark.any_engine]


@pytest.fixture
def desk() -> Client:
    return signed_in(make_user(is_superuser=True))


def send(desk: Client, content: bytes, name: str = "a.csv", kind: str = "services.service") -> Import:
    """Sends the file, looks at its page, and proves that nothing but the report came of it."""
    before = (Change.objects.count(), Service.objects.count(), Location.objects.count())
    url = reverse("admin:exchange_import_add") + f"?kind={kind}"
    answer = desk.post("/en" + url, {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 302, answer.content.decode()[-600:]
    run = Import.objects.latest("pk")
    assert desk.get(run.get_absolute_url()).status_code == 200
    desk.post(reverse("admin:exchange_confirm", args=[run.pk]))
    assert before == (Change.objects.count(), Service.objects.count(), Location.objects.count())
    return run


def told(run: Import) -> str:
    problems = [one["problem"] for row in run.rows.all() for one in row.problems]
    return " ".join([*run.problems, *problems])


def book(*rows: list[Any], cells: dict[str, Any] | None = None) -> bytes:
    work = Workbook()
    for row in rows:
        work.active.append(row)
    for place, value in (cells or {}).items():
        work.active[place] = value
    buffer = io.BytesIO()
    work.save(buffer)
    return buffer.getvalue()


def archive(**parts: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return buffer.getvalue()


def sheet_replaced(old: bytes, new: bytes) -> bytes:
    """A good workbook in whose sheet something was exchanged by hand."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(book(["code"], ["a"]))) as good,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as bad,
    ):
        for part in good.infolist():
            content = good.read(part)
            if part.filename == "xl/worksheets/sheet1.xml":
                assert old in content
                content = content.replace(old, new)
            bad.writestr(part.filename, content)
    return buffer.getvalue()


# The file as a whole: nothing of it is used -----------------------------------------------------------------

WHOLE: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "empty"),
    "only spaces": (b" \r\n\r\n \t", "empty"),
    "only semicolons": (b";;;\n;;;\n", "empty"),
    "only headers": (b"code;name\n", "no rows"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + b"x" * 50, "not a table"),
    "a document": (b"%PDF-1.7 ...", "not a table"),
    "old Excel": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old Excel"),
    "a web page": (b"<html><table><tr><td>code</td></tr></table></html>", "web page"),
    "nulls": (b"code;name\na;b\nc;\0d\n", "Row 3"),
    "letters of no alphabet": (b"code;name\na;b\nc;\x81\x8d\xff\n", "Row 3".lower()),
    "half of UTF-16": ("code;name\na;b\n".encode("utf-16")[:-1], "letters"),
    "an open quotation mark": (b'code;name\na;b\nc;"d\n', "Row 3"),
    "a broken archive": (b"PK\x03\x04" + b"x" * 100, "damaged"),
    "an archive of something else": (archive(**{"a.txt": b"a"}), "not a table"),
    "a path out of the archive": (
        archive(**{"xl/workbook.xml": b"<a/>", "../../etc/passwd": b"x"}),
        "damaged",
    ),
    "a workbook without sheets": (archive(**{"xl/workbook.xml": b"<workbook/>"}), "damaged"),
    "an entity": (
        sheet_replaced(
            b"<worksheet",
            b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><worksheet',
        ),
        "damaged",
    ),
    "a bomb": (
        archive(**{"xl/workbook.xml": b"<a/>", "xl/worksheets/sheet1.xml": b"0" * (files.MAX_UNPACKED + 1)}),
        "unpacks",
    ),
    "too many parts": (archive(**{f"xl/{n}.xml": b"" for n in range(files.MAX_PARTS + 1)}), "unpacks"),
    "a wild cell address": (sheet_replaced(b'r="A2"', b'r="A0"'), ""),
    "a cell far away": (sheet_replaced(b'r="A2"', b'r="ZZZZ2"'), ""),
    "two hundred thousand columns": ((";".join(["x"] * 200_000) + "\n").encode(), "200 columns"),
    "a long cell": (b"code;name\na;" + b"x" * 10_001 + b"\n", "Row 2"),
    "a very long cell": (b"code;name\na;" + b"x" * 4_000_000 + b"\n", "Row 2"),
    "too many rows": (b"code\n" + b"".join(b"a%d\n" % n for n in range(10_001)), "Split it"),
    "no header we know": (b"nomor;isi\n1;2\n", "header"),
    "a title above the headers": (b"Daftar layanan 2026;;\n;;\ncode;name\na;b\n", "row 3"),
    "an unknown column": (b"code;nam\na;b\n", "Name"),
    "a column twice": (b"code;name;Nama\na;b;c\n", "twice"),
    "no key": (b"name;summary\na;b\n", "Code"),
    "a cell under no header": (b"code;;name\na;stray;b\n", "Row 2"),
    "a formula for a header": (book(["code", "=A1"], ["a", "b"]), "=A1"),
}


@pytest.mark.parametrize("kind", WHOLE)
def test_a_file_nobody_can_use_is_refused_as_a_whole(kind: str, desk: Client) -> None:
    content, word = WHOLE[kind]
    run = send(desk, content)
    if run.state == "checking":  # a long one is checked after the answer
        run.check_file()
    assert run.state in {"refused", "wrong"}
    assert word.lower() in told(run).lower()
    assert run.content is None


def test_more_than_five_megabytes_never_become_a_row(desk: Client) -> None:
    url = "/en" + reverse("admin:exchange_import_add") + "?kind=services.service"
    answer = desk.post(url, {"file": SimpleUploadedFile("a.csv", b"x" * (files.MAX_BYTES + 1))})
    assert answer.status_code == 200
    assert "5 MB" in answer.content.decode()
    assert not Import.objects.exists()
    with pytest.raises(FileRefused):
        opened(b"x" * (files.MAX_BYTES + 1))


def test_no_file_is_asked_for_again(desk: Client) -> None:
    add = reverse("admin:exchange_import_add")
    assert desk.get(add + "?kind=service").status_code == 404, "there is no such table"
    answer = desk.post(add + "?kind=services.service", {})
    assert answer.status_code == 200
    assert answer.context["form"].errors["file"]


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd.csv", "a\x00b.csv", "<script>alert(1)</script>.csv", "é" * 300 + ".xlsx", "=1+1.csv"],
)
def test_odd_names_of_files_are_shown_as_text(name: str, desk: Client) -> None:
    run = send(desk, b"code;name\n", name)
    text = desk.get(run.get_absolute_url()).content.decode()
    assert "<script>alert" not in text
    assert len(run.file_name) <= 120


# Single rows: named, mended, sent again ---------------------------------------------------------------------


def row_of(desk: Client, column: str, cell: Any) -> str:
    """What is said of one bad cell in row 3 between two good rows."""
    for code in ("a", "b", "c"):
        make_service(code=code, slug=code, is_published=False)
    good = {"name": "Mengurus", "category": Service.objects.earliest("pk").category.slug}.get(column, "")
    content = book(["code", column], ["a", good], ["b", cell], ["c", good])
    run = send(desk, content, "a.xlsx")
    assert run.state == "wrong"
    (row,) = run.rows.filter(outcome="wrong")
    assert row.number == 3
    (problem,) = row.problems
    assert problem["column"] in {column, ""}
    return str(problem["problem"])


@pytest.mark.parametrize(
    ("column", "cell", "cure"),
    [
        ("decree_date", 45383, "2024-04-01"),
        ("decree_date", "3/4/2026", "2026-04-03"),
        ("decree_date", "31/2/2026", "calendar"),
        ("decree_date", "kemarin", "2026-11-21"),
        ("fee_amount", "1,23E+15", "shortened"),
        ("fee_amount", 1.23e15, "shortened"),
        ("fee_amount", "gratis", "25.000"),
        ("fee_amount", "25,000", "25.000"),
        ("fee_amount", 25, "without a dot"),
        ("fee_amount", -1, "less than 0"),
        ("fee_amount", "9" * 30, "too large"),
        ("fee_amount", 9 * 10**14, "14"),
        ("staff_count", "banyak", "digits"),
        ("staff_count", "²", "digits"),
        ("staff_count", 3.5, "digits"),
        ("staff_count", 10**12, "digits"),
        ("turnaround_unit", "abad", "working days"),
        ("name", "", "Fill in"),
        ("name", "x" * 200, "160"),
        ("name", "#REF!", "spreadsheet"),
        ("name", "a\ufffdb", "cannot be read"),
        ("fee_note", "#N/A", "spreadsheet"),
        ("contact_note", "8.12346E+11", "shortened"),
        ("category", "tidak-ada", "tidak-ada"),
        ("audiences", "tidak-ada | lain", "tidak-ada"),
        ("requirements", "KTP | a | b | c", "3"),
        ("requirements", "KTP\n | kalau", "Line 2"),
        ("requirements", "x" * 501, "500"),
        ("counters", "tempat-tidak-ada | Loket", "Line 1"),
        ("channels", "telegraf | Kantor", "Line 1"),
        ("slug", "dua kata", ""),
    ],
)
def test_a_bad_cell_is_named_with_its_cure(column: str, cell: Any, cure: str, desk: Client) -> None:
    assert cure in row_of(desk, column, cell)


def test_a_computed_cell_is_refused(desk: Client) -> None:
    assert "formula" in row_of(desk, "fee_note", '=HYPERLINK("http://example.org")')


def test_a_text_that_looks_like_a_formula_stays_a_text(desk: Client) -> None:
    service = make_service()
    work = Workbook()
    work.active.append(["code", "fee_note"])
    work.active.append([service.code, "x"])
    work.active["B2"].value = "=cmd|' /C calc'!A0"
    work.active["B2"].data_type = "s"
    buffer = io.BytesIO()
    work.save(buffer)
    run = send_and_confirm(desk, buffer.getvalue())
    assert run.state == "applied"
    service.refresh_from_db()
    assert service.fee_note == "=cmd|' /C calc'!A0"


def send_and_confirm(desk: Client, content: bytes, kind: str = "services.service") -> Import:
    url = reverse("admin:exchange_import_add") + f"?kind={kind}"
    desk.post(url, {"file": SimpleUploadedFile("a.xlsx", content)})
    run = Import.objects.latest("pk")
    desk.post(reverse("admin:exchange_confirm", args=[run.pk]))
    run.refresh_from_db()
    return run


@pytest.mark.parametrize(
    ("kind", "headers", "cells", "cure"),
    [
        ("location", ["slug", "name", "kind", "phone"], ["a", "A", "other_agency", 81234567890], "0812"),
        ("location", ["slug", "name", "kind", "postcode"], ["a", "A", "other_agency", 1253], "12530"),
        (
            "location",
            ["slug", "name", "kind", "latitude", "longitude"],
            ["a", "A", "other_agency", 1, ""],
            "both",
        ),
        (
            "location",
            ["slug", "name", "kind", "latitude", "longitude"],
            ["a", "A", "other_agency", 1, 181],
            "180",
        ),
        (
            "location",
            ["slug", "name", "kind", "hours"],
            ["a", "A", "other_agency", "12345 | 25:00 | 1"],
            "07:30",
        ),
        ("location", ["slug", "name", "kind", "step_free"], ["a", "A", "other_agency", "mungkin"], "yes"),
        ("area", ["slug", "name", "level", "kemendagri_code"], ["a", "A", "village", 31.7], "31.74"),
        ("area", ["slug", "name", "level", "parent"], ["a", "A", "village", "a"], "a"),
        ("organization", ["slug", "name", "kind", "email"], ["a", "A", "unit", "bukan"], ""),
        ("organization", ["slug", "name", "kind", "parent"], [45383, "A", "unit", ""], "2024-04-01"),
        ("closedday", ["date", "location", "name", "kind"], ["", "", "Libur", "local"], "Fill in"),
        ("emergencynumber", ["number", "kind", "label"], ["112", "telegraf", "A"], "WhatsApp"),
        ("publicwork", ["slug", "name", "kind", "progress"], ["a", "A", "road", 101], "100"),
        (
            "publicwork",
            ["slug", "name", "kind", "starts_on", "ends_on"],
            ["a", "A", "road", "2026-02-01", "2026-01-01"],
            "end",
        ),
    ],
)
def test_every_kind_of_row_names_its_damage(
    kind: str, headers: list[str], cells: list[Any], cure: str, desk: Client
) -> None:
    run = send(desk, book(headers, cells), kind=f"services.{kind}")
    assert run.state == "wrong", told(run)
    (row,) = run.rows.all()
    assert row.number == 2
    assert cure in told(run)


def test_the_same_twice_names_both_rows(desk: Client) -> None:
    make_service(code="a", slug="a")
    run = send(desk, b"code;fee_note\na;satu\na;dua\n")
    (row,) = run.rows.filter(outcome="wrong")
    assert row.number == 3
    assert "Row 2" in told(run)
    synonyms = send(desk, b"phrase;means\nSurat Miskin;sktm\nsurat miskin;SKTM\n", kind="services.synonym")
    assert "Row 2" in told(synonyms)


def test_a_word_taken_by_another_row_is_told(desk: Client) -> None:
    make_service(code="a", slug="sama")
    make_service(code="b", slug="b")
    assert "Another row" in told(send(desk, b"code;slug\nb;sama\n"))


def test_a_parent_may_stand_above_its_row_but_not_below(desk: Client) -> None:
    below = b"slug;name;kind;parent\nunit;Unit;unit;dinas\ndinas;Dinas;agency;\n"
    assert "dinas" in told(send(desk, below, kind="services.organization"))
    above = b"slug;name;kind;parent\ndinas;Dinas;agency;\nunit;Unit;unit;dinas\n"
    run = send_and_confirm(desk, above, "services.organization")
    assert (run.state, run.added) == ("applied", 2), told(run)


@given(st.binary(max_size=400))
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_bytes_bring_the_reader_down(content: bytes) -> None:
    for start in (b"", b"PK\x03\x04", b"code;name\n", b"\xff\xfe"):
        try:
            sheet = opened(start + content)
        except FileRefused:
            continue
        assert sheet.rows


@given(
    st.lists(
        st.lists(
            st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=12), min_size=5, max_size=5
        ),
        min_size=1,
        max_size=3,
    )
)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_cells_bring_the_check_down(rows: list[list[str]]) -> None:
    quoted = [";".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    content = "\n".join(["code;name;fee_amount;decree_date;requirements", *quoted]).encode()
    with translation.override("en"):
        run = Import(
            noun="services.service", file_name="a", content=content, language="en", at="2026-11-18T00:00Z"
        )
        run.save()
        run.check_file()
    assert run.state in {"refused", "wrong", "checked"}
    assert "could not be read" not in told(run)
    assert not Service.objects.exists()
