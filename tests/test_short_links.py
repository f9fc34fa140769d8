"""Short links: made for a drop or a post, leading inside only, counted by day without knowing anybody."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from threading import Barrier
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connections
from django.test import Client
from django.utils import timezone

from outreach import linking
from outreach.channels import Channel, channel_of, code_of, way_of
from outreach.inside import check_inside, with_channel
from outreach.linking import count_visit, link_for, new_codes
from outreach.models import LinkCount, ShortLink
from outreach.previews import is_preview
from portal.shared import content_version
from tests.builders import make_campaign, make_portal, make_service, make_user
from tests.test_feedback_races import at_once

pytestmark = pytest.mark.django_db

PHONE = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Mobile Safari/537.36"
TODAY = date(2026, 11, 20)


@pytest.fixture(autouse=True)
def on_the_day(time_machine: Any, now: datetime) -> None:
    time_machine.move_to(now, tick=False)


def visits(link: ShortLink) -> int:
    return sum(LinkCount.objects.filter(link=link).values_list("count", flat=True))


def follow(link: ShortLink, agent: str = PHONE, **headers: str) -> Any:
    return Client().get(f"/l/{link.code}", headers={"user-agent": agent, **headers})


def test_a_link_leads_on_with_its_channel_and_is_counted_by_day(now: datetime) -> None:
    make_portal()
    service, campaign = make_service(), make_campaign()
    link = link_for(service, Channel.POSTER, "Pos RW 03", campaign, by=make_user())
    answer = follow(link)
    assert answer.status_code == 302
    assert answer["Location"] == f"/layanan/{service.slug}/?dari=poster"
    assert "no-store" in answer["Cache-Control"]
    assert not answer.cookies
    [row] = LinkCount.objects.all()
    assert (row.day, row.count) == (timezone.localdate(now), 1)
    assert Client().get(f"/en/l/{link.code.upper()}", headers={"user-agent": PHONE})["Location"] == (
        f"/en/layanan/{service.slug}/?dari=poster"
    )
    assert visits(link) == 2
    assert Client().get(answer["Location"]).status_code == 200


def test_the_same_four_give_the_same_link_and_others_another() -> None:
    first = link_for("/layanan/", Channel.FACEBOOK, "Ajakan")
    assert link_for("/layanan/", Channel.FACEBOOK, "Ajakan") == first
    assert link_for("/layanan/", Channel.INSTAGRAM, "Ajakan") != first
    first.switch_off(by=make_user(), reason="Selebaran ditarik.")
    assert link_for("/layanan/", Channel.FACEBOOK, "Ajakan") != first
    # Named otherwise at the desk, it is no longer the one that was asked for.
    second = link_for("/layanan/", Channel.FACEBOOK, "Ajakan")
    second.label = "Ajakan pertama"
    second.save()
    assert link_for("/layanan/", Channel.FACEBOOK, "Ajakan") not in (first, second)
    assert len(first.code) == 5
    assert not set(first.code) & set("0o1il5s2zb")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("is_marked", "links"), [(True, 1), (False, 4)])
def test_asked_four_times_at_the_same_moment_there_is_one_link(
    is_marked: bool, links: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All four have looked and found none before any writes; without the mark there would be four."""
    together = Barrier(4)

    def drawn(number: int) -> list[str]:
        together.wait(20)
        return new_codes(number)

    monkeypatch.setattr(linking, "new_codes", drawn)
    if not is_marked:
        monkeypatch.setattr(linking, "mark_of", lambda **_four: None)
    assert at_once(*[lambda: link_for("/layanan/", Channel.FLYER, "Pos RW 03")] * 4) == ["done"] * 4
    assert ShortLink.objects.count() == links


def test_counting_and_making_leave_every_page_in_the_stores() -> None:
    before = content_version.current()
    follow(link_for("/layanan/", Channel.FLYER))
    assert content_version.current() == before


def test_a_link_switched_off_answers_with_the_search_page_and_counts_nothing() -> None:
    make_portal()
    link = link_for("/layanan/", Channel.FLYER)
    link.switch_off(by=make_user(), reason="Selesai.")
    answer = follow(link)
    assert answer.status_code == 404
    assert b'type="search"' in answer.content
    link.switch_on(by=make_user())
    assert follow(link).status_code == 302
    assert visits(link) == 1


def test_a_service_answers_to_its_own_name_as_before() -> None:
    make_portal()
    service = make_service()
    for agent in (PHONE, PHONE, "WhatsApp/2.23.20.0 A"):
        answer = Client().get(f"/l/{service.slug}?dari=flyer", headers={"user-agent": agent})
        assert answer["Location"] == f"/layanan/{service.slug}/?dari=flyer"
    # Its own flyer is counted from the first visit on; programs make and count nothing.
    [own] = ShortLink.objects.all()
    assert (own.target, own.channel, visits(own)) == (f"/layanan/{service.slug}/", "flyer", 2)
    assert Client().get(f"/l/{service.slug}")["Location"] == f"/layanan/{service.slug}/"
    assert Client().get("/l/tidak-ada").status_code == 404
    taken = ShortLink(code=service.slug.upper(), target="/layanan/")
    with pytest.raises(ValidationError) as refusal:
        taken.full_clean()
    assert "code" in refusal.value.message_dict


