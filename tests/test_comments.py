"""What people write after an activity: read by staff, shown in the words of the office, taken back; what it cost."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from outreach.models import Campaign, EventRating
from portal.accounts.roles import CLERK, COORDINATOR, FIELD_OFFICER, UNIT_OFFICER
from portal.evaluation.scope import Scope
from portal.evaluation.usefulness import sentences
from portal.queue import queue_of
from portal.shared.history import Change
from tests.builders import EVENT_AT, make_campaign, make_event, make_organization, make_portal
from tests.desk import form_data, make_officer, signed_in

pytestmark = pytest.mark.django_db
AFTERWARDS = EVENT_AT + timedelta(days=1)


@pytest.fixture
def comment(time_machine: Any) -> EventRating:
    make_portal()
    time_machine.move_to(AFTERWARDS, tick=False)
    event = make_event(campaign=make_campaign())
    rating, _is_new = EventRating.take(
        event, {"missing": "Bu Contoh bilang mikrofon kecil"}, form_key="kunci", at=AFTERWARDS
    )
    return rating


def address(comment: EventRating, verb: str = "") -> str:
    return f"/admin/outreach/eventrating/{comment.pk}/" + (f"verb/{verb}/" if verb else "change/")


def test_words_are_shown_as_the_office_puts_them_and_taken_back_at_once(
    comment: EventRating, client: Client
) -> None:
    page, desk = f"/kegiatan/{comment.event.slug}/", signed_in(make_officer(CLERK))
    assert "mikrofon" not in client.get(page).content.decode()
    # The desk begins with what was written, and leaves out what tells who it was.
    assert "Bu Contoh bilang" in desk.get(address(comment, "release")).content.decode()
    sent = {"text": "Mikrofon terlalu kecil.", "answered": "1"}
    assert desk.post(address(comment, "release"), sent).status_code == 302
    assert desk.post(address(comment, "release"), sent).status_code == 302
    comment.refresh_from_db()
    assert (comment.released_text, comment.released_at) == ("Mikrofon terlalu kecil.", AFTERWARDS)
    assert "Mikrofon terlalu kecil." in client.get(page).content.decode()
    scope = Scope(campaign=Campaign.objects.get(), at=timezone.now())
    assert sentences(scope) == ["Mikrofon terlalu kecil."]

    assert desk.post(address(comment, "take_back"), {"answered": "1"}).status_code == 302
    comment.refresh_from_db()
    assert (comment.released_text, comment.is_released) == ("", False)
    assert comment.read_at is not None
    assert "Mikrofon" not in client.get(page).content.decode()
    assert sentences(scope) == []
    # History says who and when; what was said is nowhere in it.
    told = "".join(f"{one.before}{one.after}" for one in Change.objects.filter(noun="outreach.eventrating"))
    assert "released_at" in told
    assert "ikrofon" not in told


@pytest.mark.any_engine
@pytest.mark.parametrize(
    ("text", "code"),
    [("  ", "empty"), ("x" * 501, "too_long"), ("Telepon saya 0812-3456-7890", "of_a_person")],
)
def test_what_must_not_be_shown_is_refused(comment: EventRating, text: str, code: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        comment.release(text, by=None, at=AFTERWARDS)
    assert refusal.value.error_dict["text"][0].code == code
    comment.refresh_from_db()
    assert (comment.read_at, comment.released_at) == (None, None)


def test_nothing_written_is_nothing_to_show(comment: EventRating) -> None:
    silent, _is_new = EventRating.take(comment.event, {"usefulness": 4}, form_key="diam", at=AFTERWARDS)
    with pytest.raises(ValidationError, match="apa pun"):
        silent.release("Bagus.", by=None, at=AFTERWARDS)
    assert signed_in(make_officer(CLERK)).get(address(silent)).status_code == 302


def test_what_nobody_has_read_waits_for_those_who_may_read_it(comment: EventRating) -> None:
    def waiting(role: str, *units: Any) -> int:
        found = {pile.name: held.count for pile, held in queue_of(make_officer(role, *units), AFTERWARDS)}
        return found.get("comments-new", -1)

    assert waiting(CLERK) == 1
    assert waiting(UNIT_OFFICER, comment.event.unit) == 1
    assert waiting(UNIT_OFFICER, make_organization("Unit lain")) == 0
    assert waiting(FIELD_OFFICER) == -1
    comment.mark_read(by=None, at=AFTERWARDS)
    comment.mark_read(by=None, at=AFTERWARDS + timedelta(days=1))
    comment.refresh_from_db()
    assert comment.read_at == AFTERWARDS
    assert waiting(CLERK) == 0


@pytest.mark.any_engine
def test_an_officer_of_another_unit_reads_none(comment: EventRating) -> None:
    stranger = signed_in(make_officer(UNIT_OFFICER, make_organization("Unit lain")))
    assert comment.missing not in stranger.get("/admin/outreach/eventrating/").content.decode()
    assert stranger.post(address(comment, "release"), {"text": "Bagus.", "answered": "1"}).status_code in (
        *(302, 403, 404),
    )
    comment.refresh_from_db()
    assert not comment.is_released
    mine = signed_in(make_officer(UNIT_OFFICER, comment.event.unit))
    assert comment.missing in mine.get("/admin/outreach/eventrating/").content.decode()
    assert mine.get(address(comment)).status_code == 200


def test_money_of_a_campaign_is_typed_in_whole_rupiah_or_left_unknown() -> None:
    make_portal()
    campaign = make_campaign()
    desk, page = signed_in(make_officer(COORDINATOR)), f"/admin/outreach/campaign/{campaign.pk}/change/"
    assert desk.post(page, form_data(desk.get(page), budget="0")).status_code == 302
    campaign.refresh_from_db()
    assert (campaign.budget, campaign.spent) == (0, None)
    refused = desk.post(page, form_data(desk.get(page), budget="-5", spent="1250000"))
    assert (refused.status_code, bool(refused.context["errors"])) == (200, True)
    campaign.refresh_from_db()
    assert (campaign.budget, campaign.spent) == (0, None)
