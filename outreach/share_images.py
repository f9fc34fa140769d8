"""What the pictures of activities and campaigns say when they are shared; drawn like those of services."""

from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from outreach.channels import Channel
from outreach.linking import codes_of
from outreach.models import Campaign, Event
from outreach.models.deciding import Decision
from outreach.wording import span
from services import share_image
from services.models import Service
from services.share_drawing import SHAPES, WIDE, Shape, ShareContent
from services.share_image import Picture, typed

# Folder of its pictures, and the address they have, by noun.
FOLDERS = {Event: "kegiatan", Campaign: "kampanye"}
ADDRESSES = {Event: "outreach:event_picture", Campaign: "outreach:campaign_picture"}


def content_of(subject: Event | Campaign, portal: Any) -> ShareContent:
    with translation.override("id"):
        if isinstance(subject, Event):
            answer, facts = called_off(subject) or subject.summary, facts_of_event(subject)
        else:
            answer, facts = subject.summary, facts_of_campaign(subject)
        return ShareContent(
            portal_name=portal.name,
            theme=portal.theme,
            name=subject.title,
            answer=answer,
            facts=facts,
            checked=as_of(subject),
            is_confirmed=not subject.is_example,
            address=typed(reverse("short_link", args=[codes_of(subject).get(Channel.OTHER, subject.slug)])),
        )


def called_off(event: Event) -> str:
    """An old picture must not bring people to a locked door: the new one says that and why."""
    words = {
        Decision.CANCELLED: _("Cancelled: %s"),
        Decision.POSTPONED: _("Postponed: %s"),
    }.get(Decision(event.decision))
    return words % event.decision_reason if words else ""


def facts_of_event(event: Event) -> tuple[tuple[str, str], ...]:
    return (
        (pgettext("post", "When"), span(event.starts_at, event.ends_at)),
        (pgettext("post", "Where"), event.place or _("online")),
        (pgettext("post", "Cost"), event.fee_words or _("Not stated yet")),
    )


def facts_of_campaign(campaign: Campaign) -> tuple[tuple[str, str], ...]:
    areas = ", ".join(area.name for area in campaign.areas.all())
    return (
        (pgettext("post", "When"), period(campaign)),
        (_("For whom"), ", ".join(one.title for one in campaign.audiences.all()) or _("Everybody")),
        (pgettext("post", "Where"), areas or str(campaign.unit)),
    )


def period(campaign: Campaign) -> str:
    """As “1–30 November 2026”, in the active language."""
    first, last = campaign.starts_on, campaign.ends_on
    if first == last:
        return date_format(last, "j F Y")
    begins = "j" if (first.year, first.month) == (last.year, last.month) else "j F"
    begins = begins if first.year == last.year else "j F Y"
    return f"{date_format(first, begins)}{'–' if begins == 'j' else ' – '}{date_format(last, 'j F Y')}"


def as_of(subject: Event | Campaign) -> str:
    """The day its facts are of, in the active language; empty for a draft."""
    moment = getattr(subject, "changed_at", None) or subject.published_at
    if moment is None:
        return ""
    return _("As of %(date)s.") % {"date": date_format(timezone.localtime(moment), "j F Y")}


def picture_of(subject: Event | Campaign, portal: Any, shape: Shape = WIDE) -> Picture:
    return Picture(content_of(subject, portal), f"{FOLDERS[type(subject)]}/{subject.slug}", shape)


def addresses_of(subject: models.Model, portal: Any) -> dict[str, str]:
    """The three pictures of a service, an activity or a campaign by the key of their shape, absolute."""
    if isinstance(subject, Service):
        return share_image.addresses_of(subject, portal)
    assert isinstance(subject, Event | Campaign)
    mark = picture_of(subject, portal).fingerprint
    with translation.override("id"):
        return {
            key: settings.SITE_URL + reverse(ADDRESSES[type(subject)], args=[subject.slug, key, mark])
            for key in SHAPES
        }
