"""“Is something wrong here?”: a correction reaches whoever keeps the row, once, and loses no word on the way."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from feedback.models import Contact, Submission
from services.models import Organization
from tests.builders import (
    make_area,
    make_location,
    make_organization,
    make_portal,
    make_public_work,
    make_service,
)
from tests.desk import make_officer

pytestmark = pytest.mark.django_db


def address_of(path: str) -> str:
    return f"/suara/keliru/?halaman={path}"


def key_of(response: Any) -> str:
    return re.search(r'name="form_key" value="([^"]+)"', response.content.decode())[1]


def sent(client: Client, path: str, **words: str) -> Any:
    key = words.pop("form_key", "") or key_of(client.get(address_of(path)))
    return client.post(address_of(path), {"story": "Sekarang gratis.", "form_key": key} | words)


@pytest.fixture
def unit() -> Organization:
    make_portal()
    return make_organization("Satuan Pelayanan Dukcapil")


NOUNS: dict[str, Callable[[Organization], Any]] = {
    "service": lambda unit: make_service(organization=unit),
    "location": lambda unit: make_location(organization=unit),
    "public_work": lambda unit: make_public_work(organization=unit),
    "organization": lambda unit: unit,
}


@pytest.mark.parametrize("name", NOUNS)
def test_a_correction_reaches_the_unit_of_the_row(client: Client, unit: Organization, name: str) -> None:
    row = NOUNS[name](unit)
    path = row.get_absolute_url()
    assert address_of(path.replace("/", "%2F")).replace("%2F", "/") in client.get(path).content.decode()
    answer = sent(client, path)
    case = Submission.objects.get()
    assert answer.status_code == 200
    assert case.number in answer.content.decode()
    assert (case.kind, case.page_path, case.unit, case.privacy) == ("correction", path, unit, "anonymous")
    if name != "organization":
        assert getattr(case, name) == row
    assert case in Submission.objects.visible_to(make_officer("unit officer", unit))
    assert case in Submission.objects.visible_to(make_officer("clerk"))
    assert case not in Submission.objects.visible_to(make_officer("unit officer", make_organization()))


def test_what_no_unit_keeps_goes_to_who_runs_the_portal(client: Client) -> None:
    portal = make_portal()
    for row in (make_area("RW 05", level="rw"), make_location("Balai RW"), make_public_work()):
        sent(client, row.get_absolute_url())
    assert {case.unit for case in Submission.objects.all()} == {portal.organization}
    assert Submission.objects.get(area__isnull=False).area.name == "RW 05"


def test_the_same_form_sent_twice_is_one_correction_with_one_receipt(
    client: Client, unit: Organization
) -> None:
    path = make_service(organization=unit).get_absolute_url()
    key = key_of(client.get(address_of(path)))
    first, second = sent(client, path, form_key=key), sent(client, path, form_key=key)
    assert Submission.objects.count() == 1
    secret = re.compile(r">([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z])<")
    assert secret.search(first.content.decode())[1] == secret.search(second.content.decode())[1]
    assert "no-store" in first["Cache-Control"]


def test_an_english_page_is_the_same_page(client: Client, unit: Organization) -> None:
    path = make_service(organization=unit).get_absolute_url()
    answer = client.get(f"/en/suara/keliru/?halaman=/en{path}")
    client.post(f"/en/suara/keliru/?halaman=/en{path}", {"story": "Free now.", "form_key": key_of(answer)})
    case = Submission.objects.get()
    assert (case.page_path, case.language) == (path, "en")


def test_an_address_to_write_to_is_kept_apart(client: Client, unit: Organization) -> None:
    sent(client, make_service(organization=unit).get_absolute_url(), email="tuti@contoh.id")
    contact = Contact.objects.get()
    assert (contact.email, contact.wish) == ("tuti@contoh.id", "email")
    assert contact.submission.privacy == "public"


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ({"story": ""}, "tuti@contoh.id"),
        ({"story": "   ", "email": "tuti@contoh.id"}, "tuti@contoh.id"),
        ({"story": "Nomornya lama.", "email": "tuti"}, "Nomornya lama."),
        ({"story": "x" * 4_001}, "x" * 4_001),
    ],
)
def test_what_is_left_to_do_is_said_and_every_word_kept(
    client: Client, unit: Organization, words: dict[str, str], kept: str
) -> None:
    answer = sent(
        client, make_service(organization=unit).get_absolute_url(), **{"email": "tuti@contoh.id"} | words
    )
    assert answer.status_code in {200, 400}
    assert not Submission.objects.exists()
    if answer.status_code == 200:
        assert kept in answer.content.decode()
        assert 'id="errors"' in answer.content.decode()


def test_a_form_without_its_key_is_taken_all_the_same(client: Client, unit: Organization) -> None:
    path = make_service(organization=unit).get_absolute_url()
    for key in (" ", "x" * 101):
        sent(client, path, form_key=key)
    assert Submission.objects.count() == 2


def test_a_form_open_for_too_long_comes_back_filled_and_can_be_sent(unit: Organization) -> None:
    path = make_service(organization=unit).get_absolute_url()
    browser = Client(enforce_csrf_checks=True)
    answer = sent(browser, path, csrfmiddlewaretoken="lama" * 16)
    assert not Submission.objects.exists()
    text = answer.content.decode()
    assert "Sekarang gratis." in text
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', text)[1]
    sent(browser, path, csrfmiddlewaretoken=token, form_key=key_of(answer))
    assert Submission.objects.get().story == "Sekarang gratis."


def test_a_program_that_fills_the_trap_is_marked_and_not_refused(client: Client, unit: Organization) -> None:
    sent(client, make_service(organization=unit).get_absolute_url(), website="https://jual.example")
    assert Submission.objects.get().suspicion


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/layanan/",
        "/layanan/tidak-ada/",
        "/admin/",
        "https://example.com/",
        "//example.com/layanan/x/",
        "/layanan/../admin/",
        "/" + "x" * 400,
        "javascript:alert(1)",
        "/jawaban/2611-000000-0/",
    ],
)
def test_a_page_that_shows_no_row_cannot_be_corrected(client: Client, path: str) -> None:
    make_portal()
    assert client.get("/suara/keliru/", {"halaman": path}).status_code == 404
    assert client.post(address_of(path), {"story": "x", "form_key": "y"}).status_code == 404


def test_a_draft_is_no_page(client: Client) -> None:
    make_portal()
    draft = make_service(is_published=False)
    assert client.get(address_of(draft.get_absolute_url())).status_code == 404
