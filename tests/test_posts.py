"""Posts: rules of the channels, the yes of a second person, what is noted as published, and the feed."""

from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from outreach import posting
from outreach.channel_rules import Shape, length_of, size_of
from outreach.models import Post, PostVersion
from outreach.wording import first_words
from portal.shared.history import changes_of
from tests.builders import EVENT_AT, make_campaign, make_event, make_portal, make_service, make_user
from tests.outreach_world import make_post

pytestmark = pytest.mark.django_db
NOON = EVENT_AT - timedelta(days=10)
ATOM = "{http://www.w3.org/2005/Atom}"


def refused(code: str) -> Any:
    return pytest.raises(
        ValidationError, check=lambda refusal: code in {one.code for one in refusal.error_list}
    )


@pytest.mark.any_engine
@pytest.mark.parametrize(
    ("text", "channel", "codes"),
    [
        ("a" * 600, "whatsapp", set()),
        ("a" * 601, "whatsapp", {"too_long"}),
        ("😀" * 300, "whatsapp", set()),
        ("😀" * 301, "whatsapp", {"too_long"}),
        ("a" * 2200, "instagram", set()),
        ("a" * 2201, "instagram", {"too_long"}),
        (" ".join(f"#rw{n}a" for n in range(30)), "instagram", set()),
        (" ".join(f"#rw{n}a" for n in range(31)), "instagram", {"hashtags"}),
        (" ".join(f"@akun{n}" for n in range(21)), "instagram", {"mentions"}),
        ("a" * 63_206, "facebook", set()),
        ("a" * 63_207, "facebook", {"too_long"}),
    ],
)
def test_each_channel_takes_what_it_takes_and_not_one_more(text: str, channel: str, codes: set[str]) -> None:
    assert {one.code for one in size_of(text, channel).problems} == codes


@pytest.mark.any_engine
def test_hashtags_are_counted_as_channels_count_them() -> None:
    text = "#Sehat, lihat contoh.id/#bagian dan nomor #1 – kirim ke warga@contoh.id #cek_RW03"
    assert size_of(text, "instagram").hashtags == 2
    assert size_of(text, "instagram").mentions == 0
    assert length_of("é😀") == 3


def test_first_words_say_what_when_and_where_and_fit_whatsapp() -> None:
    event = make_event(fee_words="Gratis", bring="KTP\nKartu BPJS", summary="Periksa tekanan darah. " * 10)
    words = first_words(event, "whatsapp")
    assert words.startswith(f"*{event.title}*")
    assert "Sabtu, 28 November 2026, pukul 09.00–12.00 WIB" in words
    assert "Balai RW 03" in words
    assert event.unit.name in words
    assert length_of(words) <= 520
    long = make_event(summary="Periksa. " * 27, bring="\n".join(["Kartu keluarga asli"] * 30))
    assert length_of(first_words(long, "whatsapp")) <= 520
    assert "28 November" in first_words(long, "whatsapp")
    assert first_words(make_service(), "facebook")
    assert first_words(make_campaign(), "instagram").endswith("#KelurahanTanjungContoh")


def test_a_version_has_the_short_link_of_its_channel_last_and_keeps_it() -> None:
    event = make_event(campaign=make_campaign())
    post = make_post(event=event)
    facebook, whatsapp = (post.versions.get(channel=one) for one in ("facebook", "whatsapp"))
    assert facebook.short_link != whatsapp.short_link
    assert whatsapp.short_link.channel == "whatsapp"
    assert whatsapp.short_link.target == f"/kegiatan/{event.slug}/"
    assert whatsapp.short_link.campaign == post.campaign == event.campaign
    assert whatsapp.whole_text.endswith(f"/l/{whatsapp.short_link.code}")
    kept = whatsapp.short_link_id
    whatsapp.prepare()
    whatsapp.refresh_from_db()
    assert whatsapp.short_link_id == kept
    whatsapp.text = f"Lihat {whatsapp.link} ya"
    assert whatsapp.whole_text.count(whatsapp.link) == 1


def test_somebody_else_says_yes_and_only_after_being_asked() -> None:
    writer, other, editor = make_user(), make_user(), make_user()
    post = make_post(by=writer)
    with refused("not_asked"):
        post.approve(by=other, at=NOON)
    post.ask_approval(by=writer, at=NOON)
    for own in (writer,):
        with refused("own_words"):
            post.approve(by=own, at=NOON)
    post.written(by=editor)
    post.save()
    post.ask_approval(by=editor, at=NOON)
    for own in (writer, editor):
        with refused("own_words"):
            post.approve(by=own, at=NOON)
    post.approve(by=other, at=NOON)
    post.approve(by=other, at=NOON + timedelta(hours=1))
    assert (post.approved_by, post.approved_at, post.is_bound) == (other, NOON, True)
    assert [one.verb for one in changes_of(post)][:2] == ["approve", "ask_approval"]
    with pytest.raises(IntegrityError, match="post_approved_by_another"), transaction.atomic():
        Post.objects.filter(pk=post.pk).update(approved_by=writer)
    with pytest.raises(IntegrityError, match="post_approved_when_and_what"), transaction.atomic():
        Post.objects.filter(pk=post.pk).update(state="draft")


