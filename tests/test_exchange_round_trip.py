"""What goes out comes back in unchanged: the real data, and texts a spreadsheet would compute."""

import io
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from portal.shared.exchange.columns import escape, split_line
from portal.shared.exchange.files import escaped, opened, unescaped
from portal.shared.exchange.headers import rows_of
from portal.shared.exchange.table import TABLES
from portal.shared.exchange.writing import as_csv, as_xlsx, template
from services.models import Service
from tests.builders import make_location, make_organization, make_service, make_user
from tests.desk import make_officer, signed_in

AT = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)
# What a spreadsheet would run, and what looks like it.
HOSTILE = ["=cmd|' /C calc'!A0", "+62 812", "-2+3", "@SUM(A1)", "'=1+1", "''", "'", "a | b \\ c", "tab\tbed"]


def written(table: Any, shape: str) -> bytes:
    rows = table.model._default_manager.order_by("pk")
    return as_xlsx(table, rows) if shape == "xlsx" else b"".join(as_csv(table, rows))


def outcomes(noun: str, content: bytes) -> list[Any]:
    table = TABLES[noun](by=None, at=AT)
    rows = rows_of(opened(content), table)
    table.load([row for _number, row in rows], is_locked=False)
    return [table.read(number, row, dry_run=True) for number, row in rows]


@pytest.mark.django_db
@pytest.mark.parametrize("data_set", ["tanjung-barat", "disdik-labura"])
def test_the_real_data_come_back_without_a_change(
    data_set: str, real_data: Callable[[str], list[str]]
) -> None:
    assert not real_data(data_set)
    for noun, kind in TABLES.items():
        for shape, language in (("csv", "id"), ("xlsx", "en")):
            with translation.override(language):
                content = written(kind(by=None, at=AT), shape)
            if not kind.model._default_manager.exists():
                continue
            # Read in the other language: headers and choices are known in both.
            with translation.override("en" if language == "id" else "id"):
                found = outcomes(noun, content)
            told = [
                (one.number, one.problems, one.differences) for one in found if one.outcome != "unchanged"
            ]
            assert told == [], (noun, shape)
            assert len(found) == kind.model._default_manager.count()


@pytest.mark.django_db
@pytest.mark.parametrize("shape", ["csv", "xlsx"])
def test_hostile_texts_are_kept_as_texts_and_come_back(shape: str) -> None:
    for text in HOSTILE:
        make_service(f"{text} x", fee_note=text, requirements=[text], fee_amount=Decimal("25000.50"))
    content = written(TABLES["services.service"](by=None, at=AT), shape)
    assert {one.outcome for one in outcomes("services.service", content)} == {"unchanged"}
    if shape == "xlsx":
        cells = [cell for row in load_workbook(io.BytesIO(content)).active.iter_rows() for cell in row]
        assert not [cell.value for cell in cells if cell.data_type == "f"]
        dangerous = [cell for cell in cells if str(cell.value).startswith(("=", "+", "@"))]
        assert dangerous
        assert all(cell.quotePrefix for cell in dangerous)
    else:
        cells = content.decode("utf-8-sig").replace("\r\n", ";").split(";")
        assert not [cell for cell in cells if cell.strip('"').startswith(("=", "+", "-", "@", "\t"))]


@given(st.text(max_size=40))
@settings(max_examples=200)
def test_escaping_loses_nothing(text: str) -> None:
    assert unescaped(escaped(text)) == text
    assert not escaped(text).startswith(("=", "+", "-", "@", "\t", "\r"))


@given(st.lists(st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc")), min_size=1), min_size=1))
@settings(max_examples=200)
def test_lines_of_a_cell_lose_nothing(cells: list[str]) -> None:
    assert split_line("|".join(escape(f"{cell}\n") for cell in cells)) == [f"{cell}\n" for cell in cells]


@pytest.mark.django_db
@pytest.mark.parametrize("noun", sorted(TABLES))
def test_the_template_says_what_it_wants_and_its_example_is_left_out(noun: str) -> None:
    table = TABLES[noun](by=None, at=AT)
    content = template(table)
    book = load_workbook(io.BytesIO(content))
    assert len(book.worksheets) == 2
    assert book.worksheets[1].max_row > len(table.columns)
    ((number, row),) = rows_of(opened(content), table)
    assert number == 2
    assert table.is_example(row)


# Taking a list out ------------------------------------------------------------------------------------------


def export(desk: Client, model: str = "service", shape: str = "csv", query: str = "") -> Any:
    return desk.get(reverse("admin:exchange_export", args=["services", model, shape]) + query)


def text_of(answer: Any) -> str:
    return b"".join(answer.streaming_content).decode("utf-8-sig")


@pytest.mark.django_db
def test_the_list_goes_out_as_it_is_filtered() -> None:
    make_service("Mengurus draf", is_published=False)
    make_service("Mengurus yang terbit")
    desk = signed_in(make_user(is_superuser=True))
    answer = export(desk, query="?status__exact=draft")
    assert answer["Content-Type"].startswith("text/csv")
    assert "attachment" in answer["Content-Disposition"]
    assert "no-store" in answer["Cache-Control"]
    text = text_of(answer)
    assert "Mengurus draf" in text
    assert "Mengurus yang terbit" not in text
    assert "Mengurus draf" in text_of(export(desk, query="?q=draf"))
    listed = desk.get(reverse("admin:services_service_changelist") + "?status__exact=draft")
    assert "service.csv?status__exact=draft" in listed.content.decode()


@pytest.mark.django_db
def test_nobody_takes_out_what_they_may_not_see() -> None:
    own, other = make_organization("Unit sendiri"), make_organization("Unit lain")
    make_service("Milik sendiri", organization=own)
    make_service("Milik orang lain", organization=other)
    officer = make_officer("unit officer", own)
    assert export(signed_in(officer)).status_code == 403  # without the right to take tables out
    officer.user_permissions.add(*permission("export_rows"))
    text = text_of(export(signed_in(type(officer).objects.get(pk=officer.pk))))
    assert "Milik sendiri" in text
    assert "Milik orang lain" not in text


def permission(codename: str) -> Any:
    return Permission.objects.filter(codename=codename)


@pytest.mark.django_db
def test_an_unknown_table_or_shape_is_not_found() -> None:
    desk = signed_in(make_user(is_superuser=True))
    assert export(desk, "charter").status_code == 404
    assert export(desk, shape="pdf").status_code == 404
    assert export(desk, query="?status__exact=%00").status_code == 400
    assert export(desk, query="?wild=1").status_code in {200, 302, 400}


@pytest.mark.django_db
def test_the_number_of_rows_does_not_change_the_number_of_queries() -> None:
    def queries() -> int:
        table = TABLES["services.service"](by=None, at=AT)
        with CaptureQueriesContext(connection) as seen:
            written(table, "csv")
        return len(seen)

    office = make_location()
    make_service(requirements=["KTP"], counters=[office])
    few = queries()
    for _number in range(5):
        make_service(requirements=["KTP", "KK"], counters=[office])
    assert queries() == few
    assert Service.objects.count() == 6
