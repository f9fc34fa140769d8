"""Activities in the words of schema.org: pure functions from rows to dictionaries, in the active language."""

from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext

from outreach.models import Event
from outreach.models.deciding import Decision
from services.linked_data import RUPIAH, area, known, named_organization, place

Thing = dict[str, Any]

SCHEMA = "https://schema.org/"
STATUSES = {Decision.CANCELLED: "EventCancelled", Decision.POSTPONED: "EventPostponed"}
# Words for "free of charge" that officers write.
FREE = frozenset({"gratis", "tidak dipungut biaya", "tanpa biaya", "free"})


def event(one: Event) -> Thing:
    """An activity: when, where, by whom, for whom, whether it takes place."""
    address = f"{settings.SITE_URL}{one.get_absolute_url()}"
    is_free = one.fee_words.strip().rstrip(".").lower() in FREE
    facts = {
        "@type": "Event",
        "@id": f"{address}#event",
        "name": one.label,
        "description": one.summary,
        "disambiguatingDescription": gettext("Example") if one.is_example else None,
        "url": address,
        "startDate": moment(one.starts_at),
        "endDate": moment(one.ends_at),
        "eventStatus": SCHEMA + STATUSES.get(Decision(one.decision), "EventScheduled"),
        "eventAttendanceMode": SCHEMA + attendance(one),
        "location": locations(one),
        "organizer": named_organization(one.unit),
        "performer": [{"@type": "Person", "name": each.name} for each in one.speakers.all()],
        "audience": [{"@type": "Audience", "audienceType": each.title} for each in one.audiences.all()],
        "maximumAttendeeCapacity": one.capacity,
        "isAccessibleForFree": True if is_free else None,
        "offers": {"@type": "Offer", "price": "0", "priceCurrency": RUPIAH, "url": address}
        if is_free
        else None,
    }
    return known(facts)


def moment(at: Any) -> str:
    text: str = timezone.localtime(at).replace(microsecond=0).isoformat()
    return text


def attendance(one: Event) -> str:
    if not one.online_url:
        return "OfflineEventAttendanceMode"
    return "MixedEventAttendanceMode" if one.place else "OnlineEventAttendanceMode"


def locations(one: Event) -> Thing | list[Thing] | None:
    """Where it is: the place, the sites that follow it, the link; one alone is no list."""
    found: list[Thing] = []
    if one.location:
        found.append(place(one.location, [], [], timezone.localdate(one.starts_at)))
    elif one.place_words:
        found.append({"@type": "Place", "name": one.place_words} | here(one))
    found += [{"@type": "Place", "name": site.name} for site in one.remote_sites.all()]
    if one.online_url:
        found.append({"@type": "VirtualLocation", "url": one.online_url})
    return found if len(found) > 1 else (found[0] if found else None)


def here(one: Event) -> Thing:
    """A place in words lies where the activity is for."""
    areas = list(one.areas.all())
    return {"containedInPlace": area(areas[0])} if areas else {}
