"""Writing down at the desk what somebody told by phone, at the counter or on WhatsApp."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from feedback.models import Contact, Draft, Submission
from portal.accounts.roles import CLERK, FIELD_OFFICER, UNIT_OFFICER
from portal.shared import receipt
from tests.builders import make_service
from tests.desk import make_officer, signed_in
from tests.photos import upload

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cheap_passwords")]
STORY = "Pompa air di gang 2 mati."


@pytest.fixture
def clerk() -> Client:
    return signed_in(make_officer(CLERK))


def page() -> str:
    return reverse("admin:feedback_submission_entry")


def told(**changes: Any) -> dict[str, Any]:
    return {"channel": "phone", "kind": "complaint", "story": STORY, "form_key": "kunci-halaman"} | changes


def test_a_call_becomes_a_case_with_the_same_receipt_twice(clerk: Client) -> None:
    service = make_service("Air bersih")
    sent = told(service="air", rw="3", phone="0812 3456 7890", wish="phone", photos=[upload()])
    first = clerk.post(page(), sent)
    again = clerk.post(page(), told(service="air"))
    case = Submission.objects.get()
    for answer in (first, again):
        assert answer.status_code == 200
        assert case.number in answer.content.decode()
        assert receipt.secret_hash(answer.context["secret"]) == case.secret_hash
    assert (case.channel, case.service, case.rw, case.status) == ("phone", service, "03", "received")
    assert case.entered_by is not None
    assert case.status_changes.get().side == "office"
    assert case.contact.wish == "phone"
    assert case.photos.count() == 1


def test_what_is_wrong_comes_back_filled_and_keeps_the_photo(clerk: Client) -> None:
    answer = clerk.post(page(), told(story=" ", place_words="Gang 2", photos=[upload()]))
    assert answer.context["form"].has_error("story", "required")
    assert "Gang 2" in answer.content.decode()
    assert Draft.objects.get().photos.count() == 1
    clerk.post(page(), told(place_words="Gang 2"))
    assert Submission.objects.get().photos.count() == 1


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"channel": "portal"}, "channel", "invalid_choice"),
        ({"kind": "correction"}, "kind", "invalid_choice"),
        ({"service": "tidak ada"}, "service", "none"),
        ({"service": "surat"}, "service", "several"),
        ({"wish": "phone"}, "phone", "missing"),
        ({"privacy": "anonymous", "name": "Contoh"}, "privacy", "not_anonymous"),
        ({"day": "2999-01-01"}, "day", "future"),
    ],
)
def test_each_wrong_answer_has_its_sentence(
    clerk: Client, changes: dict[str, str], field: str, code: str
) -> None:
    make_service("Surat satu")
    make_service("Surat dua")
    assert clerk.post(page(), told(**changes)).context["form"].has_error(field, code)
    assert not Submission.objects.exists()


def test_an_anonymous_caller_leaves_no_contact(clerk: Client) -> None:
    clerk.post(page(), told(privacy="anonymous"))
    assert not Contact.objects.exists()


def test_the_key_of_another_persons_page_opens_nothing(clerk: Client) -> None:
    clerk.post(page(), told())
    other = signed_in(make_officer(CLERK))
    assert other.post(page(), told()).status_code == 403


def test_whoever_takes_no_cases_in_writes_none_down() -> None:
    officer = signed_in(make_officer(UNIT_OFFICER))
    assert officer.get(page()).status_code == 403
    assert officer.post(page(), told()).status_code == 403
    assert not Submission.objects.exists()


def test_a_field_officer_finds_the_page_and_is_led_to_no_list() -> None:
    officer = signed_in(make_officer(FIELD_OFFICER))
    assert f'href="{page()}"' in officer.get("/admin/").content.decode()
    cases = reverse("admin:feedback_submission_changelist")
    for shown in (officer.get(page()), officer.post(page(), told())):
        text = shown.content.decode()
        assert shown.status_code == 200
        assert f'href="{cases}"' not in text
    assert Submission.objects.get().entered_by is not None
    # Whoever may write nothing down is not led there.
    reader = signed_in(make_officer(UNIT_OFFICER))
    assert f'href="{page()}"' not in reader.get("/admin/").content.decode()
