"""The triage desk's list of 100,000 cases compared with 1,000, on both engines: time and queries, queue by queue."""

import json
import os
import random
from datetime import timedelta
from typing import Any

from tests.bench.desk import LARGE, MOST_QUERIES, MOST_TIMES, SMALL, measured
from tests.bench.report import Figure
from tests.bench.world import on_both_engines

LIST = "/admin/feedback/submission/"
# What a clerk does with the list; {number} is a case in it.
PAGES = {
    "the list": "",
    "its second page": "?p=2",
    "its last page counted": "?p=20",
    "new": "?queue=new",
    "mine": "?queue=mine",
    "my unit": "?queue=unit",
    "due today": "?queue=today",
    "late": "?queue=late",
    "reopened": "?queue=reopened",
    "waiting": "?queue=waiting",
    "a number": "?q={number}",
    "a kind": "?kind__exact=question",
}
# How cases are spread over their statuses, of a thousand: every queue fills a page already then, because what is
# compared is reading the list and not drawing more rows. Half are unfinished, far more than in any office.
SPREAD = {
    "received": 70,
    "verified": 60,
    "assigned": 100,
    "in_progress": 120,
    "waiting": 70,
    "reopened": 70,
    "answered": 60,
    "settled": 350,
    "not_ours": 40,
    "cannot": 20,
    "archived": 40,
}
AT_ONCE = 2_000
STORY = "Lampu jalan di depan pos ronda mati sejak Senin, anak-anak takut lewat sepulang mengaji. Contoh {n}."


def figures(environment: dict[str, str]) -> list[Figure]:
    """SQLite always, PostgreSQL where it is installed; each in a scratch database of its own."""
    found = []
    for engine, lines in on_both_engines("cases", environment):
        small, large = lines
        found += [compared(name, engine, small[name], large[name]) for name in small]
    return found


def compared(name: str, engine: str, small: dict[str, float], large: dict[str, float]) -> Figure:
    ratio = large["ms"] / small["ms"]
    return Figure(
        name=f"Triage desk, {LARGE:,} cases, {engine}: {name}",
        measured=f"{large['ms']:.0f} ms, {large['queries']:.0f} queries (with {SMALL:,}: {small['ms']:.0f} ms)",
        target=f"≤ {MOST_TIMES:.0f} ×, ≤ {MOST_QUERIES} queries",
        ratio=f"{ratio:.2f} ×",
        is_met=ratio <= MOST_TIMES and large["queries"] <= MOST_QUERIES,
    )


def grow(count: int, unit: Any, topic: Any, handler: Any, at: Any) -> None:
    """Cases up to `count`, written as rows: walking each through its verbs would take an hour."""
    from feedback.lifecycle import ENDED
    from feedback.models import Submission
    from portal.shared import receipt

    dice = random.Random(count)
    have = Submission.objects.count()
    statuses, weights = list(SPREAD), list(SPREAD.values())
    kinds = ("complaint", "question", "suggestion", "defect_report", "appreciation")
    for start in range(have, count, AT_ONCE):
        rows = []
        for n in range(start, min(start + AT_ONCE, count)):
            status = dice.choices(statuses, weights)[0]
            received = at - timedelta(minutes=dice.randrange(1, 500_000))
            ended = status in ENDED
            is_passed = status not in {"received", "verified", "archived"}
            rows.append(
                Submission(
                    number=receipt.written_number(f"2611{n:06d}"),
                    secret_hash="-",
                    form_key_hash=f"bench-{n}",
                    kind=dice.choice(kinds),
                    story=STORY.format(n=n),
                    rw=f"{dice.randrange(1, 13):03d}",
                    status=status,
                    status_at=received + timedelta(hours=5),
                    received_at=received,
                    answered_at=received + timedelta(days=3) if status in {"answered", "settled"} else None,
                    closed_at=received + timedelta(days=3) if ended else None,
                    waiting_from="verified" if status == "waiting" else "",
                    waiting_since=received if status == "waiting" else None,
                    due_on=(at if n % 6 == 0 else received + timedelta(days=14)).date(),
                    unit=unit if is_passed else None,
                    handler=handler if is_passed and dice.random() < 0.3 else None,
                    category=topic,
                )
            )
        Submission.objects.bulk_create(rows)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    import django

    django.setup()
    from django.conf import settings
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.db import connection
    from django.utils import timezone

    from feedback.models import Submission
    from services.models import Category, Membership, Organization
    from tests.desk import signed_in

    settings.ALLOWED_HOSTS = ["testserver"]
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    call_command("migrate", verbosity=0, interactive=False)
    call_command("load_data", settings.PORTAL_DATA, verbosity=0)
    unit = Organization.objects.order_by("-pk")[0]
    person = User.objects.create_superuser("bench")
    Membership.objects.create(user=person, organization=unit)
    client = signed_in(person)
    at = timezone.now()
    for count in (SMALL, LARGE):
        grow(count, unit, Category.objects.filter(parent__isnull=False)[0], person, at)
        with connection.cursor() as cursor:
            # As the database does by itself overnight.
            cursor.execute("ANALYZE")
        number = Submission.objects.order_by("pk")[count // 2].number
        told = {
            name: measured(client, connection, LIST + query.format(number=number))
            for name, query in PAGES.items()
        }
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
