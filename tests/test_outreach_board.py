"""What the desk sees of outreach at a glance: board, calendar, piles, and the list of invited groups."""

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from outreach.attending import count_heads
from outreach.models import (
    Attendance,
    Commitment,
    Drop,
    Event,
    Invitation,
    LinkCount,
    Material,
    Post,
    PostVersion,
    PrintRun,
    Registration,
    Round,
    RoundArea,
    ShortLink,
    Target,
    Visit,
)
from outreach.reaching import reached, reached_by
from portal.accounts.roles import CLERK, COORDINATOR, FIELD_OFFICER, UNIT_OFFICER
from portal.queue import queue_of
from portal.shared.exchange.models import Import
from tests.builders import EVENT_AT, make_area, make_audience, make_campaign, make_event, make_organization
from tests.desk import make_officer, signed_in
from tests.outreach_world import make_outreach

pytestmark = pytest.mark.django_db

AFTER = EVENT_AT + timedelta(days=3)


def party(event: Event, people: int, number: int, state: str = "registered") -> Registration:
    return Registration.objects.create(
        event=event,
        state=state,
        party_size=people,
        code_hash=f"{event.pk}-{number}",
        code_tail="XYZ",
        form_key_hash=f"{event.pk}-{number}",
        created_at=EVENT_AT - timedelta(days=9),
    )


def came(event: Event, people: int, number: int) -> None:
    Attendance.objects.create(
        event=event, people=people, way="walk_in", nonce_hash=f"{event.pk}-{number}", at=EVENT_AT
    )


def visits(round_area: RoundArea, outcome: str, households: int, number: int) -> None:
    Visit.objects.create(
        client_id=f"00000000-0000-4000-8000-{number:012d}",
        area=round_area,
        outcome=outcome,
        households=households,
        at=EVENT_AT,
        recorded_at=EVENT_AT,
    )


def test_each_measure_is_counted_from_what_is_there(django_assert_num_queries: Any) -> None:
    rw3, rw4 = make_area("RW 03", level="rw"), make_area("RW 04", level="rw")
    rt1 = make_area("RT 001", level="rt", parent=rw3)
    old, young = make_audience("Lansia"), make_audience("Remaja")
    campaign = make_campaign()
    first = make_event(campaign=campaign, audiences=[old], areas=[rt1])
    second = make_event(campaign=campaign, audiences=[old, young], areas=[rw4])
    off = make_event(campaign=campaign, audiences=[old], areas=[rw3])
    elsewhere = make_event()
    for number, (event, people) in enumerate([(first, 3), (second, 5), (off, 7), (elsewhere, 11)]):
        party(event, people, number)
        came(event, people + 1, number)
    party(first, 2, 9, state="waiting")
    off.cancel("Hujan.", by=None, at=EVENT_AT - timedelta(days=1))

    walk = Round.objects.create(
        title="Ketuk pintu",
        campaign=campaign,
        unit=campaign.unit,
        starts_on="2026-11-01",
        ends_on="2026-11-30",
    )
    lane = RoundArea.objects.create(round=walk, area=rt1)
    visits(lane, "met", 4, 1)
    visits(lane, "not_home", 6, 2)

    flyer = Material.objects.create(campaign=campaign, unit=campaign.unit)
    run = PrintRun.objects.create(material=flyer, printed_on="2026-11-02", amount=300)
    link = ShortLink.objects.create(code="abc", target="/kampanye/x/", campaign=campaign)
    Drop.objects.create(
        run=run, place_words="Pos RW", area=rw3, amount=100, dropped_on="2026-11-03", returned=20, link=link
    )
    Drop.objects.create(run=run, place_words="Belum", amount=50)
    LinkCount.objects.create(link=link, day="2026-11-04", count=9)
    other = ShortLink.objects.create(code="abd", target="/kampanye/x/", campaign=campaign)
    LinkCount.objects.create(link=other, day="2026-11-04", count=2)
    post = Post.objects.create(title="Kabar", event=first, unit=campaign.unit)
    PostVersion.objects.create(post=post, channel="facebook", published_at=EVENT_AT)
    PostVersion.objects.create(post=post, channel="whatsapp")

    wanted: list[tuple[str, dict[str, Any], int]] = [
        # A cancelled one counts for nobody registered and as none held, but whoever came anyway came.
        ("came", {}, 4 + 6 + 8),
        ("came", {"audience": old}, 18),
        ("came", {"audience": young}, 6),
        ("came", {"area": rw3}, 12),
        ("registered", {}, 8),
        ("registered", {"area": rw4}, 5),
        ("events", {}, 2),
        ("events", {"audience": young, "area": rw3}, 0),
        ("homes_met", {}, 4),
        ("homes_visited", {"area": rw3}, 10),
        ("homes_visited", {"area": rw4}, 0),
        ("flyers", {}, 80),
        ("flyers", {"area": rw4}, 0),
        ("posts", {}, 1),
        ("scans", {}, 11),
        ("scans", {"area": rw3}, 9),
    ]
    targets = [
        Target.objects.create(campaign=campaign, measure=measure, amount=10, **narrow)
        for measure, narrow, _amount in wanted
    ]
    found = {target.pk: amount for target, amount in reached(campaign, AFTER)}
    assert [found[target.pk] for target in targets] == [amount for _measure, _narrow, amount in wanted]
    # However many campaigns and activities: as many questions.
    many = [campaign, make_campaign()]
    make_event(campaign=many[1])
    Target.objects.create(campaign=many[1], measure="events", amount=1)
    with django_assert_num_queries(13):
        reached_by(many, AFTER)


