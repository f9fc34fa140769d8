"""Activities as an iCalendar file (RFC 5545), written line by line so that a long calendar is never held as rows.

Times stand in UTC: Indonesia knows no summer time, so that a phone anywhere shows the right hour without a table of
time zones. An entry is stamped with its own last change and not with the time of asking: the same calendar is the
same bytes, and a phone that asks again is told that nothing is new.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from outreach.models import Event
from outreach.models.deciding import Decision

CONTENT_TYPE: Final = "text/calendar; charset=utf-8"
# How often a phone may ask again.
REFRESH: Final = "PT6H"
LONGEST_LINE: Final = 75
STATUSES: Final = {Decision.CANCELLED: "CANCELLED", Decision.POSTPONED: "TENTATIVE"}
# What would end a line or a list is written as an escape, other control characters go.
ESCAPES: Final = {number: None for number in (*range(32), 127) if chr(number) != "\t"} | str.maketrans(
    {"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"}
)


def calendar_file(events: Iterable[Event], name: str) -> Iterator[str]:
    """The file in pieces, one for each activity; `name` is how a phone lists the calendar."""
    head = [
        ("BEGIN", "VCALENDAR"),
        ("VERSION", "2.0"),
        ("PRODID", f"-//Balai Warga//Kegiatan//{(translation.get_language() or 'id').upper()}"),
        ("CALSCALE", "GREGORIAN"),
        ("NAME", text(name)),
        ("X-WR-CALNAME", text(name)),
        ("X-WR-TIMEZONE", settings.TIME_ZONE),
        ("REFRESH-INTERVAL;VALUE=DURATION", REFRESH),
        ("X-PUBLISHED-TTL", REFRESH),
    ]
    yield lines(head)
    # Asked once: finding an address takes as long as all the rest of an entry.
    before, after = (settings.SITE_URL + reverse("outreach:event", args=["-"])).rsplit("-", 1)
    for event in events:
        yield lines(entry(event, f"{before}{event.slug}{after}"))
    yield lines([("END", "VCALENDAR")])


def entry(event: Event, address: str) -> list[tuple[str, str]]:
    """One activity; called off ones stay, so that they are taken out of the calendars they are in."""
    changed = moment(event.changed_at or event.published_at or event.starts_at)
    place = event.location
    pairs = [
        ("BEGIN", "VEVENT"),
        ("UID", uid(event)),
        ("DTSTAMP", changed),
        ("LAST-MODIFIED", changed),
        ("SEQUENCE", str(event.sequence)),
        ("DTSTART", moment(event.starts_at)),
        ("DTEND", moment(event.ends_at)),
        ("STATUS", STATUSES.get(Decision(event.decision), "CONFIRMED")),
        ("SUMMARY", text(summary(event))),
        ("DESCRIPTION", text(description(event, address))),
        ("LOCATION", text(where(event))),
        ("GEO", f"{place.latitude:f};{place.longitude:f}" if place and place.latitude is not None else ""),
        ("CATEGORIES", text(event.category.title) if event.category else ""),
        ("URL", address),
        ("CLASS", "PUBLIC"),
        ("END", "VEVENT"),
    ]
    return [(name, value) for name, value in pairs if value]


def uid(event: Event) -> str:
    """Stays when the title, the address word or the time changes."""
    return f"kegiatan-{event.pk}@{urlsplit(settings.SITE_URL).hostname or 'balai-warga'}"


def summary(event: Event) -> str:
    """The title; many calendars show no status, so that it is said here too."""
    if event.decision == Decision.CANCELLED:
        return _("Cancelled: %(title)s") % {"title": event.label}
    if event.decision == Decision.POSTPONED:
        return _("Postponed: %(title)s") % {"title": event.label}
    return event.label


def description(event: Event, address: str) -> str:
    return "\n".join(filter(None, [event.decision_reason, event.summary, event.online_url, address]))


def where(event: Event) -> str:
    if event.location and not event.place_words:
        return ", ".join(filter(None, [event.location.name, event.location.address]))
    return event.place_words or event.online_url


def moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def text(value: str) -> str:
    return value.translate(ESCAPES)


def lines(pairs: Iterable[tuple[str, str]]) -> str:
    return "".join(f"{folded(f'{name}:{value}')}\r\n" for name, value in pairs)


def folded(line: str) -> str:
    """Broken after 75 bytes as the standard asks, never inside a letter."""
    if line.isascii():
        rest = range(LONGEST_LINE, len(line), LONGEST_LINE - 1)
        return "\r\n ".join([line[:LONGEST_LINE], *(line[at : at + LONGEST_LINE - 1] for at in rest)])
    parts, part, size = [], "", 0
    for letter in line:
        width = len(letter.encode())
        if size + width > LONGEST_LINE:
            parts.append(part)
            # The space that marks the next line counts too.
            part, size = "", 1
        part, size = part + letter, size + width
    return "\r\n ".join([*parts, part])
