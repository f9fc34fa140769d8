"""What every part of an example year works with."""

import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from portal.demo.making import Maker
from portal.demo.plans import Plan
from services.models import Service

# Chance has a fixed seed, so that the same day always makes the same year.
SEED = 20260101
# How long before today the service of the campaign began to get better.
TURNED = timedelta(days=150)


@dataclass
class Life:
    """The plan, chance, and the services of this portal by their address words."""

    maker: Maker
    plan: Plan
    chance: random.Random = field(default_factory=lambda: random.Random(SEED))

    def __post_init__(self) -> None:
        rows = Service.objects.select_related("category", "organization")
        self.services: dict[str, Service] = {one.slug: one for one in rows}
        self.turned: date = self.maker.today - TURNED

    def moment(self, day: date, earliest: int, latest: int) -> datetime:
        """Some minute of a day between two hours."""
        clock = f"{self.chance.randint(earliest, latest - 1):02}:{self.chance.randrange(60):02}"
        return self.maker.moment(day, clock)
