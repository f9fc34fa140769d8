"""The kit of a post at the desk: written by one, approved by another, copied, shared, noted, looked at in a month."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from outreach.models import Delivery, Post
from portal.accounts.roles import COORDINATOR, UNIT_OFFICER
from services.models import Organization
from tests.builders import EVENT_AT, make_campaign, make_event, make_organization, make_portal, make_service
from tests.desk import form_data, make_officer, signed_in
from tests.outreach_world import make_post

pytestmark = pytest.mark.django_db
NOON = EVENT_AT - timedelta(days=10)
ADD = "/admin/outreach/post/add/"


def kit(post: Post) -> str:
    return reverse("admin:outreach_post_kit", args=[post.pk])


def act(post: Post, name: str, channel: str = "facebook") -> str:
    return reverse("admin:outreach_post_act", args=[post.pk, channel, name])


def verb(post: Post, name: str) -> str:
    return reverse("admin:outreach_post_verb", args=[post.pk, name])


@pytest.fixture
def unit() -> Organization:
    portal = make_portal()
    assert portal.organization is not None
    return portal.organization


def test_a_post_goes_from_the_event_to_its_kit_and_through_two_pairs_of_hands(unit: Organization) -> None:
    event = make_event(unit=unit, campaign=make_campaign(unit=unit), bring="KTP\n" * 40)
    writer = signed_in(make_officer(UNIT_OFFICER, unit))
    page = writer.get(ADD, {"event": event.pk})
    data = form_data(page)
    assert data["title"] == event.title
    assert "28 November 2026" in data["text"]
    response = writer.post(f"{ADD}?event={event.pk}", data | {"planned_at": "2026-11-18T09:00"})
    post = Post.objects.get()
    assert response["Location"] == kit(post)
    assert post.campaign == event.campaign
    words = {one.channel: one for one in post.versions.all()}
    assert {*words} == {"facebook", "instagram", "whatsapp"}
    assert words["facebook"].text == ""
    assert words["whatsapp"].text.startswith(f"*{event.title}*")
    shown = writer.get(kit(post)).content.decode()
    assert shown.count('class="post-copy"') == 3
    assert "https://wa.me/?text=" in shown
    assert "https://www.facebook.com/sharer/sharer.php?u=" in shown
    assert f"<b>{event.title}</b>" in shown
    assert "600" in shown
    assert 'src="/kegiatan/' in shown

    writer.post(verb(post, "ask_approval"), {"answered": "1"})
    assert writer.post(verb(post, "approve"), {"answered": "1"}).status_code == 403
    assert "Noted" not in writer.get(kit(post)).content.decode()
    boss = signed_in(make_officer(COORDINATOR))
    boss.post(verb(post, "approve"), {"answered": "1"})
    post.refresh_from_db()
    assert post.is_bound

    assert writer.post(act(post, "published"), {"published_url": "http://contoh.id/1"}).status_code == 200
    assert writer.post(act(post, "published"), {"published_at": "2100-01-01T00:00"}).status_code == 200
    writer.post(act(post, "published"), {"published_url": "https://www.facebook.com/contoh/1"})
    writer.post(
        act(post, "result"), {"people_reached": "1200", "comments": "0", "result_words": "Jam berapa?"}
    )
    version = post.versions.get(channel="facebook")
    assert (version.people_reached, version.comments, version.shares) == (1200, 0, None)
    shown = writer.get(kit(post)).content.decode()
    assert "1.200" in shown
    assert writer.get(act(post, "settle"))["Location"] == kit(post)
    assert writer.get(act(post, "published", "radio")).status_code == 404
    assert writer.get(act(post, "wrong")).status_code == 404
    # What is out stays as it was told.
    page = writer.get(reverse("admin:outreach_post_change", args=[post.pk]))
    assert "text" not in page.context["adminform"].form.fields
    writer.post(act(post, "take_back"), {"reason": "Dihapus"})
    version.refresh_from_db()
    assert version.published_at is None


def test_changed_words_need_a_new_yes_and_another_time_does_not(unit: Organization) -> None:
    post = make_post(event=make_event(unit=unit), unit=unit, approved_at=NOON)
    client = signed_in(make_officer(UNIT_OFFICER, unit))
    address = reverse("admin:outreach_post_change", args=[post.pk])
    client.post(address, form_data(client.get(address), planned_at="2026-11-20T10:00"))
    post.refresh_from_db()
    assert (post.state, post.is_bound) == ("approved", True)
    response = client.post(
        address, form_data(client.get(address), **{"versions-0-text": "Lain"}), follow=True
    )
    post.refresh_from_db()
    assert post.state == "draft"
    assert post.changed_by_id is not None
    assert response.redirect_chain == [(kit(post), 302)]


def test_a_post_is_about_one_thing_and_begins_with_what_its_writer_may_see(unit: Organization) -> None:
    other = make_event(unit=make_organization("Dinas lain"))
    client = signed_in(make_officer(UNIT_OFFICER, unit))
    assert (
        "text" not in form_data(client.get(ADD, {"event": other.pk}))
        or not form_data(client.get(ADD, {"event": other.pk}))["text"]
    )
    assert client.get(ADD, {"event": "9" * 40}).status_code == 200
    service, event = make_service(organization=unit), make_event(unit=unit)
    data = form_data(client.get(ADD, {"service": service.pk}), event=event.pk, service=service.pk)
    response = client.post(ADD, data)
    assert response.status_code == 200
    assert Post.objects.count() == 0
    client.post(ADD, data | {"event": "", "text": "", "channels": ["whatsapp"]})
    assert service.name in Post.objects.get().text
    Post.objects.all().delete()
    alien = make_post(event=other, unit=other.unit)
    assert client.get(kit(alien)).status_code == 404
    assert client.get(act(alien, "published")).status_code == 404


def test_what_nobody_knows_is_decided_by_somebody_who_looked(unit: Organization) -> None:
    post = make_post(event=make_event(unit=unit), unit=unit, approved_at=NOON)
    version = post.versions.get(channel="facebook")
    delivery = Delivery.objects.create(version=version, made_at=NOON, state="unclear", problem="No answer")
    client = signed_in(make_officer(UNIT_OFFICER, unit))
    assert "No answer" in client.get(kit(post)).content.decode()
    start = client.get("/admin/").content.decode()
    assert f"{kit(post)}#facebook" in start
    assert f"{kit(post)}#whatsapp" in start
    assert client.post(act(post, "settle"), {}).status_code == 200
    client.post(act(post, "settle"), {"verdict": "not_there"})
    delivery.refresh_from_db()
    assert delivery.state == "waiting"
    Delivery.objects.filter(pk=delivery.pk).update(state="unclear")
    client.post(act(post, "settle"), {"verdict": "there"})
    delivery.refresh_from_db()
    version.refresh_from_db()
    assert (delivery.state, version.published_at is not None) == ("sent", True)


def test_the_month_shows_what_is_planned_in_few_questions(
    unit: Organization, django_assert_max_num_queries: Any
) -> None:
    event = make_event(unit=unit)
    for day in range(5):
        make_post(f"Kabar {day}", event=event, unit=unit, planned_at=EVENT_AT + timedelta(days=day))
    make_post("Tanpa tanggal", event=event, unit=unit, planned_at=None)
    make_post("Bukan kami", event=make_event(unit=make_organization("Dinas lain")), planned_at=EVENT_AT)
    client = signed_in(make_officer(UNIT_OFFICER, unit))
    address = reverse("admin:outreach_post_calendar")
    client.get(address, {"bulan": "2026-11"})
    with django_assert_max_num_queries(14):
        page = client.get(address, {"bulan": "2026-11"}).content.decode()
    assert all(f"Kabar {day}" in page for day in range(5))
    assert "Bukan kami" not in page
    for wrong in ("2026-13", "x", "9999-12", "0001-01", "2026-11-01"):
        assert client.get(address, {"bulan": wrong}).status_code == 200
    listed = client.get("/admin/outreach/post/")
    assert listed.status_code == 200
    assert "Kabar 1" in listed.content.decode()
