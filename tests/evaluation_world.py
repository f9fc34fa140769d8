"""Published results: of a campaign and of the office, small but with something of every kind."""

from datetime import datetime
from fractions import Fraction
from typing import Any

from outreach.models import Campaign
from portal.evaluation.documents import Document, Figure, Row, Table
from portal.evaluation.publishing import publish
from tests.builders import PUBLISHED_AT, make_campaign


def results(subject: str, period: str = "", at: datetime = PUBLISHED_AT, **words: Any) -> Document:
    """A document with a figure, a share, a mean, a hidden one, a table of bars and a table of numbers."""
    figures = (
        Figure("came", 60, "people"),
        Figure("walk_ins", 3, "people"),
        Figure("attendance_rate", Fraction(60), "percent", part=60, whole=100, of="invited"),
        Figure("usefulness_mean", Fraction(10, 3), "points", n=30, low=Fraction(3), high=Fraction(18, 5)),
        Figure("cases", 40, "count"),
        Figure("on_time_rate", Fraction(90), "percent", part=36, whole=40, of="judged"),
        Figure("spent", 1_500_000, "rupiah"),
    )
    sexes = (Row("women", (40,)), Row("men", (20,)), Row("", (0,)))
    targets = (Row("came::", (100, 60, Fraction(60))),)
    tables = (
        Table("came_by_sex", "sex", ("people",), sexes, ("people",), Row("total", (60,))),
        Table(
            "targets", "target", ("target", "reached", "percent"), targets, ("reached",), is_partition=False
        ),
    )
    return Document(
        subject,
        period,
        at.isoformat(),
        {one.key: one for one in figures},
        {one.key: one for one in tables},
        words,
    )


def published_campaign(**changes: Any) -> Campaign:
    """A campaign whose results everybody can read."""
    campaign = make_campaign("Cek kesehatan (contoh)", **changes)
    publish(results(f"campaign:{campaign.slug}"), PUBLISHED_AT)
    return campaign


def results_of_a_campaign() -> dict[str, Any]:
    """The address word of the newest published campaign, whose results are published if they were not."""
    # Whoever presses every button of the desk has withdrawn the others.
    campaign = Campaign.objects.published().order_by("pk").last() or make_campaign("Cek kesehatan (contoh)")
    publish(results(f"campaign:{campaign.slug}"), PUBLISHED_AT)
    return {"slug": campaign.slug}
