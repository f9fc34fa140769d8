"""One row of every noun of outreach, for tests that walk over all of its pages."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from outreach import share_images
from outreach.channel_rules import RULES
from outreach.dropping import plan_drop
from outreach.models import (
    Commitment,
    Drop,
    Event,
    Invitation,
    Material,
    Minutes,
    Partnership,
    Post,
    PostVersion,
    PrintRun,
    Series,
    Target,
)
from outreach.models.question import ask
from outreach.post_pictures import picture_of
from outreach.posting import approve
from outreach.registering import Wish, register
from portal.shared.history import recorded
from tests.builders import (
    EVENT_AT,
    PUBLISHED_AT,
    WHO,
    kept,
    make_campaign,
    make_event,
    make_organization,
    unique,
)
from tests.consultation_world import make_consultation
from tests.rounds import make_round_of_everything


def make_outreach(unit: Any, number: int = 1) -> Event:
    """A campaign of this unit with one published activity, its series, partner, minutes and a promise."""
    campaign = make_campaign(f"Cek kesehatan {number}", unit=unit)
    Target.objects.create(campaign=campaign, measure="came", amount=100)
    series = kept(Series(title=f"Cek kesehatan bulanan {number}", slug=f"cek-kesehatan-bulanan-{number}"))
    event = make_event(
        f"Cek kesehatan di RW 0{number}",
        unit=unit,
        campaign=campaign,
        series=series,
        capacity=20,
        agenda=["Pembukaan"],
    )
    kept(Partnership(event=event, organization=unit, role="expert", promised="Dua perawat (contoh)"))
    kept(Minutes(event=event, text="Catatan contoh."))
    kept(Invitation(event=event, group="Kader posyandu", amount=40))
    kept(Commitment(what="Kursi roda dipinjamkan", unit=unit, by_when=date(2026, 12, 31), event=event))
    make_post(f"Kabar cek kesehatan {number}", event=event, approved_at=PUBLISHED_AT)
    make_consultation(f"Jam buka loket {number}", unit=unit)
    ask(event, "Apakah bayi boleh ikut?", form_key=f"tanya {number}", at=PUBLISHED_AT)
    make_drop(run=make_print_run(material=make_material(event=event, unit=unit, campaign=campaign)))
    make_round_of_everything(unit)
    register(event, Wish(nickname="Bu Contoh", party_size=2), form_key=unique("kunci"), at=PUBLISHED_AT)
    assert event.starts_at == EVENT_AT
    return event


def make_post(
    title: str = "Cek kesehatan gratis",
    *,
    channels: Iterable[str] = ("facebook", "instagram", "whatsapp"),
    by: Any = None,
    approved_at: datetime | None = None,
    automatic: Iterable[str] = (),
    **changes: Any,
) -> Post:
    """A post about an activity with a version per channel, planned for ten days before; approved if told when."""
    given: dict[str, Any] = {
        "title": title,
        "text": "Periksa tekanan darah dan gula.\nTidak perlu mendaftar.",
        "planned_at": EVENT_AT - timedelta(days=10),
    } | changes
    if "event" not in given and not given.get("service") and not given.get("campaign"):
        given["event"] = make_event()
    subject = given.get("event") or given.get("campaign")
    given.setdefault("unit", subject.unit if subject else make_organization())
    post = Post(**given)
    with recorded(post, verb="create", by=WHO, at=PUBLISHED_AT):
        post.written(by=by)
        post.save()
        for channel in channels:
            version = PostVersion(post=post, channel=channel, shape=RULES[channel].shape)
            version.is_automatic = channel in automatic
            version.save()
            version.prepare()
    if approved_at is not None:
        post.ask_approval(by=by, at=approved_at)
        approve(post, by=WHO, at=approved_at)
    return post


def make_drop(place_words: str = "Pos RW 03", amount: int = 40, *, run: Any = None, **facts: Any) -> Drop:
    """Copies for a place; of a run of 100 flyers of a published campaign unless told otherwise."""
    return plan_drop(run or make_print_run(), place_words, amount, by=WHO, **facts)


def make_print_run(amount: int = 100, *, material: Any = None, **facts: Any) -> PrintRun:
    material = material or make_material()
    return kept(
        PrintRun(**{"material": material, "amount": amount, "printed_on": date(2026, 11, 10)} | facts)
    )


def make_material(**facts: Any) -> Material:
    if not {"event", "service", "campaign"} & facts.keys():
        facts["campaign"] = make_campaign()
    subject = facts.get("event") or facts.get("campaign")
    facts.setdefault("unit", subject.unit if subject else make_organization())
    return kept(Material(**facts))


def news_picture_world() -> dict[str, dict[str, str]]:
    """What fills the address of a picture of news."""
    version = make_post("Loket pindah", event=None, channels=["instagram"]).versions.get()
    *_path, pk, _gambar, shape, file = picture_of(version).split("/")
    return {"outreach:post_picture": {"pk": pk, "shape": shape, "fingerprint": file.removesuffix(".jpg")}}


def print_world(portal: Any) -> dict[str, dict[str, str]]:
    """An activity and a campaign with their sheets and their present pictures, for the walk over public addresses."""
    event, campaign = make_event(), make_campaign()
    found: dict[str, dict[str, str]] = {}
    for name, subject in (("event", event), ("campaign", campaign)):
        slug = {"slug": subject.slug}
        mark = share_images.picture_of(subject, portal).fingerprint
        found |= {f"outreach:{name}_flyer": slug, f"outreach:{name}_poster": slug}
        found[f"outreach:{name}_picture"] = {**slug, "shape": "persegi", "fingerprint": mark}
    return found
