"""News on the notice board: who may tell what, where it stands, when it goes."""

from datetime import datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from outreach.models import Post
from outreach.post_pictures import pictures_of
from portal.shared import content_version
from portal.shared.history import Change
from services.models import News
from tests.builders import (
    make_area,
    make_category,
    make_location,
    make_organization,
    make_portal,
    make_service,
)
from tests.desk import form_data, make_officer, signed_in
from tests.doors import Door, connections_kept_open
from tests.news_world import make_news

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def portal(time_machine: Any, now: datetime) -> None:
    time_machine.move_to(now, tick=False)
    make_portal()


def page(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return response.content.decode()


def test_news_is_read_from_its_beginning_to_its_end_and_stays_among_what_is_over(
    client: Client, now: datetime, time_machine: Any
) -> None:
    one = make_news("Loket dua tutup", at=now, shown_from=now + HOUR, shown_until=now + 3 * HOUR)
    assert "Loket dua tutup" not in page(client, "/kabar/")
    page(client, one.get_absolute_url(), 404)
    time_machine.move_to(now + 2 * HOUR, tick=False)
    assert "Loket dua tutup" in page(client, "/kabar/")
    assert "Loket dua tutup" in page(client, "/")
    assert "Loket dua tutup" not in page(client, "/kabar/?lewat=1")
    assert "tidak berlaku lagi" not in page(client, one.get_absolute_url())
    time_machine.move_to(now + 3 * HOUR, tick=False)
    assert "Loket dua tutup" not in page(client, "/kabar/") + page(client, "/")
    assert "Loket dua tutup" in page(client, "/kabar/?lewat=1")
    assert "notice--attention" in page(client, one.get_absolute_url())


def test_drafts_and_withdrawn_news_are_nobodys_to_read(client: Client, now: datetime) -> None:
    draft = make_news("Rancangan", is_published=False)
    page(client, draft.get_absolute_url(), 404)
    draft.publish(by="tests", at=now)
    draft.publish(by="tests", at=now + HOUR)
    assert draft.published_at == now
    assert "Rancangan" in page(client, "/kabar/")
    draft.withdraw(by="tests", reason="Salah hari", at=now)
    page(client, draft.get_absolute_url(), 404)
    assert "Rancangan" not in page(client, "/kabar/") + page(client, "/kabar/atom.xml")
    with pytest.raises(ValidationError):
        draft.withdraw(by="tests", reason="Lagi", at=now)
    verbs = Change.objects.filter(noun="services.news").order_by("pk").values_list("verb", "reason")
    assert [*verbs] == [("create", ""), ("publish", ""), ("withdraw", "Salah hari")]


def test_what_is_over_is_not_published(now: datetime) -> None:
    late = make_news(is_published=False, shown_until=now, at=now - HOUR)
    with pytest.raises(ValidationError):
        late.publish(by="tests", at=now)
    with pytest.raises(ValidationError):
        make_news().withdraw(by="tests", reason=" ", at=now)


def test_the_database_refuses_an_emergency_without_an_end_and_an_end_before_the_beginning(
    now: datetime,
) -> None:
    for wrong in ({"kind": News.Kind.EMERGENCY, "shown_until": None}, {"shown_until": now - HOUR}):
        with pytest.raises(IntegrityError), transaction.atomic():
            make_news(at=now, **wrong)


def test_filters_by_topic_and_area_leave_what_holds_for_everybody(client: Client, now: datetime) -> None:
    village = make_area("Tanjung Contoh")
    rw, other = (make_area(name, level="rw", parent=village) for name in ("RW 01", "RW 02"))
    field = make_category("Kesehatan")
    topic = make_category("Imunisasi", parent=field)
    make_news("Untuk semua")
    make_news("Untuk kelurahan", areas=[village])
    make_news("Hanya RW 01", areas=[rw], category=topic)
    make_news("Hanya RW 02", areas=[other])
    text = page(client, f"/kabar/?wilayah={rw.slug}")
    assert [one in text for one in ("Untuk semua", "Untuk kelurahan", "Hanya RW 01", "Hanya RW 02")] == [
        *(True, True, True, False)
    ]
    text = page(client, f"/kabar/?topik={field.slug}")
    assert "Hanya RW 01" in text
    assert "Untuk semua" not in text
    page(client, "/kabar/?topik=tidak-ada", 404)
    page(client, "/kabar/?lewat=2", 404)
    page(client, "/kabar/?hal=2", 404)


def test_a_service_and_a_place_show_what_is_told_about_them(client: Client) -> None:
    place, service = make_location(), make_service()
    make_news("Kantor pindah", location=place)
    make_news("Loket dua tutup sehari", service=service)
    text = page(client, service.get_absolute_url())
    assert "Loket dua tutup sehari" in text
    assert "Kantor pindah" not in text
    text = page(client, place.get_absolute_url())
    assert "Kantor pindah" in text
    assert "Loket dua tutup sehari" not in text


@pytest.mark.any_engine
@pytest.mark.parametrize("address", ["/", "/layanan/", "/suara/", "/kabar/", "/en/darurat/", "/lacak/"])
def test_an_emergency_stands_on_every_page_forms_too_until_its_end(
    client: Client, now: datetime, time_machine: Any, address: str
) -> None:
    make_news("Banjir di RW 03", at=now, kind=News.Kind.EMERGENCY, shown_until=now + HOUR)
    board = 'aria-label="Emergency notice"' if address.startswith("/en/") else 'aria-label="Kabar darurat"'
    assert board in page(client, address)
    assert "Banjir di RW 03" in page(client, address)
    time_machine.move_to(now + HOUR, tick=False)
    assert board not in page(client, address)
    assert "Banjir di RW 03" not in page(client, address)


@pytest.mark.any_engine
def test_a_kept_page_lets_go_of_an_emergency_at_its_end(now: datetime, time_machine: Any) -> None:
    """Our own store drops the page at the end; a browser that took it just before keeps it for a minute at most."""
    door = Door()
    make_news("Banjir di RW 03", at=now, kind=News.Kind.EMERGENCY, shown_until=now + timedelta(seconds=40))
    with connections_kept_open():
        first = door.ask("/layanan/")
        assert first.headers["Cache-Control"] == "public, max-age=40"
        assert b"Banjir" in first.body
        door.clock.now += 39
        assert b"Banjir" in door.ask("/layanan/").body
        door.clock.now += 1
        time_machine.move_to(now + timedelta(seconds=40), tick=False)
        later = door.ask("/layanan/")
    assert later.headers["Cache-Control"] == "public, max-age=60"
    assert b"Banjir" not in later.body


def test_a_portal_without_news_asks_nothing_more_for_it(client: Client) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            page(client, "/aksesibilitas/")
        return sum('"services_news"."text"' in one["sql"] for one in queries)

    assert asked() == 0
    make_news()
    assert asked() == 1
    assert asked() == 0


@pytest.mark.any_engine
def test_the_feed_holds_the_newest_and_says_when_one_was_mended(client: Client, now: datetime) -> None:
    make_news("Lama", at=now - 5 * HOUR)
    make_news("Baru & <tajam>", at=now - HOUR)
    make_news("Rancangan", is_published=False)
    response = client.get("/kabar/atom.xml")
    assert response.headers["Content-Type"].startswith("application/atom+xml")
    atom = {"a": "http://www.w3.org/2005/Atom"}
    root = ElementTree.fromstring(response.content)
    titles = [one.text for one in root.findall("a:entry/a:title", atom)]
    assert titles == ["Baru & <tajam>", "Lama"]


@pytest.mark.any_engine
def test_the_list_asks_the_same_for_one_notice_and_for_many(client: Client) -> None:
    def asked() -> int:
        content_version.forget()
        page(client, "/kabar/")
        with CaptureQueriesContext(connection) as queries:
            page(client, "/kabar/")
        return len(queries)

    unit, place, service = make_organization(), make_location(), make_service()
    make_news(unit=unit, location=place, service=service, areas=[make_area()])
    few = asked()
    for _number in range(4):
        make_news(unit=unit, location=place, service=service, areas=[make_area()])
    assert asked() == few <= 6


# The desk ------------------------------------------------------------


def form_of(one: dict[str, Any], unit: Any) -> dict[str, Any]:
    given = {
        "kind": "news",
        "title": "Loket dua tutup",
        "text": "Buka lagi Senin.",
        "slug": "loket-dua-tutup",
    }
    return {**given, "shown_from": "2026-11-18T08:00", "shown_until": "", "unit": unit.pk, **one}


def verb(one: News, name: str) -> str:
    return reverse("admin:services_news_verb", args=[one.pk, name])


@pytest.mark.any_engine
def test_a_unit_tells_its_own_closed_counter_from_writing_to_withdrawing() -> None:
    unit = make_organization()
    desk = signed_in(make_officer("unit officer", unit))
    for odd in ("abc", "-1", "9" * 30, "1\0"):
        chosen = {"unit": odd, "service": odd, "location": odd, "areas": [odd]}
        answer = desk.post(reverse("admin:services_news_add"), form_of(chosen, unit))
        assert answer.status_code == 200
        assert {"unit", "service", "location", "areas"} <= answer.context["adminform"].form.errors.keys()
    answer = desk.post(reverse("admin:services_news_add"), form_of({}, unit))
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    one = News.objects.get()
    preview = page(desk, reverse("admin:services_news_preview", args=[one.pk]))
    assert "*Loket dua tutup*" in preview
    assert "wa.me" not in preview
    desk.post(verb(one, "publish"))
    assert "Loket dua tutup" in page(Client(), "/kabar/")
    assert "wa.me" in page(desk, reverse("admin:services_news_preview", args=[one.pk]))
    desk.post(verb(one, "withdraw"), {"reason": "Sudah buka", "answered": "1"})
    assert "Loket dua tutup" not in page(Client(), "/kabar/")


@pytest.mark.any_engine
def test_an_emergency_is_published_by_the_coordinator_alone() -> None:
    unit = make_organization()
    officer, coordinator = (signed_in(make_officer(role, unit)) for role in ("unit officer", "coordinator"))
    wrong = officer.post(reverse("admin:services_news_add"), form_of({"kind": "emergency"}, unit))
    assert wrong.status_code == 200
    assert not News.objects.exists()
    officer.post(
        reverse("admin:services_news_add"),
        form_of({"kind": "emergency", "shown_until": "2026-11-18T20:00"}, unit),
    )
    one = News.objects.get()
    officer.post(verb(one, "publish"))
    assert "Loket dua tutup" not in page(Client(), "/")
    coordinator.post(verb(one, "publish"))
    assert "notice--error" in page(Client(), "/")
    officer.post(verb(one, "withdraw"), {"reason": "Iseng", "answered": "1"})
    officer.post(reverse("admin:services_news_change", args=[one.pk]), form_of({"title": "Diubah"}, unit))
    assert "notice--error" in page(Client(), "/")
    assert "Diubah" not in page(Client(), "/")


@pytest.mark.any_engine
def test_what_is_published_as_news_does_not_become_an_emergency_by_a_change() -> None:
    unit = make_organization()
    one = make_news("Loket dua tutup", unit=unit)
    desk = signed_in(make_officer("unit officer", unit))
    sent = form_of({"kind": "emergency", "shown_until": "2026-11-18T20:00"}, unit)
    desk.post(reverse("admin:services_news_change", args=[one.pk]), sent)
    one.refresh_from_db()
    assert one.kind == News.Kind.NEWS


# On social media ------------------------------------------------------------


def test_a_post_about_a_notice_begins_with_its_words_and_leads_to_its_page(now: datetime) -> None:
    unit = make_organization("Kelurahan Contoh")
    one = make_news("Loket dua tutup", unit=unit, text="Buka lagi Senin. " * 40, shown_until=now + HOUR)
    desk = signed_in(make_officer("unit officer", unit))
    add = reverse("admin:outreach_post_add")
    sent = form_data(desk.get(add, {"news": one.pk}), channels=["facebook", "whatsapp", "instagram"])
    assert sent["title"] == "Loket dua tutup"
    assert "Buka lagi Senin." in sent["text"]
    assert desk.post(add, sent).status_code == 302
    post = Post.objects.get()
    assert post.leads_somewhere
    versions = post.versions.select_related("short_link")
    assert {version.short_link.target for version in versions} == {one.get_absolute_url()}
    assert [version.problems for version in versions] == [[]] * len(versions)
    assert pictures_of(post)
    one.withdraw(by="tests", reason="Keliru", at=now)
    assert not Post.objects.get().leads_somewhere
    with pytest.raises(IntegrityError, match="post_about_one_thing"), transaction.atomic():
        Post.objects.filter(pk=post.pk).update(service=make_service())