def test_approval_is_not_asked_for_what_no_channel_would_take() -> None:
    post = make_post()
    PostVersion.objects.filter(post=post, channel="whatsapp").update(text="a" * 700)
    PostVersion.objects.filter(post=post, channel="instagram").update(shape="")
    with pytest.raises(ValidationError) as refusal:
        post.ask_approval(by=None, at=NOON)
    assert {one.code for one in refusal.value.error_list} == {"too_long", "no_picture"}
    for code, changes in {
        "no_page": {"event": make_event(is_published=False)},
        "not_planned": {"planned_at": None},
        "no_words": {"text": ""},
    }.items():
        with refused(code):
            make_post(**changes).ask_approval(by=None, at=NOON)
    empty = make_post(channels=())
    with refused("no_version"):
        empty.ask_approval(by=None, at=NOON)


def test_a_yes_is_bound_to_its_words_and_can_be_taken_back() -> None:
    post = make_post(approved_at=NOON)
    version = post.versions.get(channel="facebook")
    PostVersion.objects.filter(pk=version.pk).update(text="Kata lain")
    assert not Post.objects.get(pk=post.pk).is_bound
    with refused("not_approved"):
        version.note_published(by=None, at=NOON)
    post.send_back("Tanggalnya keliru", by=None, at=NOON)
    assert (post.state, post.approved_at, post.approved_words) == ("draft", None, "")
    assert changes_of(post)[0].reason == "Tanggalnya keliru"
    assert Post(title="Kabar").state == "draft"


def test_what_is_published_counts_for_the_campaign_once_and_its_words_stand() -> None:
    campaign = make_campaign()
    post = make_post(event=make_event(campaign=campaign), approved_at=NOON)
    version = post.versions.get(channel="facebook")
    with refused("not_out"):
        version.note_result({"reactions": 3}, by=None, at=NOON)
    with refused("future"):
        version.note_published(by=None, at=NOON, published_at=NOON + timedelta(minutes=1))
    version.note_published(by=None, at=NOON)
    version.note_published("https://www.facebook.com/contoh/1", by=None, at=NOON + timedelta(hours=1))
    assert (version.published_at, version.published_url) == (NOON, "https://www.facebook.com/contoh/1")
    assert PostVersion.objects.published_for(campaign).count() == 1
    with refused("published"):
        post.send_back("Terlambat", by=None, at=NOON)
    version.note_result(
        {"people_reached": 0, "reactions": 12, "result_words": "Ditanya jam"}, by=None, at=NOON
    )
    assert (version.people_reached, version.comments) == (0, None)
    version.take_back("Dihapus", by=None, at=NOON)
    assert PostVersion.objects.published_for(campaign).count() == 0
    with pytest.raises(IntegrityError, match="post_result_after_publishing"), transaction.atomic():
        PostVersion.objects.filter(pk=version.pk).update(reactions=1)
    with pytest.raises(IntegrityError, match="post_about_one_thing"), transaction.atomic():
        Post.objects.filter(pk=post.pk).update(service=make_service())


def entries(client: Client, query: str = "") -> list[ElementTree.Element]:
    response = client.get(f"/siaran/atom.xml{query}")
    assert (response.status_code, response["Content-Type"].partition(";")[0]) == (200, "application/atom+xml")
    return ElementTree.fromstring(response.content).findall(f"{ATOM}entry")


def test_the_feed_has_what_was_approved_and_is_due_in_the_words_of_a_channel(client: Client) -> None:
    make_portal()
    make_post(title="Draf")
    make_post(title="Nanti", planned_at=EVENT_AT + timedelta(days=4000), approved_at=NOON)
    changed = make_post(title="Diubah", planned_at=NOON, approved_at=NOON)
    changed.versions.update(text="Kata lain")
    assert entries(client) == []
    post = make_post(
        title="Cek & sehat",
        planned_at=EVENT_AT - timedelta(days=4000),
        approved_at=EVENT_AT - timedelta(days=4000),
    )
    [entry] = entries(client, "?kanal=whatsapp")
    version = post.versions.get(channel="whatsapp")
    assert entry.findtext(f"{ATOM}title") == "Cek & sehat"
    assert entry.findtext(f"{ATOM}summary") == version.whole_text
    assert entry.findtext(f"{ATOM}id", "").endswith(f"/siaran/{post.pk}/whatsapp")
    links = {one.get("rel"): one.get("href") for one in entry.findall(f"{ATOM}link")}
    assert links["alternate"] == version.link
    picture = client.get(
        links["enclosure"].partition("testserver")[2] or "/" + links["enclosure"].split("/", 3)[3]
    )
    assert picture["Content-Type"] == "image/jpeg"
    assert client.get("/siaran/atom.xml?kanal=radio").status_code == 404


def test_the_feed_asks_at_most_once_more_for_each_post(client: Client) -> None:
    make_portal()
    at = EVENT_AT - timedelta(days=4000)

    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            entries(client)
        return len(asked)

    def one_of_each() -> None:
        campaign = make_campaign()
        for about in (
            {"event": make_event(campaign=campaign)},
            {"service": make_service()},
            {"campaign": campaign},
        ):
            make_post(planned_at=at, approved_at=at, **about)

    one_of_each()
    few = questions()
    for _more in range(2):
        one_of_each()
    assert len(entries(client)) == 9
    # The code of the short link that stands on its picture; everything else is asked once for all.
    assert questions() <= few + 6


def test_news_has_a_picture_of_its_own_and_no_link(client: Client) -> None:
    make_portal()
    news = make_post(title="Loket pindah ke lantai dua", event=None, channels=("instagram",))
    version = news.versions.get()
    assert version.link == ""
    assert version.whole_text == news.text
    address = posting.picture_of(version)
    assert client.get(address)["Content-Type"] == "image/jpeg"
    news.title = "Loket pindah"
    news.save()
    assert client.get(address).status_code == 404
    assert client.get(address.replace("persegi", "bulat")).status_code == 404
    assert version.shape == Shape.SQUARE
