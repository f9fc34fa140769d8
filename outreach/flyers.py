"""Flyers and posters of activities and campaigns: the same sheet as a service's, from what their pages say."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from outreach.channels import FROM, Channel
from outreach.linking import codes_of
from outreach.models import Campaign, Drop, Event, Material
from outreach.share_images import as_of, period
from outreach.wording import span
from portal.shared.templatetags.indonesia import clock
from services import flyer
from services.flyer import FLYER, POSTER, Fact, FlyerContent, Need
from services.models import Service

MOST_EVENTS = 5
CHANNELS = {FLYER: Channel.FLYER, POSTER: Channel.POSTER}


def content_for(
    subject: Service | Event | Campaign,
    portal: Any,
    form: str,
    *,
    at: datetime,
    language: str = "id",
    headline: str = "",
    code: str = "",
) -> FlyerContent:
    """What a sheet says of its page; with the code of a drop's short link, else of the page's own.

    A link knows its channel. A service has none of its own: the code to scan then takes the channel along.
    """
    code = code or codes_of(subject).get(CHANNELS[form], "")
    with translation.override(language):
        short_url = settings.SITE_URL + reverse("short_link", args=[code or subject.slug])
        given: dict[str, Any] = {
            "url": settings.SITE_URL + subject.get_absolute_url(),
            "short_url": short_url,
            "qr_url": "" if code else f"{short_url}?{FROM}={CHANNELS[form]}",
            "language": language,
        }
        if isinstance(subject, Service):
            return flyer.from_service(subject, portal, at=at, headline=headline, **given)
        facts = from_event(subject) if isinstance(subject, Event) else from_campaign(subject, at)
        own_lead = subject.summary if not headline else label_of(subject)
        return FlyerContent(
            portal_name=portal.name,
            theme=portal.theme,
            title=headline or label_of(subject),
            lead=own_lead,
            phone=subject.unit.phone or portal.phone,
            whatsapp=subject.unit.whatsapp or portal.whatsapp,
            checked=as_of(subject),
            checked_on=subject.published_at and subject.published_at.date(),
            source=_("Organised by %(unit)s.") % {"unit": subject.unit},
            is_confirmed=not subject.is_example,
            **facts,
            **given,
        )


def sheet_of(material: Material, portal: Any, *, at: datetime, drop: Drop | None = None) -> bytes:
    """The PDF the printer gets: of one place's copies, with their own short link, or without a place."""
    form = POSTER if material.kind == Material.Kind.POSTER else FLYER
    code = drop.link.code if drop and drop.link else ""
    content = content_for(material.subject, portal, form, at=at, headline=material.headline, code=code)
    return flyer.render(content, form)


def label_of(subject: Event | Campaign) -> str:
    is_english = translation.get_language() == "en"
    return subject.title_en if is_english and subject.title_en else subject.title


def from_event(event: Event) -> dict[str, Any]:
    bring = event.things_to_bring
    audiences = [audience.title for audience in event.audiences.all()]
    facts = (
        Fact(pgettext("post", "When"), span(event.starts_at, event.ends_at)),
        Fact(pgettext("post", "Where"), event.place or _("online")),
        # Saying nothing about a cost would read as "free".
        Fact(pgettext("post", "Cost"), event.fee_words or _("Not stated yet")),
    )
    whom = ", ".join(audiences) or _("Everybody")
    return {
        "promise": facts,
        "needs": tuple(map(Need, bring or audiences or [_("Everybody")])),
        "needs_title": "" if bring else _("For whom"),
        "steps": tuple(how_to_join(event)),
        "steps_title": _("How to take part"),
        "hours": (_("For: %(whom)s") % {"whom": whom},) if bring and audiences else (),
        "address": ", ".join(
            filter(None, [event.location.address if event.location else "", *access_of(event)])
        ),
        # Whom it is for and what to bring are written in Indonesian; the rest is the page's own words.
        "lists_language": "id" if bring else translation.get_language() or "id",
    }


def how_to_join(event: Event) -> list[str]:
    if not event.takes_registrations:
        return [_("Just come, no registration needed"), _("Scan the code for the latest news about it")]
    steps = [
        _("Scan the code or type the address"),
        _("Register: a name to call you by and how many come, no account"),
        _("Show your code at the door"),
    ]
    return [*steps, _("No phone? Just come, as long as there is room")] if event.allows_walk_ins else steps


def access_of(event: Event) -> list[str]:
    """Access that is known to be there; what is not known is asked on the page."""
    known = (
        (event.has_step_free_access, _("wheelchairs get in")),
        (event.has_interpreter, _("sign language interpreter")),
        (event.has_child_care, _("somebody minds the children")),
    )
    return [words for is_there, words in known if is_there]


def from_campaign(campaign: Campaign, at: datetime) -> dict[str, Any]:
    events = campaign.events.coming(at).select_related("location").order_by("starts_at", "pk")[:MOST_EVENTS]
    audiences = ", ".join(one.title for one in campaign.audiences.all()) or _("Everybody")
    areas = ", ".join(area.name for area in campaign.areas.all())
    activities = [in_one_line(event) for event in events]
    services = [service.label for service in campaign.services.published()]
    return {
        "promise": tuple(
            Fact(label, value)
            for label, value in (
                (pgettext("post", "When"), period(campaign)),
                (pgettext("post", "Where"), areas),
                (_("For whom"), audiences),
            )
            if value
        ),
        "needs": tuple(activities or map(Need, services or [campaign.summary])),
        "needs_title": _("What there is") if activities or not services else _("About these services"),
        "steps": (
            _("Scan the code or type the address"),
            _("Choose the activity that suits you"),
            _("Register without an account, or just come"),
        ),
        "steps_title": _("How to take part"),
        "lists_language": translation.get_language() or "id",
    }


def in_one_line(event: Event) -> Need:
    """As “28 Nov, 09.00: Cek tekanan darah (Balai RW 03)”."""
    day = date_format(timezone.localtime(event.starts_at), "j M")
    place = f" ({event.place})" if event.place else ""
    return Need(f"{label_of(event)}{place}", f"{day}, {clock(event.starts_at)}")
