"""Where two parts of feedback meet: forgetting and joining, silence and words, exports and their log."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from feedback import rights
from feedback.admin.move_forms import number_of_neighbours
from feedback.counting import cases_of_month, figures_of_service
from feedback.deadlines import Calendars
from feedback.escalation import met_with_silence
from feedback.export import Export
from feedback.models import Contact, ContactOpening, DeadlineRule, Submission, SurveyResponse
from feedback.models.api_key import ApiKey
from feedback.models.survey_import import import_rows
from feedback.satisfaction import LIST_ORDER
from feedback.statistics import Counted, figures_of
from portal.shared.history import changes_of
from portal.shared.slowing import SIZES, Size
from portal.shared.work.mail import OutgoingMail
from tests.builders import (
    RECEIVED_AT,
    kept,
    make_category,
    make_organization,
    make_service,
    make_submission,
    make_user,
)
from tests.desk import make_officer, signed_in
from tests.surveys import make_survey

pytestmark = pytest.mark.django_db
LATER = RECEIVED_AT + timedelta(days=1)
CONTACT = {"name": "Sari", "email": "sari@example.org", "wish": "email"}


# Forgetting, joining and splitting ------------------------------------------------------------------------


def test_an_unread_case_asked_to_be_forgotten_takes_the_contact_of_its_parts_along() -> None:
    case = make_submission(contact=CONTACT)
    part = case.split("Yang kedua.", by=make_user(), at=LATER)
    assert case.status == "received"
    assert not rights.ask_to_forget(case, at=LATER)
    assert not Contact.objects.exists()
    assert not OutgoingMail.objects.filter(to=CONTACT["email"], sent_at=None).exists()
    case.refresh_from_db()
    part.refresh_from_db()
    assert (case.story, case.words_erased_at) == ("", LATER)
    assert part.erasure_asked_at == LATER


def test_another_address_holds_for_the_parts_too() -> None:
    case = make_submission(contact=CONTACT)
    part = case.split("Yang kedua.", by=make_user(), at=LATER)
    rights.change_contact(
        Submission.objects.get(pk=case.pk), CONTACT | {"phone": "", "email": "lain@example.org"}, at=LATER
    )
    assert Contact.objects.get(submission=part).email == "lain@example.org"


def test_who_has_a_common_case_forgotten_ends_it_for_nobody_else() -> None:
    main, one, two = make_submission(), make_submission(contact=CONTACT), make_submission()
    one.join(main, by=None, at=LATER)
    two.join(main, by=None, at=LATER)
    assert rights.ask_to_forget(main, at=LATER)
    for case in (main, one, two):
        case.refresh_from_db()
    assert (main.status, main.story) == ("archived", "")
    assert (one.status, one.duplicate_of) == ("verified", None)
    assert (two.status, two.duplicate_of) == ("duplicate", one)
    assert list(one.messages.values_list("side", flat=True)) == ["office"]
    assert OutgoingMail.objects.filter(key__startswith=f"case:{one.pk}:word:").exists()


def test_an_answered_case_is_forgotten_without_opening_what_was_joined_with_it() -> None:
    main, one = make_submission(status="verified"), make_submission()
    one.join(main, by=None, at=LATER)
    main.answer("Sudah.", by=None, at=LATER)
    rights.erase(main, at=LATER)
    one.refresh_from_db()
    assert one.status == "duplicate"
    assert list(one.messages.values_list("text", flat=True)) == ["Sudah."]


# Silence --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_joined", [False, True])
def test_whoever_wrote_after_the_answer_was_not_silent(settings: Any, is_joined: bool) -> None:
    settings.SETTLE_AFTER_DAYS = 10
    main = case = make_submission(status="verified")
    if is_joined:
        case = make_submission()
        case.join(main, by=None, at=LATER)
    main.answer("Sudah diganti.", by=None, at=LATER)
    much_later = LATER + timedelta(days=60)
    assert list(met_with_silence(much_later, Calendars())) == [main]
    case.hear("Masih gelap.", at=LATER + timedelta(days=1), form_key_hash="k")
    assert list(met_with_silence(much_later, Calendars())) == []


# Places ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "kept"), [("5", "05"), ("05", "05"), ("005", "05"), ("112", "112"), ("", "")]
)
def test_the_desk_writes_an_rw_as_residents_pages_do(typed: str, kept: str) -> None:
    assert number_of_neighbours(typed) == kept


# What leaves ----------------------------------------------------------------------------------------------


def test_no_contact_leaves_that_was_not_written_down_first() -> None:
    early, late = make_submission(contact=CONTACT), make_submission()
    table = Export(Submission.objects.all(), make_user(), "Contoh", has_contacts=True)
    table.log("csv", timezone.now())
    Contact.objects.create(submission=late, name="Tono")
    rows = {cells[0]: cells for cells in table.texts()}
    assert rows[early.number][-3] == "Sari"
    assert "Tono" not in rows[late.number]
    assert ContactOpening.objects.get().submission == early


def test_where_a_confidential_case_happened_stays_at_the_desk() -> None:
    make_submission(privacy="confidential", place_words="Rumah Bu Contoh")
    table = Export(Submission.objects.all(), make_user(), "Contoh")
    assert not any("Bu Contoh" in cell for cells in table.texts() for cell in cells)


@pytest.mark.parametrize("role", ["coordinator", "auditor"])
def test_the_history_of_a_case_about_somebody_is_hidden_from_their_unit_too(role: str) -> None:
    unit, other = make_organization(), make_organization()
    told = make_submission(is_about_staff=True, about_unit=unit)
    told.correct(by=None, rw="04")
    change = changes_of(told).get()
    changes = "/admin/shared/change/"
    colleague, stranger = signed_in(make_officer(role, unit)), signed_in(make_officer(role, other))
    assert told.number in stranger.get(changes).content.decode()
    assert told.number not in colleague.get(changes).content.decode()
    assert stranger.get(f"{changes}{change.pk}/change/").status_code == 200
    assert told.number not in colleague.get(f"{changes}{change.pk}/change/", follow=True).content.decode()


@pytest.mark.parametrize(
    "asked", ["contact__isnull=False", "contact=1", "secret_hash__startswith=a", "draft__isnull=0"]
)
def test_no_address_tells_whether_there_is_a_contact(asked: str) -> None:
    desk = signed_in(make_officer("unit officer", make_organization()))
    assert desk.get(f"/admin/feedback/submission/?{asked}").status_code == 400


# Open311 --------------------------------------------------------------------------------------------------


def test_a_number_alone_tells_other_programs_nothing_of_a_confidential_case() -> None:
    topic, unit = make_category("Kekerasan", parent=make_category("Keamanan")), make_organization()
    case = make_submission(status="assigned", privacy="confidential", category=topic, unit=unit, rw="05")
    [row] = Client().get(f"/open311/v2/requests/{case.number}.json").json()
    assert (row["agency_responsible"], row["address"], row["service_code"]) == (None, None, "lainnya")


def test_until_it_is_released_nobody_learns_the_rw_of_a_number() -> None:
    case = make_submission(rw="05")
    [row] = Client().get(f"/open311/v2/requests/{case.number}.json").json()
    assert row["address"] is None


def test_a_program_gone_wild_is_taken_and_looked_at_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SIZES, "open311", Size(1, timedelta(hours=1)))
    key = ApiKey(name="Aplikasi contoh").issue(by="tests", at=timezone.now())
    for story in ("Lampu mati.", "Lampu mati.", "Jalan berlubang."):
        sent = {
            "api_key": key,
            "service_code": "lainnya",
            "description": story,
            "address_string": "Gang Contoh",
        }
        assert Client().post("/open311/v2/requests.json", sent).status_code == 201
    first, second, third = Submission.objects.order_by("pk").values_list("suspicion", flat=True)
    assert first == ""
    assert "same words" in second
    assert third == "Many came from the same place within an hour."


# Figures --------------------------------------------------------------------------------------------------


def test_opening_a_late_case_again_does_not_make_it_punctual() -> None:
    kept(DeadlineRule(kind="complaint", answer_days=5, source="Contoh"))
    service = make_service()
    late, good = make_submission(service=service), make_submission(service=service)
    for case, day in ((late, 20), (good, 2)):
        case.verify(by=None, at=RECEIVED_AT)
        for again in (0, 1):
            at = RECEIVED_AT + timedelta(days=day + again)
            case.answer("Sudah.", by=None, at=at)
            if not again:
                case.reopen("Lampunya mati lagi.", by=None, at=at)
    now = RECEIVED_AT + timedelta(days=30)
    rows = cases_of_month(RECEIVED_AT.year, RECEIVED_AT.month, now)
    counted = [Counted(RECEIVED_AT.month, *marks) for *marks, number in rows for _one in range(number)]
    for figures in (figures_of(counted), figures_of_service(service, now)):
        assert (figures.answered, figures.on_time, figures.late) == (2, 1, 1)


# Sent twice, or too long ----------------------------------------------------------------------------------


def test_a_table_confirmed_twice_at_the_same_moment_is_refused_in_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    survey = make_survey()
    rows: Any = [(dict.fromkeys(LIST_ORDER, 4), {})]
    import_rows(survey, rows, batch="a", by=None, at=RECEIVED_AT)
    # Whoever asked a moment earlier did not find it.
    asked, seen = SurveyResponse.objects.filter, [SurveyResponse.objects.none()]
    monkeypatch.setattr(
        SurveyResponse.objects, "filter", lambda **what: seen.pop() if seen else asked(**what)
    )
    with pytest.raises(ValidationError) as refusal:
        import_rows(survey, rows, batch="a", by=None, at=RECEIVED_AT)
    assert refusal.value.code == "twice"
    assert survey.responses.count() == 1


def test_an_address_longer_than_a_contact_holds_is_refused() -> None:
    key = ApiKey(name="Aplikasi contoh").issue(by="tests", at=timezone.now())
    labels = ".".join(["a" * 60] * 4)
    sent = {"api_key": key, "service_code": "lainnya", "description": "Lampu.", "address_string": "Gang"}
    answer = Client().post("/open311/v2/requests.json", sent | {"email": f"{'b' * 40}@{labels}.id"})
    assert answer.status_code == 400
    assert not Submission.objects.exists()