def test_public_pages_tell_of_people_and_homes_in_steps_that_hide_the_few(
    time_machine: Any, client: Client
) -> None:
    """What results hide of an area cannot be read from the page of its only activity or from the campaign's."""
    time_machine.move_to(AFTER, tick=False)
    rw = make_area("RW 03", level="rw")
    campaign = make_campaign()
    few, many = (make_event(campaign=campaign, areas=[rw]) for _ in range(2))
    came(few, 3, 1)
    came(many, 12, 2)
    walk = Round.objects.create(
        campaign=campaign,
        title="Keliling",
        unit=campaign.unit,
        starts_on="2026-11-01",
        ends_on="2026-11-30",
    )
    visits(RoundArea.objects.create(round=walk, area=rw), "met", 8, 1)
    for measure, area in (("came", None), ("came", rw), ("homes_met", None)):
        Target.objects.create(campaign=campaign, measure=measure, amount=40, area=area)

    def page(noun: Any) -> str:
        return " ".join(client.get(f"/en{noun.get_absolute_url()}").content.decode().split())

    assert "Fewer than 5 people came" in page(few)
    assert "At least 10 people came" in page(many)
    told = page(campaign)
    # How many came in all tells nothing of anybody; what came from one RW, and which homes were met, does.
    assert all(words in told for words in ("15 of 40", "at least 15 of 40", "at least 5 of 40"))
    assert "8 of 40" not in told


def test_whom_the_eye_can_tell_is_counted_by_what_was_seen() -> None:
    old, everybody = make_audience("Lansia", slug="lansia"), make_audience("Semua warga")
    campaign = make_campaign()
    mixed = make_event(campaign=campaign, audiences=[old, everybody])
    alone = make_event(campaign=campaign, audiences=[old])
    seen = {("women", "elderly", False): 6, ("men", "adult", False): 9}
    for number, event in enumerate((mixed, alone)):
        count_heads(event, seen, nonce=f"hitung-{number}", at=EVENT_AT, by=None)
    wanted = [(None, 30), (old, 6 + 15), (everybody, 15)]
    targets = [
        Target.objects.create(campaign=campaign, measure="came", amount=50, audience=audience)
        for audience, _amount in wanted
    ]
    found = {target.pk: amount for target, amount in reached(campaign, AFTER)}
    assert [found[target.pk] for target in targets] == [amount for _audience, amount in wanted]


@pytest.mark.any_engine
@pytest.mark.parametrize(
    ("measure", "narrow", "is_countable"),
    [
        ("came", {"audience_id": 1, "area_id": 1}, True),
        ("flyers", {"area_id": 1}, True),
        ("homes_met", {"audience_id": 1}, False),
        ("posts", {"area_id": 1}, False),
    ],
)
def test_a_target_nobody_could_count_is_refused(measure: str, narrow: Any, is_countable: bool) -> None:
    target = Target(measure=measure, amount=1, **narrow)
    if is_countable:
        target.clean()
    else:
        with pytest.raises(ValidationError):
            target.clean()


