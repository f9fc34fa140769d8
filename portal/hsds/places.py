"""Addresses and opening hours in the words of HSDS."""

from collections.abc import Iterable, Mapping
from datetime import datetime, time
from typing import Any

from django.utils import timezone

from portal.hsds.identifiers import identifier, location_id
from services.models import Location, OpeningHours
from services.models.opening_hours import MIDNIGHT
from services.provinces import city_of, postcode_of, province_of

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def address(location: Location) -> list[dict[str, Any]]:
    """The address, where we know the street; HSDS demands the other lines, so an unknown one is empty."""
    if not location.address:
        return []
    area = location.area
    facts = {
        "id": identifier("address", location.slug),
        "location_id": location_id(location.slug),
        "address_1": location.address,
        "city": city_of(area),
        "state_province": province_of(area),
        "postal_code": postcode_of(location.postcode, area),
        "country": "ID",
        "address_type": "physical",
    }
    return [facts | ({"region": area.long_name} if area else {})]


def schedules(kind: str, hours: Iterable[OpeningHours], owner: Mapping[str, str]) -> list[dict[str, Any]]:
    """Weekly hours, one schedule a row: iCalendar's words for the days, times with their distance from UTC."""
    offset = zone_offset()
    found = []
    for row in hours:
        facts: dict[str, Any] = {
            "id": identifier(
                "schedule", kind, *owner.values(), row.days, row.opens, row.closes, row.valid_from
            ),
            **owner,
            "valid_from": row.valid_from.isoformat() if row.valid_from else None,
            "valid_to": row.valid_through.isoformat() if row.valid_through else None,
            "timezone": offset,
            "wkst": "MO",
            "freq": "WEEKLY",
            "interval": 1,
            "byday": ",".join(WEEKDAYS[int(number) - 1] for number in row.days),
            "opens_at": clock(row.opens, offset),
            "closes_at": "24:00" + suffix(offset) if row.closes == MIDNIGHT else clock(row.closes, offset),
            "notes": row.note or None,
        }
        found.append({name: value for name, value in facts.items() if value is not None})
    return found


def zone_offset() -> int:
    """Hours from UTC; Indonesia's zones are whole hours and know no summer time."""
    distance = datetime.now(timezone.get_default_timezone()).utcoffset()
    assert distance is not None
    return int(distance.total_seconds() // 3600)


def clock(at: time, offset: int) -> str:
    return f"{at:%H:%M}{suffix(offset)}"


def suffix(offset: int) -> str:
    return f"+{offset:02}:00"
