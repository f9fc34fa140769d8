"""The start page of the desk: what waits for each role, in few questions, and nothing that is somebody else's."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from feedback.models import Submission
from outreach.linking import link_for
from portal.queue import COUNTED, queue_of
from portal.shared.history import recorded
from services.models import Service
from tests.builders import make_organization, make_portal, make_service, make_submission, make_user
from tests.desk import make_officer, signed_in

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 18)
CASES = (
    *("cases-late", "cases-new", "cases-mine", "cases-unit", "cases-reopened", "corrections"),
    *("cases-to-erase", "cases-waiting"),
)
# Of activities and home visits, behind the cases' own.
AT_THE_DOOR = ("events-week", "rounds-mine")
OUTREACH = (*AT_THE_DOOR, "questions-new", "comments-new")
# What phones brought stands between promises and drafts.
OWED = ("promises-late", "from-phones", "events-unready", "minutes-missing")
POSTS = ("posts-due", "posts-unclear")
# Whoever takes nothing in has no pile of what just came, and erases nothing.
CASES_OF_A_UNIT = tuple(name for name in CASES if name not in {"cases-new", "cases-to-erase"})


def piles(user: User, at: datetime) -> dict[str, list[str]]:
    """What the person reads, by pile."""
    user = User.objects.get(pk=user.pk)
    return {pile.name: [line.label for line in found.lines] for pile, found in queue_of(user, at)}


def begun_by(user: User, name: str, **changes: Any) -> Service:
    service = make_service(name, is_published=False, **changes)
    with recorded(service, verb="add", by=user):
        service.summary += " Gratis."
        service.save()
    return service


def confirmed(name: str, day: date) -> Service:
    service = make_service(name)
    service.confirm(
        by="Kelurahan", at=datetime(day.year, day.month, day.day, 12, tzinfo=timezone.get_current_timezone())
    )
    return service


# Twelve months later -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "is_due"), [(364, False), (365, False), (366, True), (800, True)])
def test_twelve_months_later_the_start_page_says_what_is_due(days: int, is_due: bool, now: datetime) -> None:
    confirmed("Kartu lansia", TODAY - timedelta(days=days))
    found = piles(make_officer("coordinator"), now)
    assert found["expired"] == (["Kartu lansia"] if is_due else [])
    assert found["unconfirmed"] == []


def test_the_filtered_list_holds_the_same_rows_as_the_pile(now: datetime, time_machine: Any) -> None:
    time_machine.move_to(now, tick=False)
    for days in (364, 365, 366, 367):
        confirmed(f"Surat {days}", TODAY - timedelta(days=days))
    make_service("Belum pernah")
    make_service("Konsep", is_published=False)
    closed = make_service("Tutup")
    closed.confirm(by="Kelurahan", at=now)
    closed.close_temporarily(by=None, from_day=TODAY, until=TODAY, reason="Renovasi")
    coordinator = make_officer("coordinator")
    desk = signed_in(coordinator)
    for pile, found in queue_of(coordinator, now):
        if pile.name in {"drafts", "expired", "unconfirmed", "closings"}:
            rows = desk.get(pile.url()).context["cl"].result_list
            assert {row.label for row in rows} == {line.label for line in found.lines}, pile.name
            assert found.count == len(rows)


def test_a_border_of_the_day_is_the_portals_day(time_machine: Any) -> None:
    """At 00.30 in Jakarta it is still yesterday in UTC: the portal's own calendar counts."""
    confirmed("Kartu lansia", date(2025, 11, 17))
    coordinator = make_officer("coordinator")
    jakarta = timezone.get_current_timezone()
    assert piles(coordinator, datetime(2026, 11, 17, 23, 59, tzinfo=jakarta))["expired"] == []
    assert piles(coordinator, datetime(2026, 11, 18, 0, 1, tzinfo=jakarta))["expired"] == ["Kartu lansia"]


# Drafts and closings -------------------------------------------------------------------------------------