def test_the_board_shows_target_beside_reached_for_those_who_may_see_it(
    time_machine: Any, django_assert_max_num_queries: Any
) -> None:
    time_machine.move_to(EVENT_AT - timedelta(days=2), tick=False)
    unit = make_organization("Seksi Kesra")
    campaign = make_campaign("Cek kesehatan", unit=unit)
    make_campaign("Punya dinas lain", unit=make_organization("Dinas Lain"))
    make_campaign("Sudah lewat", unit=unit, starts_on=date(2026, 9, 1), ends_on=date(2026, 9, 30))
    Target.objects.create(campaign=campaign, measure="came", amount=40)
    past = make_event("Yang pertama", campaign=campaign, unit=unit, starts_at=EVENT_AT - timedelta(days=9))
    came(past, 10, 1)
    make_event("Yang berikut", campaign=campaign, unit=unit)
    Commitment.objects.create(what="Janji", unit=unit, by_when=date(2026, 11, 2), event=past)
    board = reverse("admin:outreach_campaign_board")
    officer = signed_in(make_officer(UNIT_OFFICER, unit))
    page = officer.get(board)
    (card,) = page.context["cards"]
    assert card.campaign == campaign
    assert [(bar.reached, bar.percent) for bar in card.bars] == [(10, 25)]
    assert card.next_event.title == "Yang berikut"
    assert (card.overdue, card.unreported) == (1, 1)
    assert "25%" in page.content.decode()
    assert [one.campaign.title for one in officer.get(f"{board}?which=over").context["cards"]] == [
        "Sudah lewat"
    ]
    clerk = signed_in(make_officer(CLERK))
    assert len(clerk.get(f"{board}?which=<b>&p=x").context["cards"]) == 2
    for number in range(6):
        more = make_campaign(f"Lagi {number}", unit=unit)
        Target.objects.create(campaign=more, measure="came", amount=40)
        make_event(campaign=more, unit=unit)
    with django_assert_max_num_queries(28):
        clerk.get(board)


def test_the_calendar_shows_drafts_rounds_and_posts_within_reach(time_machine: Any) -> None:
    time_machine.move_to(EVENT_AT - timedelta(days=2), tick=False)
    unit, other = make_organization("Seksi Kesra"), make_organization("Dinas Lain")
    make_event("Konsep saya", unit=unit, is_published=False)
    make_event("Milik lain", unit=other)
    Round.objects.create(title="Ketuk pintu", unit=unit, starts_on="2026-11-27", ends_on="2026-11-29")
    Post.objects.create(title="Kabar", unit=unit, planned_at=EVENT_AT)
    page = signed_in(make_officer(UNIT_OFFICER, unit)).get(reverse("admin:outreach_event_calendar"))
    days = {
        day: [one.label for one in entries] for week in page.context["weeks"] for day, entries, _c in week
    }
    assert days[date(2026, 11, 28)] == ["Ketuk pintu", "Konsep saya", "Kabar"]
    assert days[date(2026, 11, 29)] == ["Ketuk pintu"]
    assert "Milik lain" not in page.content.decode()
    desk = signed_in(make_officer(CLERK))
    for asked in ("?bulan=2026-12", "?bulan=9999-99", "?bulan=2026-11&mine=1", "?bulan=x"):
        assert desk.get(reverse("admin:outreach_event_calendar") + asked).status_code == 200
    assert "Milik lain" in desk.get(reverse("admin:outreach_event_calendar")).content.decode()


def test_the_start_page_names_what_is_owed() -> None:
    at = EVENT_AT - timedelta(days=2)
    unit = make_organization("Seksi Kesra")
    make_event("Pekan ini", unit=unit)
    make_event("Masih konsep", unit=unit, is_published=False)
    make_event("Tanpa catatan", unit=unit, starts_at=EVENT_AT - timedelta(days=9))
    make_event("Milik lain", unit=make_organization("Dinas Lain"))
    Commitment.objects.create(what="Janji lewat", unit=unit, by_when=date(2026, 11, 2))
    writer = make_officer(UNIT_OFFICER, unit)
    Post.objects.create(
        title="Kabar", unit=unit, state="asked", asked_at=at, written_by=writer, changed_by=writer
    )

    def lines(user: Any) -> dict[str, list[str]]:
        return {pile.name: [line.label for line in found.lines] for pile, found in queue_of(user, at)}

    mine = lines(writer)
    assert mine["events-week"] == ["Pekan ini"]
    assert mine["events-unready"] == ["Masih konsep"]
    assert mine["minutes-missing"] == ["Tanpa catatan"]
    assert mine["promises-late"] == ["Janji lewat"]
    # Whoever belongs to no unit and reaches all of them sees all.
    everything = lines(make_officer(COORDINATOR))
    assert everything["events-week"] == ["Pekan ini", "Milik lain"]
    assert everything["posts-asked"] == ["Kabar"]
    assert set(lines(make_officer(FIELD_OFFICER))) & {"promises-late", "posts-asked"} == set()


