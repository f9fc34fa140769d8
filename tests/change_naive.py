"""The numbers of results counted again from raw rows by plain loops, without a line of what is tested."""

from collections import defaultdict
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from feedback.models import StatusChange, Submission, SurveyResponse
from outreach.models import LinkCount
from tests.change_world import AT, HOLIDAYS, JAKARTA

ELEMENTS = (
    *("requirements", "procedure", "time", "cost", "product"),
    *("competence", "conduct", "complaints", "facilities"),
)
OVER = ("answered", "settled", "cannot", "not_ours", "duplicate", "archived")
TO_DO = ("received", "verified", "assigned", "in_progress", "reopened")
TODAY = AT.date()


def working_days(after: date, until: date) -> int:
    number, day = 0, after
    while day < until:
        day += timedelta(days=1)
        if day.isoweekday() < 6 and day not in HOLIDAYS:
            number += 1
    return number


def cases(first: date, last: date) -> list[dict[str, Any]]:
    """Every case of these days that counts, with what became of it."""
    late_before = set()
    for move in StatusChange.objects.values():
        is_end = move["to_status"] in OVER and move["from_status"] not in OVER
        if is_end and move["due_on"] and move["at"].astimezone(JAKARTA).date() > move["due_on"]:
            late_before.add(move["submission_id"])
    found = []
    for row in Submission.objects.values():
        received = row["received_at"].astimezone(JAKARTA).date()
        if not first <= received <= last or row["status"] == "duplicate" or row["service_id"] is None:
            continue
        closed = (
            row["closed_at"].astimezone(JAKARTA).date()
            if row["closed_at"] and row["status"] in OVER
            else None
        )
        outcome, due = "", row["due_on"]
        if closed and row["reopened_count"] and row["id"] in late_before:
            outcome = "late"
        elif due and closed:
            outcome = "kept" if closed <= due else "late"
        elif due and row["status"] in TO_DO and due < TODAY:
            outcome = "overdue"
        given_back = row["waited_days"] + row["rested_days"]
        until = closed or (TODAY if outcome == "overdue" else None)
        found.append(
            {
                **row,
                "received": received,
                "closed": closed,
                "outcome": outcome,
                "is_due": due is None or due < TODAY,
                "days": max(0, working_days(received, until) - given_back) if until else None,
            }
        )
    return found


def middle(values: list[int]) -> Fraction | None:
    ordered = sorted(values)
    if not ordered:
        return None
    half = len(ordered) // 2
    return Fraction(ordered[half]) if len(ordered) % 2 else Fraction(ordered[half - 1] + ordered[half], 2)


def answers(first: date, last: date) -> dict[int, list[dict[str, Any]]]:
    """What known users said in published surveys, by service."""
    found = defaultdict(list)
    for row in SurveyResponse.objects.values(
        "service_id", "survey__service_id", "survey__state", "source", "answered_on", *ELEMENTS
    ):
        about = row["service_id"] or row["survey__service_id"]
        is_known = row["survey__state"] == "published" and row["source"] != "counter"
        if is_known and about and first <= row["answered_on"] <= last:
            found[about].append(row)
    return found


def index(rows: list[dict[str, Any]]) -> Fraction | None:
    if not rows:
        return None
    total = Fraction(0)
    for element in ELEMENTS:
        given = [row[element] for row in rows if row[element] is not None]
        total += Fraction(sum(given), len(given))
    return total / 9 * 25


def visits(first: date, last: date) -> dict[str, int]:
    found: dict[str, int] = defaultdict(int)
    for row in LinkCount.objects.values("count", "day", "link__target", "link__campaign_id"):
        if row["link__campaign_id"] is None and first <= row["day"] <= last:
            found[row["link__target"].split("/")[2]] += row["count"]
    return found


def measures(services: list[Any], days: tuple[date, date]) -> dict[str, tuple[Any, int]]:
    """Value and n of the five measures, of these services together."""
    keys = {service.pk for service in services}
    own = [row for row in cases(*days) if row["service_id"] in keys]
    judged = [row for row in own if row["outcome"] and row["is_due"]]
    timed = [row["days"] for row in own if row["days"] is not None and row["is_due"]]
    said = [row for service in services for row in answers(*days)[service.pk]]
    complaints = sum(row["kind"] == "complaint" for row in own)
    opened = sum(visits(*days)[service.slug] for service in services)
    kept = sum(row["outcome"] == "kept" for row in judged)
    return {
        "complaints": (complaints, complaints),
        "satisfaction": (index(said), len(said)),
        "on_time": (Fraction(100 * kept, len(judged)), len(judged)),
        "median_days": (middle(timed), len(timed)),
        "visits": (opened, opened),
    }
