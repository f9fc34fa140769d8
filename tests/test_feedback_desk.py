"""The triage desk: a clerk finds a case, reads it whole, and moves it with the buttons its status allows."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from feedback.models import AnswerTemplate, ContactOpening, Submission
from services.models import Organization
from tests.builders import RECEIVED_AT, make_organization, make_submission
from tests.desk import make_officer, signed_in

pytestmark = pytest.mark.django_db

LIST = "/admin/feedback/submission/"
# Offered as long as there is something to do.
ALWAYS = {"take", "join", "split"}


@pytest.fixture
def clerk() -> User:
    return make_officer("clerk")


@pytest.fixture
def desk(clerk: User) -> Client:
    return signed_in(clerk)


def page(case: Submission, verb: str = "") -> str:
    if verb:
        return reverse("admin:feedback_submission_verb", args=[case.pk, verb])
    return reverse("admin:feedback_submission_change", args=[case.pk])


def labels(response: Any) -> set[str]:
    return {verb.name for verb in (*response.context["first_buttons"], *response.context["buttons"])}


def numbers(response: Any) -> list[str]:
    return [case.number for case in response.context["cl"].result_list]


# The main story -------------------------------------------------------------------------------------------


def test_a_case_goes_from_new_to_settled_through_the_buttons_of_the_desk(desk: Client) -> None:
    unit = make_organization("Seksi Prasarana")
    officer = make_officer("unit officer", unit)
    case = make_submission()
    assert numbers(desk.get(f"{LIST}?queue=new")) == [case.number]
    desk.post(page(case, "verify"))
    desk.post(page(case, "assign"), {"unit": unit.pk, "handler": officer.pk})
    desk.post(page(case, "ask"), {"text": "Di gang mana, Bu?"})
    case.refresh_from_db()
    assert (case.status, case.unit, case.handler) == ("waiting", unit, officer)
    case.hear("Gang Melati.", at=RECEIVED_AT + timedelta(hours=3), form_key_hash="a")
    theirs = signed_in(officer)
    assert (
        numbers(theirs.get(f"{LIST}?queue=mine"))
        == numbers(theirs.get(f"{LIST}?queue=unit"))
        == [case.number]
    )
    theirs.post(page(case, "start"))
    theirs.post(page(case, "answer"), {"text": "Lampunya sudah diganti."})
    case.refresh_from_db()
    assert case.status == "answered"
    case.rate("not", at=RECEIVED_AT + timedelta(days=1), words="Masih mati.")
    assert numbers(desk.get(f"{LIST}?queue=reopened")) == [case.number]
    theirs.post(page(case, "answer"), {"text": "Kabelnya juga sudah diganti."})
    case.refresh_from_db()
    case.rate("solved", at=RECEIVED_AT + timedelta(days=2))
    who = list(case.status_changes.order_by("pk").values_list("to_status", "by"))
    clerk = User.objects.get(groups__name="clerk")
    assert who == [
        ("received", None),
        ("verified", clerk.pk),
        ("assigned", clerk.pk),
        ("waiting", clerk.pk),
        ("assigned", None),
        ("in_progress", officer.pk),
        ("answered", officer.pk),
        ("reopened", None),
        ("answered", officer.pk),
        ("settled", None),
    ]


def test_the_page_tells_the_whole_case_in_the_order_of_a_clerk(desk: Client) -> None:
    case = make_submission(
        status="answered", place_words="Pos ronda", rt="004", rw="012", contact={"name": "Sari"}
    )
    case.note("Sudah ditelepon.", by=None)
    html = desk.get(page(case)).content.decode()
    places = [
        html.index(text)
        for text in ("case-status--answered", case.story[:20], "Lampunya sudah diganti.", "Sudah ditelepon.")
    ]
    assert places == sorted(places)
    assert "RT 004 RW 012" in html
    assert "Sari" not in html
    assert "<script" not in html.split('id="content-main"')[1].split("</main>")[0]


# The moves ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "offered"),
    [
        ("received", {"verify", "ask", "describe", "pass_on", "decline", "archive", "write"}),
        ("verified", {"assign", "answer", "ask", "describe", "pass_on", "decline", "archive", "write"}),
        ("assigned", {"assign", "start", "answer", "ask", "describe", "pass_on", "decline", "write"}),
        ("waiting", {"assign", "answer", "resume", "describe", "pass_on", "decline", "archive", "write"}),
        ("answered", {"reopen", "describe"}),
        ("settled", {"reopen", "archive", "describe"}),
        ("archived", {"bring_back", "describe"}),
    ],
)
def test_only_moves_that_its_status_allows_are_buttons(status: str, offered: set[str], desk: Client) -> None:
    assert labels(desk.get(page(make_submission(status=status)))) - ALWAYS == offered


def test_a_move_that_is_not_allowed_is_refused_by_its_address_too(desk: Client) -> None:
    case = make_submission(status="settled")
    desk.post(page(case, "answer"), {"text": "Sekali lagi."})
    case.refresh_from_db()
    assert (case.status, case.messages.filter(text="Sekali lagi.").count()) == ("settled", 0)


def test_an_ending_without_a_reason_keeps_every_typed_word(desk: Client) -> None:
    case = make_submission(status="verified")
    response = desk.post(page(case, "decline"), {"reason": "  "})
    assert response.context["form"].errors.as_data()["reason"][0].code == "required"
    desk.post(page(case, "assign"), {"unit": make_organization().pk})
    moved = desk.post(page(case, "assign"), {"unit": make_organization("Lain").pk, "reason": ""})
    assert moved.status_code == 200
    assert moved.context["form"].non_field_errors()


def test_whoever_has_not_read_the_latest_word_is_told_and_loses_nothing(desk: Client) -> None:
    case = make_submission(status="in_progress")
    seen = desk.get(page(case, "answer")).context["form"]["seen"].value()
    case.hear("Sudah menyala lagi, terima kasih.", at=RECEIVED_AT + timedelta(hours=1), form_key_hash="b")
    typed = {"text": "Besok kami datang.", "seen": seen}
    response = desk.post(page(case, "answer"), typed)
    form = response.context["form"]
    assert form.errors.as_data()["__all__"][0].code == "moved"
    assert "Besok kami datang." in response.content.decode()
    case.refresh_from_db()
    assert case.status == "in_progress"
    desk.post(page(case, "answer"), typed | {"seen": form["seen"].value()})
    case.refresh_from_db()
    assert case.status == "answered"


def test_of_two_clerks_at_once_the_second_keeps_the_words(
    desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = make_submission(status="in_progress")
    answer = Submission.answer

    def second(slower: Submission, text: str, **more: Any) -> None:
        answer(Submission.objects.get(pk=slower.pk), "Sudah.", by=None)
        answer(slower, text, **more)

    monkeypatch.setattr(Submission, "answer", second)
    response = desk.post(page(case, "answer"), {"text": "Juga sudah."})
    assert response.status_code == 200
    assert "Juga sudah." in response.content.decode()
    assert not case.messages.filter(text="Juga sudah.").exists()


# Templates ------------------------------------------------------------------------------------------------


def test_a_template_begins_an_answer_by_its_address_and_by_a_button(desk: Client) -> None:
    template = AnswerTemplate.objects.create(
        title="Lampu contoh", text="Ibu/Bapak, lampunya sudah kami periksa."
    )
    AnswerTemplate.objects.create(title="Pujian contoh", text="Terima kasih.", kind="appreciation")
    case = make_submission(status="in_progress")
    response = desk.get(f"{page(case, 'answer')}?template={template.pk}")
    assert response.context["form"]["text"].value() == template.text
    assert "Lampu contoh" in response.content.decode()
    assert "Pujian contoh" not in response.content.decode()
    typed = desk.post(page(case, "answer"), {"text": "Selamat pagi.", "insert": str(template.pk)})
    assert typed.context["form"]["text"].value() == f"Selamat pagi.\n\n{template.text}"
    case.refresh_from_db()
    assert case.status == "in_progress"


@pytest.mark.parametrize("number", ["0", "abc", "99999999999999999999", "²"])
def test_an_unknown_template_changes_nothing(number: str, desk: Client) -> None:
    case = make_submission(status="in_progress")
    assert desk.get(f"{page(case, 'answer')}?template={number}").context["form"]["text"].value() is None
    assert (
        desk.post(page(case, "answer"), {"text": "Halo", "insert": number}).context["form"]["text"].value()
        == "Halo"
    )


# Bulk -----------------------------------------------------------------------------------------------------


def test_many_are_checked_at_once_by_the_same_verb_and_those_that_cannot_say_why(desk: Client) -> None:
    new, done = make_submission(), make_submission(status="settled")
    keys = {"_selected_action": [new.pk, done.pk]}
    response = desk.post(LIST, {"action": "verify", "answered": "1", **keys}, follow=True)
    new.refresh_from_db()
    done.refresh_from_db()
    assert (new.status, done.status) == ("verified", "settled")
    assert any(done.number in str(message) for message in response.context["messages"])
    unit: Organization = make_organization()
    asked = desk.post(LIST, {"action": "assign", **keys})
    assert asked.status_code == 200
    desk.post(LIST, {"action": "assign", "answered": "1", "unit": unit.pk, **keys})
    new.refresh_from_db()
    assert (new.status, new.unit) == ("assigned", unit)


def test_the_list_offers_only_what_can_be_done_to_many(desk: Client) -> None:
    make_submission()
    actions = {value for value, _label in desk.get(LIST).context["action_form"].fields["action"].choices}
    assert actions - {""} == {"verify", "assign", "start", "resume", "take", "archive"}


# Who sent it ----------------------------------------------------------------------------------------------


def test_a_contact_is_shown_only_after_its_opening_is_logged(desk: Client, clerk: User) -> None:
    case = make_submission(contact={"name": "Sari", "phone": "0812 3456 7890", "wish": "whatsapp"})
    address = reverse("admin:feedback_submission_contact", args=[case.pk])
    assert "Sari" not in desk.get(address).content.decode()
    refused = desk.post(address, {"why": " "})
    assert "Sari" not in refused.content.decode()
    assert not ContactOpening.objects.exists()
    shown = desk.post(address, {"why": "Menelepon karena alamatnya."})
    assert "Sari" in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    opening = ContactOpening.objects.get()
    assert (opening.submission, opening.by, opening.why) == (case, clerk, "Menelepon karena alamatnya.")


@pytest.mark.parametrize("role", ["unit officer", "auditor"])
def test_without_the_right_nobody_learns_even_whether_there_is_a_contact(role: str) -> None:
    unit = make_organization()
    case = make_submission(status="assigned", unit=unit, contact={"name": "Sari"})
    reader = signed_in(make_officer(role, unit))
    response = reader.get(page(case))
    assert not response.context["has_contact"]
    address = reverse("admin:feedback_submission_contact", args=[case.pk])
    assert reader.post(address, {"why": "Ingin tahu."}).status_code == 403
    assert not ContactOpening.objects.exists()


# Out of reach ---------------------------------------------------------------------------------------------


def test_a_case_about_somebody_is_hidden_from_everybody_of_that_unit() -> None:
    office = make_organization("Kelurahan")
    section = make_organization("Seksi", parent=office)
    desk_of_section = make_organization("Loket", parent=section)
    case = make_submission(status="assigned", unit=office)
    Submission.objects.filter(pk=case.pk).update(is_about_staff=True, about_unit=section)
    seen = {
        name: Submission.objects.visible_to(user).exists()
        for name, user in {
            "head of the office": make_officer("unit officer", office),
            "of the section": make_officer("unit officer", section),
            "of its counter": make_officer("unit officer", desk_of_section),
            "clerk of no unit": make_officer("clerk"),
            "coordinator of the section": make_officer("coordinator", section),
        }.items()
    }
    assert seen == {
        "head of the office": True,
        "of the section": False,
        "of its counter": False,
        "clerk of no unit": True,
        "coordinator of the section": False,
    }
    Submission.objects.filter(pk=case.pk).update(about_unit=None)
    assert not Submission.objects.visible_to(make_officer("unit officer", office)).exists()


def test_it_is_not_passed_to_that_unit_either(desk: Client) -> None:
    office = make_organization("Kelurahan")
    section = make_organization("Seksi", parent=office)
    unnamed = make_submission(status="verified", is_about_staff=True)
    with pytest.raises(ValidationError, match="Sebutkan dulu satuan"):
        unnamed.assign(section, by=None)
    case = make_submission(status="verified", is_about_staff=True, about_unit=section)
    response = desk.post(page(case, "assign"), {"unit": section.pk})
    assert response.status_code == 200
    desk.post(page(case, "assign"), {"unit": office.pk})
    case.refresh_from_db()
    assert case.unit == office


def test_a_unit_officer_reaches_no_case_of_another_unit() -> None:
    case = make_submission(status="assigned", unit=make_organization("Lain"))
    officer = signed_in(make_officer("unit officer", make_organization("Kami")))
    assert officer.get(page(case)).status_code == 404
    assert officer.post(page(case, "answer"), {"text": "Sudah."}).status_code == 404
    assert numbers(officer.get(LIST)) == []
