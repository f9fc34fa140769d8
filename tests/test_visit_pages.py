"""Home visits on the phone: an officer walks an RT, taps, adds, takes back; a complaint at the door becomes a case."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from feedback.models import Contact, Submission
from outreach import visiting
from outreach.models import DoNotVisit, Round, RoundArea, Visit, WalkSheet
from portal.accounts.roles import COORDINATOR, FIELD_OFFICER
from tests.builders import make_portal
from tests.desk import make_officer, signed_in
from tests.rounds import first_area, knock, make_round

pytestmark = pytest.mark.django_db


class Walk:
    """An officer with a round, in a browser without script."""

    def __init__(self, **changes: Any) -> None:
        portal = make_portal()
        self.officer = make_officer(FIELD_OFFICER)
        given = {"topics": ["Jentik", "Kartu lansia"], "guide": "Salam.\nTunjukkan surat tugas."} | changes
        self.round: Round = make_round(officers=[self.officer], unit=portal.organization, **given)
        self.rt: RoundArea = first_area(self.round)
        self.phone: Client = signed_in(self.officer)

    def address(self, page: str = "visit_area", *more: int) -> str:
        return reverse(f"outreach:{page}", args=[self.round.pk, self.rt.pk, *more])

    def knock(self, outcome: str = "met", **said: Any) -> Visit:
        return knock(self.rt, outcome, at=timezone.now(), by=self.officer, **said)

    def tap(self, outcome: str, **more: Any) -> Any:
        page = self.phone.get(self.address(), {"kembali": more["follows"]} if "follows" in more else {})
        client_id = re.search(r'name="client_id" value="([^"]+)"', page.content.decode())
        assert client_id
        return self.phone.post(self.address(), {"outcome": outcome, "client_id": client_id[1]} | more)


@pytest.fixture
def walk() -> Iterator[Walk]:
    return Walk()


def test_numbers_no_round_has_are_not_found(walk: Walk) -> None:
    too_large = 10**25
    for page in ("visit_area", "walk_sheets", "pass_by"):
        address = reverse(f"outreach:{page}", args=[too_large, walk.rt.pk])
        assert walk.phone.get(address).status_code == 404
    assert walk.phone.get(reverse("outreach:visit", args=[too_large])).status_code == 404


def test_an_officer_walks_from_the_start_page_to_a_door(walk: Walk) -> None:
    start = walk.phone.get(reverse("outreach:officer_start")).content.decode()
    assert walk.round.get_absolute_url() in start
    page = walk.phone.get(walk.round.get_absolute_url())
    assert walk.address() in page.content.decode()
    assert "Tunjukkan surat tugas." in page.content.decode()
    answer = walk.tap("met")
    visit = Visit.objects.get()
    assert answer.url == reverse("outreach:visit", args=[visit.pk])
    topic = walk.round.topics.first()
    assert topic is not None
    answer = walk.phone.post(answer.url, {"topics": [topic.pk], "flyers": "1", "note": ""}, follow=True)
    visit.refresh_from_db()
    assert (visit.outcome, visit.flyers, list(visit.topics.all()), visit.by) == (
        "met",
        1,
        [topic],
        walk.officer,
    )
    assert answer.status_code == 200
    # Nobody home: one tap, and the page is ready for the next door.
    assert walk.tap("not_home").url.startswith(walk.address())
    assert Visit.objects.count() == 2


def test_no_page_has_more_than_eight_controls(walk: Walk) -> None:
    Round.objects.update(understanding_question="Tahu di mana cek kesehatan?", material_words="Selebaran")
    visits = {outcome: walk.knock(outcome) for outcome in Visit.Outcome.values}
    pages = [
        walk.address(),
        walk.address("count_homes"),
        reverse("feedback:from_visit", args=[walk.round.pk, walk.rt.pk]),
    ]
    pages += [reverse("outreach:visit", args=[visit.pk]) for visit in visits.values()]
    for page in pages:
        main = walk.phone.get(page).content.decode().split("<main", 1)[1].split("</main>")[0]
        # A group of boxes with one heading is one control; what is hidden or only leads back is none.
        boxes = re.findall(r'<input[^>]*type="checkbox"[^>]*name="topics"', main) + re.findall(
            r'<input[^>]*name="topics"[^>]*type="checkbox"', main
        )
        fields = re.findall(r"<(?:select|textarea|button)\b|<input(?![^>]*type=\"hidden\")|class=\"btn", main)
        buttons = len(re.findall(r"<button[^>]*class=\"btn", main)) + len(
            re.findall(r"<input[^>]*class=\"btn", main)
        )
        assert len(fields) - buttons - max(0, len(boxes) - 1) <= 8, page


def test_the_same_form_sent_twice_makes_one_visit(walk: Walk) -> None:
    data = {"outcome": "empty", "client_id": str(uuid4())}
    assert [walk.phone.post(walk.address(), data).status_code for _twice in range(2)] == [302, 302]
    assert Visit.objects.count() == 1


@pytest.mark.parametrize(
    "data",
    [
        {"outcome": "met", "client_id": "x"},
        {"outcome": "dead", "client_id": str(uuid4())},
        {},
        {"outcome": "met", "client_id": str(uuid4()), "follows": "999"},
    ],
)
def test_what_did_not_arrive_whole_is_asked_again(walk: Walk, data: dict[str, str]) -> None:
    answer = walk.phone.post(walk.address(), data)
    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode()
    assert not Visit.objects.exists()


def test_coming_back_follows_the_first_visit(walk: Walk) -> None:
    later = timezone.localtime(timezone.now() + timedelta(hours=2))
    walk.tap("return")
    first = Visit.objects.get()
    when = f"{later:%Y-%m-%dT%H:%M}"
    walk.phone.post(
        reverse("outreach:visit", args=[first.pk]), {"house": "No. 12", "return_at": when, "note": ""}
    )
    assert "No. 12" in walk.phone.get(walk.address()).content.decode()
    walk.tap("met", follows=str(first.pk))
    second = Visit.objects.exclude(pk=first.pk).get()
    assert (second.follows, second.house) == (first, "")
    assert "No. 12" not in walk.phone.get(walk.address()).content.decode()


def test_taking_back_and_refusing_to_be_visited(walk: Walk) -> None:
    refused = walk.knock("refused")
    page = reverse("outreach:visit", args=[refused.pk])
    # Without a number nobody would know where not to knock.
    assert "id_house_error" in walk.phone.post(page, {"keep_away": "on", "note": ""}).content.decode()
    walk.phone.post(page, {"keep_away": "on", "house": "No. 7", "note": ""})
    assert DoNotVisit.objects.get().area == walk.rt.area
    assert "No. 7" in walk.phone.get(walk.address()).content.decode()
    for _twice in range(2):
        assert walk.phone.post(reverse("outreach:undo_visit", args=[refused.pk])).url == walk.address()
    assert Visit.objects.live().count() == 0
    walk.phone.post(walk.address("pass_by"), {"house": "9"})
    assert DoNotVisit.objects.live().count() == 2
    # Taking a home off the list is for those who oversee.
    lift = reverse("outreach:lift_pass_by", args=[DoNotVisit.objects.first().pk])
    assert walk.phone.post(lift, {"reason": "Menelepon"}).status_code == 403
    desk = signed_in(make_officer(COORDINATOR))
    assert desk.post(lift, {"reason": ""}).status_code == 200
    assert desk.post(lift, {"reason": "Menelepon"}).status_code == 302
    assert DoNotVisit.objects.live().count() == 1


def test_several_homes_at_once(walk: Walk) -> None:
    page = walk.address("count_homes")
    data = {"not_home": "12", "met": "", "refused": "", "empty": "1", "at": "", "client_id": str(uuid4())}
    for _twice in range(2):
        assert walk.phone.post(page, data).url == walk.address()
    assert Visit.objects.homes() == 13
    for wrong in (
        {"not_home": "-1"},
        {"not_home": "501"},
        {"not_home": "banyak"},
        {"not_home": "", "empty": ""},
    ):
        answer = walk.phone.post(page, data | wrong | {"client_id": str(uuid4())})
        assert answer.status_code == 200
    assert Visit.objects.homes() == 13


def test_a_round_of_others_does_not_exist_for_an_officer(walk: Walk) -> None:
    stranger = signed_in(make_officer(FIELD_OFFICER))
    visit = walk.knock("met")
    pages = [
        walk.round.get_absolute_url(),
        walk.address(),
        walk.address("walk_sheets"),
        walk.address("pass_by"),
    ]
    pages += [
        reverse("outreach:visit", args=[visit.pk]),
        reverse("feedback:from_visit", args=[walk.round.pk, walk.rt.pk]),
    ]
    assert [stranger.get(page).status_code for page in pages] == [404] * len(pages)
    data = {"outcome": "met", "client_id": str(uuid4())}
    assert stranger.post(walk.address(), data).status_code == 404
    assert stranger.post(reverse("outreach:undo_visit", args=[visit.pk])).status_code == 404
    # A colleague on the same round changes nothing of mine either.
    colleague = make_officer(FIELD_OFFICER)
    walk.round.officers.add(colleague)
    assert signed_in(colleague).get(pages[4]).status_code == 404
    assert Visit.objects.live().count() == 1


def test_a_closed_round_is_only_read(walk: Walk) -> None:
    walk.round.close(by=None, at=timezone.now() - timedelta(minutes=1))
    assert 'name="outcome"' not in walk.phone.get(walk.address()).content.decode()
    answer = walk.phone.post(walk.address(), {"outcome": "met", "client_id": str(uuid4())})
    assert answer.status_code == 200
    assert not Visit.objects.exists()


def test_supervisors_see_how_far_a_round_is(walk: Walk) -> None:
    for _door in range(12):
        walk.knock("met")
    page = reverse("outreach:visit_coverage", args=[walk.round.pk])
    assert walk.phone.get(page).status_code == 403
    desk = signed_in(make_officer(COORDINATOR))
    shown = desk.get(page).content.decode()
    assert "<b>12 " in shown
    assert '<rect width="30"' in shown
    assert 'http-equiv="refresh"' in desk.get(page, {"perbarui": "ya"}).content.decode()


# A question or complaint ----------------------------------------------------------------------------------


def told(**changes: Any) -> dict[str, Any]:
    return {
        "kind": "complaint",
        "story": "Air keruh sejak Senin.",
        "wish": "none",
        "phone": "",
        "email": "",
        "name": "",
        "form_key": uuid4().hex,
    } | changes


def test_what_somebody_tells_at_the_door_becomes_a_case_without_a_name(walk: Walk) -> None:
    visit = walk.knock("met")
    page = reverse("feedback:from_visit", args=[walk.round.pk, walk.rt.pk])
    assert page in walk.phone.get(walk.address()).content.decode()
    data = told(name="Nama contoh", phone="0812 3456 7890")
    first, again = (walk.phone.post(f"{page}?kunjungan={visit.pk}", data) for _twice in range(2))
    case = Submission.objects.get()
    assert (case.channel, case.heard_from, case.rt, case.rw) == ("visit", "kunjungan", "01", "03")
    assert (case.privacy, case.entered_by) == ("anonymous", walk.officer)
    assert not Contact.objects.exists()
    assert first.context["secret"] == again.context["secret"]
    assert case.number in first.content.decode()
    visit.refresh_from_db()
    assert visit.raised == 1
    # No row of the case leads to the door.
    assert not [field for field in Submission._meta.get_fields() if field.related_model is Visit]


def test_who_wants_an_answer_leaves_a_contact(walk: Walk) -> None:
    page = reverse("feedback:from_visit", args=[walk.round.pk, walk.rt.pk])
    assert walk.phone.post(page, told(wish="whatsapp")).status_code == 200
    assert not Submission.objects.exists()
    walk.phone.post(page, told(wish="whatsapp", phone="0812 3456 7890"))
    assert Contact.objects.get().phone == "081234567890"
    assert Submission.objects.get().privacy == "confidential"
    shown = walk.phone.post(page, told(story=""))
    assert "id_story_error" in shown.content.decode()


# On paper -------------------------------------------------------------------------------------------------


def test_paper_is_printed_walked_and_typed_back(walk: Walk) -> None:
    visiting.keep_away(walk.rt.area, "No. 40A", at=timezone.now(), by=walk.officer)
    page = walk.address("walk_sheets")
    assert walk.phone.get(walk.address("walk_list_pdf")).status_code == 404
    for _twice in range(2):
        key = "6d0ee7f4-61a0-4e5a-8d3f-111111111111"
        assert walk.phone.post(page, {"number": "2", "client_id": key}).status_code == 302
    assert WalkSheet.objects.count() == 2
    pdf = walk.phone.get(walk.address("walk_list_pdf"))
    assert pdf["Content-Type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF-")
    assert pdf.content.count(b"/Type /Page\n") in (0, 2)
    today = timezone.localdate()
    typed = {
        "day": f"{today:%Y-%m-%d}",
        "hour": "00:00",
        "met": "1-4",
        "not_home": "5, 6",
        "return": "7:No. 3",
    }
    sheet = walk.address("type_walk_sheet", 1)
    topic = walk.round.topics.first()
    assert topic is not None
    assert walk.phone.post(sheet, typed | {f"topic_{topic.pk}": "1,2", "flyers": "1"}).url == page
    assert Visit.objects.live().count() == 7
    assert topic.visits.count() == 2
    again = walk.phone.get(sheet).content.decode()
    assert 'value="7:No. 3"' in again
    assert 'value="1, 2, 3, 4"' in again
    answer = walk.phone.post(sheet, typed | {"met": "1-5", "empty": "21"})
    assert {"not_home", "empty"} & set(answer.context["form"].errors)
    assert Visit.objects.live().count() == 7
    assert walk.phone.get(walk.address("type_walk_sheet", 9)).status_code == 404
