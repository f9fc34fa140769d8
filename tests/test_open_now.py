"""The filter “open now” asks the database, the page asks the rules: both must say the same of every place."""

import random
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from services.models import ClosedDay, Location, OpeningHours
from services.models.opening_hours import closed_names
from services.opening import status
from tests.builders import make_closed_day, make_location

WIB = ZoneInfo("Asia/Jakarta")
MONDAY = date(2026, 11, 16)


def make_hours_by_chance(place: Location, dice: random.Random) -> None:
    opens = dice.randrange(22)
    OpeningHours.objects.create(
        location=place,
        days="".join(sorted(dice.sample("1234567", dice.randint(1, 7)))),
        opens=time(opens),
        closes=time(dice.choice([0, *range(opens + 1, 24)])),
        valid_from=dice.choice([None, None, MONDAY + timedelta(days=dice.randint(-2, 4))]),
        valid_through=dice.choice([None, None, MONDAY + timedelta(days=dice.randint(4, 9))]),
        open_on_closed_days=dice.random() < 0.3,
    )


@pytest.mark.django_db
def test_the_filter_and_the_page_agree_about_every_place() -> None:
    dice = random.Random(20261116)
    make_closed_day(MONDAY + timedelta(days=2))
    said_open = 0
    for number in range(25):
        place = make_location()
        if number % 5 == 0:
            make_closed_day(MONDAY + timedelta(days=1), location=place)
        for _ in range(dice.randint(1, 3)):
            make_hours_by_chance(place, dice)
        intervals = [hours.interval for hours in place.hours.all()]
        closed = closed_names(ClosedDay.objects.all(), place.pk)
        for _ in range(10):
            at = datetime.combine(MONDAY, time(), WIB) + timedelta(hours=dice.randrange(7 * 24))
            by_rules = status(intervals, at, closed, WIB).is_open is True
            assert OpeningHours.objects.open_at(at).filter(location=place).exists() is by_rules, (
                intervals,
                at,
            )
            said_open += by_rules
    assert 25 <= said_open <= 225  # both answers were tried often