def test_invited_groups_come_from_a_spreadsheet_and_people_do_not() -> None:
    event = make_event(slug="cek-kesehatan")
    make_area("RW 03", level="rw", slug="rw-03")
    desk = signed_in(make_officer(COORDINATOR))
    add = f"{reverse('admin:exchange_import_add')}?kind=outreach.invitation"

    def send(*rows: str) -> Import:
        text = "\r\n".join(("event;group;area;amount", *rows))
        answer = desk.post(add, {"file": SimpleUploadedFile("undangan.csv", text.encode("utf-8-sig"))})
        assert answer.status_code == 302
        return Import.objects.latest("pk")

    good = ("cek-kesehatan;Kader posyandu;rw-03;40", "cek-kesehatan;Orang tua murid;;60")
    run = send(*good, "cek-kesehatan;Ibu contoh 0812-3456-7890;;1")
    assert (run.added, run.wrong) == (2, 1)
    assert not Invitation.objects.exists()
    run = send(*good)
    desk.post(reverse("admin:exchange_confirm", args=[run.pk]))
    assert event.invitations.people() == 100
    came(event, 25, 1)
    page = desk.get(reverse("admin:outreach_event_change", args=[event.pk])).content.decode()
    assert "25 dari 100" in page or "25 of 100" in page
    # Sent again it changes nothing; undone, the list is empty.
    assert send(*good).unchanged == 2
    desk.post(reverse("admin:exchange_undo", args=[run.pk]))
    assert not Invitation.objects.exists()


def test_lists_are_taken_away_with_their_numbers_and_without_formulas() -> None:
    unit = make_organization("Seksi Kesra")
    campaign = make_campaign("Cek kesehatan", unit=unit)
    Target.objects.create(campaign=campaign, measure="came", amount=40)
    event = make_event('=HYPERLINK("http://x")', campaign=campaign, unit=unit, capacity=20)
    make_event("Yang lain", unit=unit, kind="workshop")
    came(event, 25, 1)
    desk = signed_in(make_officer(COORDINATOR))
    table = desk.get(reverse("admin:outreach_event_export", args=["csv"]) + "?kind__exact=health_seminar")
    (_heads, line) = table.content.decode("utf-8-sig").strip().splitlines()
    assert line.startswith("\"'=HYPERLINK")
    assert ";25;" in line
    assert "25 / 40" in desk.get(reverse("admin:outreach_campaign_export", args=["csv"])).content.decode()
    book = load_workbook(BytesIO(desk.get(reverse("admin:outreach_event_export", args=["xlsx"])).content))
    cells = [cell.value for cell in list(book.active.rows)[1]]
    assert (cells[0], cells[12]) == (event.title, 25)
    assert desk.get(reverse("admin:outreach_event_export", args=["pdf"])).status_code == 404
    assert (
        desk.get(reverse("admin:outreach_event_export", args=["csv"]) + "?e=1&x__regex=a").status_code < 500
    )
    page = desk.get(reverse("admin:outreach_event_changelist") + "?kind__exact=workshop").content.decode()
    assert reverse("admin:outreach_event_export", args=["csv"]) + "?kind__exact=workshop" in page
    clerk = signed_in(make_officer(CLERK))
    assert clerk.get(reverse("admin:outreach_event_export", args=["csv"])).status_code == 403


def test_no_list_asks_more_for_more_rows() -> None:
    desk = signed_in(make_officer(COORDINATOR))
    lists = ("campaign", "event", "series", "commitment", "minutes", "partnership", "invitation")
    addresses = [reverse(f"admin:outreach_{name}_changelist") for name in lists]

    def asked() -> dict[str, int]:
        counts = {}
        for address in addresses:
            with CaptureQueriesContext(connection) as queries:
                assert desk.get(address).status_code == 200
            counts[address] = len(queries)
        return counts

    make_outreach(make_organization("Seksi 1"), 1)
    asked()
    before = asked()
    for number in range(2, 5):
        make_outreach(make_organization(f"Seksi {number}"), number)
    # What every process keeps until content changes is read anew once.
    asked()
    after = asked()
    assert {address: after[address] for address in addresses if after[address] > before[address]} == {}
