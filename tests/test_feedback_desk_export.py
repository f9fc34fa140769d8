"""Cases leave the desk only as a table nobody's spreadsheet computes, for whoever may, and with a line in history."""

import csv
import io
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from feedback.models import ContactOpening
from portal.shared.history import Change
from tests.builders import make_organization, make_submission
from tests.desk import make_editor, make_officer, signed_in

pytestmark = pytest.mark.django_db

EXPORT = "/admin/feedback/submission/export/"
ASKED = {"why": "Untuk rapat bulanan.", "shape": "csv"}


@pytest.fixture
def desk() -> Client:
    return signed_in(make_officer("coordinator"))


def lines(response: Any) -> list[list[str]]:
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";"))


def test_the_list_as_it_is_narrowed_leaves_as_text(desk: Client) -> None:
    new = make_submission('=HYPERLINK("http://contoh")')
    make_submission("Sudah.", status="settled")
    head, *rows = lines(desk.post(f"{EXPORT}?queue=new", ASKED))
    assert [row[0] for row in rows] == [new.number]
    assert rows[0][4] == '\'=HYPERLINK("http://contoh")'
    assert len(head) == len(rows[0]) == 18


def test_a_workbook_keeps_formulas_as_text(desk: Client) -> None:
    make_submission("=1+1")
    response = desk.post(EXPORT, ASKED | {"shape": "xlsx"})
    sheet = load_workbook(io.BytesIO(response.content)).active
    assert (sheet["E2"].value, sheet["E2"].data_type, sheet["E2"].quotePrefix) == ("=1+1", "s", True)


def test_every_export_is_logged_before_it_leaves(desk: Client) -> None:
    make_submission()
    response = desk.post(EXPORT, ASKED)
    change = Change.objects.get(verb="export")
    assert (change.object_name, change.reason) in {
        ("1 cases as CSV", "Untuk rapat bulanan."),
        ("1 kiriman sebagai CSV", "Untuk rapat bulanan."),
    }
    assert len(lines(response)) == 2


def test_without_a_reason_nothing_leaves(desk: Client) -> None:
    make_submission()
    response = desk.post(EXPORT, {"why": " ", "shape": "csv"})
    assert response.context["form"].errors.as_data()["why"][0].code == "required"
    assert not Change.objects.filter(verb="export").exists()


def test_contacts_leave_only_on_demand_and_each_counts_as_opened(desk: Client) -> None:
    case = make_submission(contact={"name": "Sari", "phone": "+62 812"})
    make_submission()
    assert not any("Sari" in cell for row in lines(desk.post(EXPORT, ASKED)) for cell in row)
    rows = lines(desk.post(EXPORT, ASKED | {"has_contacts": "on"}))
    assert [row[-3:-1] for row in rows[1:] if row[-3]] == [["Sari", "'+62 812"]]
    opening = ContactOpening.objects.get()
    assert (opening.submission, opening.why) == (case, "Untuk rapat bulanan.")


def test_who_may_not_see_contacts_cannot_take_them_away() -> None:
    make_submission(contact={"name": "Sari"})
    desk = signed_in(make_editor("view_submission", "export_submission"))
    rows = lines(desk.post(EXPORT, ASKED | {"has_contacts": "on"}))
    assert not any("Sari" in cell for row in rows for cell in row)
    assert not ContactOpening.objects.exists()


def test_confidential_words_stay_at_the_desk(desk: Client) -> None:
    make_submission("Rahasia sekali.", privacy="confidential")
    assert "Rahasia sekali." not in lines(desk.post(EXPORT, ASKED))[1]


@pytest.mark.parametrize("role", ["clerk", "unit officer", "field officer", "administrator", "auditor"])
def test_nobody_else_exports(role: str) -> None:
    desk = signed_in(make_officer(role, make_organization()))
    assert desk.get(EXPORT).status_code == desk.post(EXPORT, ASKED).status_code == 403


def test_a_link_alone_takes_nothing_away(desk: Client) -> None:
    make_submission()
    assert "attachment" not in desk.get(EXPORT, ASKED).get("Content-Disposition", "")
    assert desk.get(f"{EXPORT}?story__contains=a").status_code == 400