def test_my_own_drafts_come_first(now: datetime) -> None:
    clerk, other = make_officer("clerk"), make_officer("clerk")
    begun_by(clerk, "Saya mulai")
    begun_by(other, "Orang lain mulai")
    assert piles(clerk, now)["drafts"] == ["Saya mulai", "Orang lain mulai"]
    assert piles(other, now)["drafts"] == ["Orang lain mulai", "Saya mulai"]
    # Short links, which pages make by themselves, push nothing out of what changed last.
    for number in range(6):
        link_for("/layanan/", "flyer", f"Pos {number}")
    (line, *_rest) = piles(make_officer("coordinator"), now)["changes"]
    assert "Orang lain mulai" in line


def test_a_draft_without_its_answer_says_so(now: datetime) -> None:
    make_service(is_published=False, summary="")
    with translation.override("en"):
        (found,) = [found for pile, found in queue_of(make_officer("clerk"), now) if pile.name == "drafts"]
    assert found.lines[0].note == "The answer in one sentence is still missing."


def test_a_unit_officer_reads_only_what_is_their_units(now: datetime) -> None:
    mine, theirs = make_organization("Satuan kami"), make_organization("Satuan lain")
    for unit in (mine, theirs):
        make_service(f"Konsep {unit}", is_published=False, organization=unit)
        make_service(f"Terbit {unit}", organization=unit)
    found = piles(make_officer("unit officer", mine), now)
    assert (found["drafts"], found["unconfirmed"]) == (["Konsep Satuan kami"], ["Terbit Satuan kami"])


@pytest.mark.parametrize(
    ("begins", "ends", "is_shown"),
    [(0, 0, True), (-9, 3, True), (-9, None, True), (7, 9, True), (8, 9, False), (-9, -1, False)],
)
def test_closings_that_ask_for_an_answer(
    begins: int, ends: int | None, is_shown: bool, now: datetime
) -> None:
    service = make_service("Loket akta")
    until = None if ends is None else TODAY + timedelta(days=ends)
    service.close_temporarily(
        by=None, from_day=TODAY + timedelta(days=begins), until=until, reason="Renovasi"
    )
    found = piles(make_officer("field officer"), now)
    assert found["closings"] == (["Loket akta"] if is_shown else [])


# Roles ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "names"),
    [
        ("clerk", [*CASES, *OUTREACH, "sought-words", "drafts", "expired", "unconfirmed", "closings"]),
        ("field officer", [*AT_THE_DOOR, "closings"]),
        (
            "unit officer",
            [*CASES_OF_A_UNIT, *OUTREACH, *OWED, *POSTS, "drafts", "expired", "unconfirmed", "closings"],
        ),
        (
            "coordinator",
            [
                *(*CASES, *OUTREACH, *OWED, "posts-asked", *POSTS),
                *("sought-words", "drafts", "expired", "unconfirmed", "closings", "imports", "changes"),
            ],
        ),
        ("administrator", ["failed-work", "expired", "unconfirmed", "closings", "imports", "changes"]),
        (
            "auditor",
            ["cases-late", "failed-work", "expired", "unconfirmed", "closings", "imports", "changes"],
        ),
    ],
)
def test_each_role_finds_its_own_piles(role: str, names: list[str], now: datetime) -> None:
    assert list(piles(make_officer(role), now)) == names


