"""The triage desk as a whole: its list and queues, suggestions, relatives of a case, and words for everybody."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from feedback import rights
from feedback.admin import queues
from feedback.models import Submission, TriageRule
from tests.builders import RECEIVED_AT, make_category, make_organization, make_submission
from tests.desk import make_officer, signed_in

pytestmark = pytest.mark.django_db

LIST = "/admin/feedback/submission/"


@pytest.fixture
def desk() -> Client:
    return signed_in(make_officer("clerk"))


def page(case: Submission, verb: str = "") -> str:
    if verb:
        return reverse("admin:feedback_submission_verb", args=[case.pk, verb])
    return reverse("admin:feedback_submission_change", args=[case.pk])


def numbers(response: Any) -> list[str]:
    return [case.number for case in response.context["cl"].result_list]


# Suggestions and relatives --------------------------------------------------------------------------------


def test_the_clerk_reads_a_suggestion_with_its_reason_and_takes_it_over(desk: Client) -> None:
    topic, unit = (
        make_category("Penerangan", parent=make_category("Prasarana")),
        make_organization("Bina Marga"),
    )
    TriageRule.objects.create(words="lampu jalan", category=topic, unit=unit)
    case = make_submission()
    (suggestion,) = desk.get(page(case)).context["suggestions"]
    assert suggestion["text"] == "Penerangan · Bina Marga"
    assert "lampu jalan" in suggestion["reason"]
    form = desk.get(suggestion["url"]).context["form"]
    assert str(form["category"].value()) == str(topic.pk)
    desk.post(page(case, "verify"), {"kind": "complaint", "category": topic.pk})
    case.refresh_from_db()
    assert (case.status, case.category) == ("verified", topic)
    assert desk.get(page(case, "assign")).context["form"]["unit"].value() == unit.pk


def test_similar_cases_stand_side_by_side_and_are_joined_with_a_click_and_a_yes(desk: Client) -> None:
    first = make_submission("Lampu jalan di gang Melati mati.", status="verified", rt="004", rw="012")
    second = make_submission("Lampu jalan gang Melati mati lagi.", status="verified", rt="004", rw="012")
    (found,) = desk.get(page(second)).context["similar"]
    assert found["case"] == first
    asked = desk.get(found["join_url"])
    assert asked.context["form"]["other"].value() == first.number
    desk.post(page(second, "join"), {"other": first.number.lower().replace("-", " ")})
    second.refresh_from_db()
    assert (second.status, second.duplicate_of) == ("duplicate", first)
    assert list(desk.get(page(first)).context["duplicates"]) == [second]
    unknown = desk.post(page(first, "join"), {"other": "2611-000000-9"})
    assert unknown.context["form"].errors.as_data()["other"][0].code == "unknown"


def test_a_case_of_two_things_is_split(desk: Client) -> None:
    case = make_submission("Lampu mati. Sampah tidak diangkut.", status="verified")
    desk.post(page(case, "split"), {"story": "Sampah tidak diangkut.", "kind": "complaint"})
    part = Submission.objects.get(split_from=case)
    assert (part.story, part.status) == ("Sampah tidak diangkut.", "verified")


# What residents may demand --------------------------------------------------------------------------------


def test_who_asked_to_be_forgotten_waits_for_staff_and_is_forgotten_by_a_button(desk: Client) -> None:
    case = make_submission("Saya Sari.", status="verified", contact={"name": "Sari"})
    rights.ask_to_forget(case, at=RECEIVED_AT)
    assert numbers(desk.get(f"{LIST}?queue=forget")) == [case.number]
    assert desk.get(page(case)).context["may_forget"]
    desk.post(page(case, "keep"), {"reason": "Kasusnya masih diperiksa sampai 30 November."})
    case.refresh_from_db()
    assert (case.erasure_asked_at, case.story) == (None, "Saya Sari.")
    rights.ask_to_forget(case, at=RECEIVED_AT)
    desk.post(page(case, "forget"))
    case.refresh_from_db()
    assert (case.story, case.words_erased_at is not None) == ("", True)
    assert desk.get(page(case)).status_code == 200
    assert numbers(desk.get(f"{LIST}?queue=forget")) == []


def test_the_text_for_whatsapp_names_nobody_until_the_contact_is_opened(desk: Client) -> None:
    case = make_submission(status="answered", contact={"name": "Sari", "phone": "0812 3456 7890"})
    text = desk.get(page(case)).context["whatsapp_text"]
    assert case.number in text
    assert "Sari" not in text
    address = reverse("admin:feedback_submission_contact", args=[case.pk])
    assert "Sari" in desk.post(address, {"why": "Membalas lewat WhatsApp."}).context["whatsapp_text"]


# Everybody's words ----------------------------------------------------------------------------------------

WORDS = {
    "public_title": "Lampu jalan mati",
    "public_story": "Warga RW 12 bercerita lampu jalan mati.",
    "public_answer": "Lampunya sudah diganti.",
}


def test_released_words_are_looked_at_twice_when_they_tell_who_it_is(desk: Client) -> None:
    case = make_submission(status="answered", contact={"name": "Sari Contoh"})
    telling = WORDS | {"public_story": "Bu Sari di No. 12, 0812 3456 7890, melihat B 1234 XYZ."}
    response = desk.post(page(case, "release"), telling)
    assert {leak.text for leak in response.context["form"].found} == {
        "Sari",
        "No. 12",
        "0812 3456 7890",
        "B 1234 XYZ",
    }
    assert "Bu Sari di No. 12" in response.content.decode()
    assert not Submission.objects.released().exists()
    desk.post(page(case, "release"), WORDS)
    assert Submission.objects.released().get() == case
    desk.post(page(case, "take_back"), {"reason": "Ada nama tetangga."})
    assert not Submission.objects.released().exists()


def test_a_tick_set_before_anything_was_found_releases_nothing(desk: Client) -> None:
    case = make_submission(status="answered")
    sure = WORDS | {"public_answer": "Telepon 021 7812 345 sudah diganti.", "is_sure": "on"}
    form = desk.post(page(case, "release"), sure).context["form"]
    assert not Submission.objects.released().exists()
    assert not form["is_sure"].value()
    other = sure | {"public_answer": "Telepon 021 7812 346.", "looked_at": form["looked_at"].value()}
    desk.post(page(case, "release"), other)
    assert not Submission.objects.released().exists()
    desk.post(page(case, "release"), sure | {"looked_at": form["looked_at"].value()})
    assert Submission.objects.released().get() == case


def test_a_confidential_case_has_no_button_for_everybody(desk: Client) -> None:
    case = make_submission(status="answered", privacy="confidential")
    assert not desk.get(page(case)).context["may_release"]
    desk.post(page(case, "release"), WORDS)
    case.refresh_from_db()
    assert not case.is_released


# Long lists -----------------------------------------------------------------------------------------------


def test_a_list_asks_few_questions_however_many_cases_there_are(
    desk: Client, django_assert_max_num_queries: Any
) -> None:
    for number in range(6):
        make_submission(f"Lampu {number}.", status="assigned", unit=make_organization(f"Seksi {number}"))
    for query in ("", "?queue=new", "?queue=late", "?queue=mine", "?q=lampu", "?unit=1&topic=1"):
        desk.get(LIST + query)
        with django_assert_max_num_queries(12):
            assert desk.get(LIST + query).status_code == 200


def test_counts_stop_where_nobody_reads_on(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queues, "COUNTED", 2)
    for number in range(4):
        make_submission(f"Lampu {number}.")
    html = desk.get(LIST).content.decode()
    assert '<span class="desk-count">2+</span>' in html
    monkeypatch.setattr(queues, "PAGES_COUNTED", 3)
    assert desk.get(LIST).context["cl"].result_count == 3
    newest = Submission.objects.latest("pk")
    Submission.objects.filter(pk=newest.pk).update(due_on=date(2026, 11, 25))
    assert numbers(desk.get(f"{LIST}?queue=new"))[0] == newest.number, "what is promised comes first"


def test_every_filter_of_the_list_opens(desk: Client) -> None:
    make_submission(status="assigned", unit=make_organization(), category=make_category("Penerangan"))
    changelist = desk.get(LIST).context["cl"]
    queries = {
        choice["query_string"] for spec in changelist.filter_specs for choice in spec.choices(changelist)
    }
    assert len(queries) > 30
    for query in sorted(queries):
        assert desk.get(LIST + query).status_code == 200, query
    assert numbers(desk.get(f"{LIST}?o=1")) == numbers(desk.get(LIST))


@pytest.mark.parametrize("typed", ["{number}", "lampu jalan", "tidakadabegini", "%", "'", "x" * 300])
def test_a_search_finds_a_number_however_typed_or_words(typed: str, desk: Client) -> None:
    case = make_submission()
    words = typed.format(number=case.number.lower().replace("-", " "))
    found = numbers(desk.get(LIST, {"q": words}))
    assert found == ([case.number] if typed in {"{number}", "lampu jalan"} else [])
