"""First words for a post, from the facts of its page: what, when, where, what it costs, whose it is.

Written once as a beginning for its writer, in Indonesian like every shared address.
"""

import re
from datetime import datetime
from typing import Final

from django.conf import settings
from django.utils import timezone, translation
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from outreach.channel_rules import RULES, length_of
from outreach.channels import Channel
from outreach.models import Campaign, Event
from portal.shared.templatetags.indonesia import clock, long_date
from services.models import News, Organization, Service

Subject = Event | Service | News | Campaign
ZONES: Final = {"Asia/Jakarta": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}
# What the short link under a text takes, at the longest.
ROOM_FOR_LINK: Final = 80
SHORTEST_BEGINNING: Final = 60


def first_words(subject: Subject, channel: str) -> str:
    """A text that fits the channel; what does not fit is left out from the least needed line on."""
    with translation.override("id"):
        title = f"*{subject_title(subject)}*" if channel == Channel.WHATSAPP else subject_title(subject)
        tag = hashtag(subject_unit(subject)) if channel == Channel.INSTAGRAM else ""
        lines = facts_of(subject)
        summary = subject.text.strip() if isinstance(subject, News) else subject.summary
        while True:
            parts = [title, summary, "\n".join(lines), subject_unit(subject).name, tag]
            text = "\n\n".join(part for part in parts if part)
            if length_of(text) + ROOM_FOR_LINK <= RULES[channel].longest:
                return text
            if len(lines) > 2:
                lines.pop()
            elif isinstance(subject, News) and len(summary) > SHORTEST_BEGINNING:
                # A notice is its text: it is told from its beginning, as far as it fits.
                summary = Truncator(summary).chars(len(summary) * 3 // 4)
            elif summary:
                summary = ""
            else:
                return text


def subject_title(subject: Subject) -> str:
    return subject.name if isinstance(subject, Service) else subject.title


def subject_unit(subject: Subject) -> Organization:
    return subject.organization if isinstance(subject, Service) else subject.unit


def facts_of(subject: Subject) -> list[str]:
    """One line for each fact that is known, those nobody can do without first."""
    if isinstance(subject, Event):
        return event_facts(subject)
    if isinstance(subject, Service):
        facts = [
            (_("Cost"), subject.fee_display if subject.fee_amount is not None else ""),
            (_("Time it takes"), subject.turnaround_display if subject.turnaround_value else ""),
            (_("Place"), subject.place_display),
        ]
        return [f"{name}: {value}" for name, value in facts if value]
    if isinstance(subject, News):
        return (
            [_("Holds until %(until)s") % {"until": moment(subject.shown_until)}]
            if subject.shown_until
            else []
        )
    period = (long_date(subject.starts_on), long_date(subject.ends_on))
    return [_("From %(since)s to %(until)s") % {"since": period[0], "until": period[1]}]


def event_facts(event: Event) -> list[str]:
    online = _("online, the link is on the page") if event.online_url else ""
    facts = [
        (pgettext("post", "When"), span(event.starts_at, event.ends_at)),
        (pgettext("post", "Where"), event.place or online),
        (pgettext("post", "Cost"), event.fee_words),
        (pgettext("post", "Bring"), ", ".join(event.things_to_bring)),
    ]
    return [f"{name}: {value}" for name, value in facts if value]


def moment(at: datetime) -> str:
    """As “Sabtu, 28 November 2026, 09.00 WIB”."""
    return f"{long_date(at)}, {clock(at)} {ZONES.get(settings.TIME_ZONE, '')}".strip()


def span(since: datetime, until: datetime) -> str:
    """As “Sabtu, 28 November 2026, pukul 09.00–12.00 WIB”; over more days with both."""
    zone = ZONES.get(settings.TIME_ZONE, "")
    begins, ends = timezone.localtime(since), timezone.localtime(until)
    if begins.date() == ends.date():
        words = {"day": long_date(begins), "from": clock(begins), "until": clock(ends), "zone": zone}
        return _("%(day)s, %(from)s–%(until)s %(zone)s") % words
    words = {"day": long_date(begins), "from": clock(begins), "last": long_date(ends), "zone": zone}
    return _("%(day)s, %(from)s %(zone)s, until %(last)s") % words


def hashtag(unit: Organization) -> str:
    """The unit's name as one word: “#KelurahanTanjungBarat”; empty for a name without letters."""
    words = re.findall(r"\w+", unit.short_name or unit.name)
    tag = "".join(word[:1].upper() + word[1:] for word in words)
    return f"#{tag}" if re.search(r"[^\W\d_]", tag) else ""
