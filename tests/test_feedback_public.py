"""What everybody may read of what residents said: released words, how long it took, and nothing that names anyone."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from feedback.models import Submission
from portal.shared import content_version
from portal.shared.history import Change
from tests.builders import (
    RECEIVED_AT,
    make_improvement,
    make_organization,
    make_portal,
    make_released,
    make_service,
    make_submission,
    make_user,
)

pytestmark = pytest.mark.django_db
WORDS = {"title": "Lampu jalan mati", "story": "Lampu di gang mati.", "answer": "Sudah diganti."}


def text_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def codes(error: Any) -> set[str]:
    found = error.value
    errors = found.error_dict if hasattr(found, "error_dict") else {"": found.error_list}
    return {one.code for several in errors.values() for one in several}


# Releasing -------------------------------------------------------------------------------------------------


def test_releasing_shows_the_words_of_the_clerk_and_says_in_history_who_did_it(client: Client) -> None:
    case, sari = make_submission("Nama saya Tuti, lampu mati.", status="answered"), make_user("sari")
    assert client.get(case.get_absolute_url()).status_code == 404
    before = content_version.current()
    case.release(**WORDS, by=sari, at=RECEIVED_AT)
    assert content_version.current() > before
    text = text_of(client, case.get_absolute_url())
    assert "Lampu di gang mati." in text
    assert "Sudah diganti." in text
    assert "Tuti" not in text
    change = Change.objects.get(noun="feedback.submission", object_id=case.pk, verb="release")
    assert change.by == sari
    assert "Lampu" not in str(change.after), "What is taken back must be gone, from history too."


def test_releasing_again_replaces_the_words(client: Client) -> None:
    case = make_released()
    case.release(**WORDS | {"title": "Lampu gang sudah menyala"}, by="sari")
    assert "Lampu gang sudah menyala" in text_of(client, "/jawaban/")
    assert Change.objects.filter(verb="release", object_id=case.pk).count() == 2


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"title": " "}, "public_title"),
        ({"story": ""}, "public_story"),
        ({"answer": "\n"}, "public_answer"),
        ({"title": "x" * 161}, "public_title"),
    ],
)
def test_releasing_wants_a_title_a_question_and_an_answer(words: dict[str, str], field: str) -> None:
    case = make_submission(status="answered")
    with pytest.raises(ValidationError) as error:
        case.release(**WORDS | words, by="sari")
    assert [*error.value.error_dict] == [field]
    assert not Submission.objects.released().exists()


def test_a_confidential_case_is_never_released_not_even_by_the_database() -> None:
    case = make_submission(status="answered", privacy="confidential")
    with pytest.raises(ValidationError) as error:
        case.release(**WORDS, by="sari")
    assert codes(error) == {"confidential"}
    with pytest.raises(IntegrityError), transaction.atomic():
        Submission.objects.filter(pk=case.pk).update(released_at=RECEIVED_AT, public_title="x")


def test_made_confidential_a_moment_ago_it_is_not_released() -> None:
    case = make_submission(status="answered")
    Submission.objects.filter(pk=case.pk).update(privacy="confidential")
    with pytest.raises(ValidationError) as error:
        case.release(**WORDS, by="sari")
    assert codes(error) == {"confidential"}


@pytest.mark.parametrize("status", ["received", "in_progress", "waiting", "archived"])
def test_what_has_no_answer_yet_is_not_released(status: str) -> None:
    with pytest.raises(ValidationError) as error:
        make_submission(status=status).release(**WORDS, by="sari")
    assert codes(error) == {"unfinished"}


def test_taken_back_it_is_gone_from_page_list_and_search(client: Client) -> None:
    make_portal()
    case = make_released()
    assert case.number in text_of(client, "/cari/?q=lampu")
    with pytest.raises(ValidationError):
        case.take_back(" ", by="sari")
    case.take_back("Ada nama orang.", by="sari")
    assert client.get(case.get_absolute_url()).status_code == 404
    for address in ("/jawaban/", "/cari/?q=lampu", "/jawaban/?q=lampu", "/sitemap.xml"):
        text = text_of(client, address)
        assert case.public_title not in text, address
        assert case.number not in text, address
    with pytest.raises(ValidationError) as error:
        case.take_back("Sekali lagi.", by="sari")
    assert codes(error) == {"not_released"}


def test_a_move_of_a_released_case_shows_at_once(client: Client) -> None:
    case = make_released()
    before = content_version.current()
    case.reopen("Mati lagi.", at=RECEIVED_AT + timedelta(days=2), by=None)
    assert content_version.current() > before
    text = text_of(client, case.get_absolute_url())
    assert "Dibuka lagi" in text or "Opened again" in text
    assert "Mati lagi." not in text


# The page of one case --------------------------------------------------------------------------------------


def test_it_tells_how_long_it_took_against_the_promise(client: Client) -> None:
    """Received on Wednesday 18 November, answered on Friday: two working days."""
    case = make_submission(status="assigned")
    Submission.objects.filter(pk=case.pk).update(due_on="2026-11-19", promised_days=1)
    case.refresh_from_db()
    case.answer("Sudah.", by=None, at=RECEIVED_AT + timedelta(days=2))
    case.release(**WORDS, by="sari")
    text = text_of(client, "/en" + case.get_absolute_url())
    assert "2 working days" in text
    assert "1 working day" in text
    assert "not kept, we were late" in text
    Submission.objects.filter(pk=case.pk).update(due_on="2026-11-20")
    assert "not kept" not in text_of(client, "/en" + case.get_absolute_url())


def test_nothing_private_is_on_any_public_page(client: Client) -> None:
    make_portal()
    service = make_service()
    case = make_submission(
        "KISAH-RAHASIA",
        service=service,
        status="answered",
        place_words="GANG-RAHASIA",
        contact={"name": "NAMA-RAHASIA", "phone": "0812-RAHASIA", "email": "rahasia@contoh.id"},
    )
    case.note("CATATAN-RAHASIA", by=make_user("RAHASIA-petugas"))
    case.rate("not", at=RECEIVED_AT, words="ALASAN-RAHASIA")
    case.answer("PESAN-RAHASIA", by=make_user("Rahasia2"), at=RECEIVED_AT + timedelta(hours=1))
    case.rate("solved", at=RECEIVED_AT + timedelta(hours=2), words="KATA-RAHASIA")
    case.release(**WORDS, by=make_user("PERILIS-RAHASIA"))
    for address in (case.get_absolute_url(), "/jawaban/", "/jawaban/?q=lampu", "/cari/?q=lampu"):
        assert "rahasia" not in text_of(client, address).lower(), address
    assert "rahasia" not in text_of(client, service.get_absolute_url()).lower()
    for address in ("/jawaban/?q=rahasia", "/jawaban/?q=kisah"):
        assert case.number not in text_of(client, address)


@pytest.mark.parametrize("number", ["2611-000000-0", "xyz", "-", "a" * 200])
def test_a_number_nobody_released_is_not_found(client: Client, number: str) -> None:
    assert client.get(f"/jawaban/{number}/").status_code == 404


# Lists -----------------------------------------------------------------------------------------------------


def test_the_list_is_narrowed_by_kind_service_and_words(client: Client) -> None:
    service = make_service("Mengurus surat pindah")
    lamp = make_released("Lampu jalan mati")
    fee = make_released(
        "Berapa biaya pindah?",
        kind="question",
        service=service,
        public_story="Bayar?",
        public_answer="Gratis, tanpa biaya.",
    )
    both, none = {lamp.number, fee.number}, set[str]()
    for address, wanted in (
        ("/jawaban/", both),
        ("/jawaban/?jenis=question", {fee.number}),
        (f"/jawaban/?layanan={service.slug}", {fee.number}),
        ("/jawaban/?q=lampu", {lamp.number}),
        ("/jawaban/?q=gratis", {fee.number}),
        ("/jawaban/?q=xyzzy", none),
        ("/jawaban/?jenis=suggestion", none),
    ):
        text = text_of(client, address)
        assert {number for number in both if number in text} == wanted, address
    for address in ("/jawaban/?jenis=apa", "/jawaban/?layanan=apa", "/jawaban/?hal=9", "/jawaban/?hal=x"):
        assert client.get(address).status_code == 404, address
    assert client.get("/jawaban/?q=" + "x" * 300).status_code == 400


def test_the_service_page_has_its_questions_and_answers(client: Client) -> None:
    make_portal()
    service = make_service()
    make_released(
        "Boleh diwakilkan?", kind="question", service=service, public_answer="Boleh, dengan surat kuasa."
    )
    make_released("Antrean lama", service=service)
    make_released("Tentang layanan lain", service=make_service("Layanan lain"))
    text = text_of(client, service.get_absolute_url())
    assert "Boleh, dengan surat kuasa." in text
    assert "Antrean lama" in text
    assert "Tentang layanan lain" not in text


def test_the_share_on_time_of_a_service_needs_five(client: Client) -> None:
    make_portal()
    service = make_service()
    at = datetime.now(tz=RECEIVED_AT.tzinfo) - timedelta(days=3)
    for _number in range(4):
        make_submission(service=service, status="answered", at=at)
    Submission.objects.update(due_on=at.date())
    address = "/en" + service.get_absolute_url()
    assert "were answered on time" not in text_of(client, address)
    make_submission(service=service, status="answered", at=at)
    Submission.objects.update(due_on=at.date())
    assert "100% of 5 messages were answered on time" in text_of(client, address)


def test_answers_are_found_by_the_portals_own_search(client: Client) -> None:
    make_portal()
    case = make_released("Lampu jalan mati")
    assert case.get_absolute_url() in text_of(client, "/cari/?q=lampu")
    assert case.get_absolute_url() not in text_of(client, "/cari/?q=paspor")


# What changed ----------------------------------------------------------------------------------------------


def test_the_home_page_shows_the_three_newest_changes_and_the_list_all(client: Client) -> None:
    make_portal()
    assert "/jawaban/" in text_of(client, "/")
    for day in range(1, 6):
        make_improvement(f"Perubahan ke-{day}.", happened_on=f"2026-11-0{day}", is_example=day == 5)
    make_improvement("Belum tayang.").withdraw(by="sari")
    home, page = text_of(client, "/en/"), text_of(client, "/en/jawaban/perubahan/")
    assert [day for day in range(1, 6) if f"Perubahan ke-{day}." in home] == [3, 4, 5]
    assert [day for day in range(1, 6) if f"Perubahan ke-{day}." in page] == [1, 2, 3, 4, 5]
    assert "Belum tayang." not in home + page
    assert home.count("tag tag--new") == 1, "An example says that it is one."


def test_a_change_that_has_not_happened_yet_is_not_published() -> None:
    with pytest.raises(ValidationError) as error:
        make_improvement(happened_on=(RECEIVED_AT + timedelta(days=1)).date())
    assert codes(error) == {"not_yet"}


# Questions to the database ---------------------------------------------------------------------------------


def queries(client: Client, address: str) -> int:
    client.get("/darurat/")
    client.get(address)
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return len(found)


def test_pages_ask_few_questions_however_much_there_is(client: Client) -> None:
    make_portal()
    service, unit = make_service(), make_organization()

    def fill(rows: int) -> Submission:
        for number in range(rows):
            case = make_released(f"Lampu {number}", service=service, unit=unit, kind="question")
            make_released(f"Saluran {number}", service=service, status="settled")
            make_improvement(f"Perubahan {number}").submissions.add(case)
        return case

    case = fill(1)
    most = {
        "/jawaban/": 7,
        "/jawaban/?q=lampu": 8,
        "/jawaban/perubahan/": 3,
        case.get_absolute_url(): 7,
        "/cari/?q=lampu": 13,
        "/kinerja/suara/": 9,
        service.get_absolute_url(): 17,
    }
    few = {address: queries(client, address) for address in most}
    fill(6)
    many = {address: queries(client, address) for address in most}
    assert {address: n for address, n in many.items() if n > most[address]} == {}
    assert {address: (few[address], n) for address, n in many.items() if n > few[address] + 1} == {}