def test_cases_lie_where_their_next_step_is(now: datetime, time_machine: Any) -> None:
    time_machine.move_to(now, tick=False)
    unit = make_organization("Seksi")
    officer, clerk = make_officer("unit officer", unit), make_officer("clerk")
    late = make_submission("Terlambat.", status="assigned", unit=unit)
    late.correct(by=None, handler=officer)
    Submission.objects.filter(pk=late.pk).update(due_on=TODAY - timedelta(days=1))
    passed_on = make_submission("Diteruskan.", status="assigned", unit=unit)
    Submission.objects.filter(pk=passed_on.pk).update(due_on=TODAY + timedelta(days=5))
    make_submission("Baru.")
    make_submission("Menunggu.", status="waiting")
    make_submission("Salah ketik.", kind="correction", status="verified")
    make_submission("Masih mati.", status="reopened", unit=make_organization("Lain"))
    mine, theirs = piles(officer, now), piles(clerk, now)
    assert {name: mine[name] for name in CASES_OF_A_UNIT} == {
        "cases-late": ["Terlambat."],
        "cases-mine": ["Terlambat."],
        "cases-unit": ["Terlambat.", "Diteruskan."],
        "cases-reopened": [],
        "corrections": [],
        "cases-waiting": [],
    }
    assert {name: theirs[name] for name in CASES} == {
        "cases-late": ["Terlambat."],
        "cases-new": ["Baru."],
        "cases-mine": [],
        "cases-unit": [],
        "cases-reopened": ["Masih mati."],
        "corrections": ["Salah ketik."],
        "cases-to-erase": [],
        "cases-waiting": ["Menunggu."],
    }


def test_an_account_without_a_role_is_told_whom_to_ask() -> None:
    page = signed_in(make_user()).get("/en/admin/").content.decode()
    assert "Your account has no role yet" in page


def test_the_page_tells_the_counts_the_rows_and_where_the_rest_lies(now: datetime, time_machine: Any) -> None:
    time_machine.move_to(now, tick=False)
    make_portal()
    for number in range(8):
        make_service(f"Surat {number}", is_published=False)
    text = signed_in(make_officer("coordinator")).get("/en/admin/").content.decode()
    # What waits has a card of its own; what does not is gathered in one quiet place.
    assert text.count('<section class="desk-pile') == 2
    assert text.partition('class="desk-done"')[2].count("<li><b>") == 5 + len(
        (*CASES, *OUTREACH, *OWED, "posts-asked", *POSTS)
    )
    assert '<span class="desk-count">8</span>' in text
    assert text.count("Surat ") >= 5
    assert "?status__exact=draft" in text
    for word in ("Coordinator", "Every service is open as usual."):
        assert word in text


def test_a_long_pile_is_counted_no_further(now: datetime) -> None:
    row = make_service(is_published=False)
    Service.objects.bulk_create(
        Service(
            code=f"c{number}",
            slug=f"c{number}",
            name="Konsep",
            category=row.category,
            organization=row.organization,
        )
        for number in range(COUNTED + 20)
    )
    clerk = make_officer("clerk")
    begun_by(clerk, "Punya saya")
    (found,) = [found for pile, found in queue_of(clerk, now) if pile.name == "drafts"]
    with translation.override("en"):
        assert (found.count_words, found.lines[0].label) == ("more than 100", "Punya saya")


def test_the_start_page_asks_few_questions(django_assert_max_num_queries: Any) -> None:
    make_portal()
    unit = make_organization()
    for role in ("unit officer", "coordinator", "administrator", "superuser"):
        user = make_user(is_superuser=True) if role == "superuser" else make_officer(role, unit)
        for number in range(7):
            make_service(f"Surat {number}", organization=unit)
            begun_by(user, f"Konsep {number}", organization=unit)
        desk = signed_in(user)
        desk.get(reverse("admin:index"))
        with django_assert_max_num_queries(38):
            assert desk.get(reverse("admin:index")).status_code == 200


def test_the_desk_keeps_its_language_and_offers_the_other() -> None:
    make_portal()
    service = make_service()
    desk: Client = signed_in(make_officer("coordinator"))
    english = desk.get("/en/admin/").content.decode()
    assert "My work today" in english
    assert 'href="/en/admin/services/service/"' in english
    assert 'href="/admin/services/service/"' not in english
    assert '<a href="/admin/" lang="id"' in english
    page = desk.get(f"/admin/services/service/{service.pk}/change/?_changelist_filters=x").content.decode()
    assert (
        f'<a href="/en/admin/services/service/{service.pk}/change/?_changelist_filters=x" lang="en"' in page
    )
