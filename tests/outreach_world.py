"""One row of every noun of outreach, for tests that walk over all of its pages."""

from datetime import date
from typing import Any

from outreach.models import Commitment, Event, Minutes, Partnership, Series, Target
from tests.builders import EVENT_AT, kept, make_campaign, make_event


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
    kept(Commitment(what="Kursi roda dipinjamkan", unit=unit, by_when=date(2026, 12, 31), event=event))
    assert event.starts_at == EVENT_AT
    return event