def test_asking_for_the_head_or_fetching_ahead_is_not_a_visit() -> None:
    link = link_for("/layanan/", Channel.WHATSAPP)
    assert Client().head(f"/l/{link.code}", headers={"user-agent": PHONE}).status_code == 302
    for agent, headers in (
        ("WhatsApp/2.23.20.0 A", {}),
        ("facebookexternalhit/1.1", {}),
        (PHONE, {"sec-purpose": "prefetch;prerender"}),
        ("", {}),
    ):
        assert follow(link, agent, **headers).status_code == 302
    assert visits(link) == 0
    assert Client().post(f"/l/{link.code}").status_code == 405


@pytest.mark.any_engine
@pytest.mark.parametrize(
    ("agent", "is_program"),
    [
        (PHONE, False),
        (
            "Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 Mobile/15E148 [FBAN/FBIOS;FBAV/440.0;FBDV/iPhone12,1]",
            False,
        ),
        (
            "Mozilla/5.0 (Linux; Android 12) AppleWebKit/537.36 Chrome/141.0 Mobile Instagram 312.0.0.34 Android",
            False,
        ),
        (
            "Mozilla/5.0 (Linux; Android 9; CUBOT X19) AppleWebKit/537.36 Chrome/96.0 Mobile Safari/537.36",
            False,
        ),
        (
            "Mozilla/5.0 (Linux; Android 11; CUBOT_NOTE_20) AppleWebKit/537.36 Chrome/96.0 Mobile Safari",
            False,
        ),
        ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", True),
        ("Mozilla/5.0 AppleWebKit/537.36 (compatible; bingbot/2.0) Chrome/116.0 Safari/537.36", True),
        ("TelegramBot (like TwitterBot)", True),
        ("Mozilla/5.0 (compatible; AhrefsBot/7.0)", True),
        ("meta-externalagent/1.1", True),
        ("python-requests/2.32", True),
        ("Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/141.0", True),
    ],
)
def test_programs_are_told_from_people(agent: str, is_program: bool) -> None:
    assert is_preview({"User-Agent": agent}) is is_program


@pytest.mark.any_engine
@pytest.mark.parametrize(
    "target",
    [
        *("https://lain.example/", "//lain.example/", "/\\lain.example", "javascript:alert(1)", "layanan/"),
        *("/admin/", "/petugas/kegiatan/", "/l/abc34", "/en/layanan/", "/tidak-ada/", "/layanan/#atas", ""),
        *("/layanan/\n", "/layanan/ x", "/layanan/../admin/"),
    ],
)
def test_links_stay_inside(target: str) -> None:
    with pytest.raises(ValidationError):
        check_inside(target)


@pytest.mark.any_engine
def test_the_channel_joins_what_the_address_asks_already() -> None:
    check_inside("/suara/?kegiatan=cek-kesehatan")
    joined = with_channel("/suara/?kegiatan=cek-kesehatan&dari=teman", Channel.FLYER)
    assert joined == "/suara/?kegiatan=cek-kesehatan&dari=flyer"
    assert with_channel("/layanan/", Channel.OTHER) == "/layanan/"
    # The link itself goes along where people register; nothing but a code ever comes back out of an address.
    assert with_channel("/layanan/", Channel.FLYER, "c4fgh") == "/layanan/?dari=flyer"
    assert with_channel("/kegiatan/x/", Channel.OTHER, "c4fgh") == "/kegiatan/x/?dari=lain.c4fgh"
    assert (way_of("flyer.c4fgh"), code_of("flyer.c4fgh")) == ("flyer.c4fgh", "c4fgh")
    # “Another way” is no answer that a form gives for anybody.
    assert (way_of("lain.c4fgh"), channel_of("lain.c4fgh"), way_of("lain")) == ("lain.c4fgh", "", "")
    assert [way_of(odd) for odd in ('flyer."><b>', "x.c4fgh", ".c4fgh", "flyer.", None)] == [
        *("flyer", "", "", "flyer", "")
    ]


@pytest.mark.django_db(transaction=True)
def test_visits_at_the_same_moment_are_all_counted() -> None:
    link = link_for("/layanan/", Channel.FLYER)

    def visit(_number: int) -> None:
        try:
            count_visit(link, TODAY)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as people:
        list(people.map(visit, range(24)))
    assert visits(link) == 24
    assert LinkCount.objects.count() == 1


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_reading_first_would_lose_visits_where_people_come_at_once() -> None:
    """The control: the naive way, with the pause any server has, counts fewer than came."""
    row = LinkCount.objects.create(link=link_for("/layanan/", Channel.FLYER), day=TODAY)

    def visit(_number: int) -> None:
        try:
            own = LinkCount.objects.get(pk=row.pk)
            own.count += 1
            own.save()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as people:
        list(people.map(visit, range(64)))
    row.refresh_from_db()
    assert row.count < 64
