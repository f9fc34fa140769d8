"""The agenda with 10,000 activities beside 100: questions and time, and what a calendar of 5,000 entries costs."""

import json
import os
import time
from typing import Any

from tests.bench.report import Figure
from tests.bench.world import on_both_engines

SMALL, LARGE = 100, 10_000
ROUNDS = 15
MOST_QUERIES, MOST_RATIO = 8, 2.0
FEED = "/kegiatan/kalender.ics"
LISTS = (
    "/kegiatan/",
    "/kegiatan/?tempat=1",
    "/kegiatan/?rw=rw-contoh-3",
    "/kegiatan/?untuk=contoh-2",
    "/kegiatan/?topik=contoh-1",
    "/kegiatan/lewat/",
    "/kegiatan/kalender/",
    "/kegiatan/atom.xml",
)


def figures(environment: dict[str, str]) -> list[Figure]:
    """SQLite always, PostgreSQL where it is installed; each in a scratch database of its own."""
    found = []
    for engine, lines in on_both_engines("agenda", environment):
        found += told(engine, *lines)
    return found


def told(engine: str, small: dict[str, Any], large: dict[str, Any]) -> list[Figure]:
    found = []
    for address in LISTS:
        ratio, queries = large[address]["ms"] / small[address]["ms"], large[address]["queries"]
        found.append(
            Figure(
                name=f"{address}, {LARGE:,} activities, {engine}",
                measured=f"{queries} queries, {large[address]['ms']:.1f} ms "
                f"(with {SMALL}: {small[address]['ms']:.1f} ms)",
                target=f"≤ {MOST_QUERIES} queries, ≤ {MOST_RATIO:.0f} ×",
                ratio=f"{ratio:.2f} ×",
                is_met=queries <= MOST_QUERIES and ratio <= MOST_RATIO,
            )
        )
    feed = large[FEED]
    measured = (
        f"{feed['entries']:,} entries, {feed['mb']:.1f} MB in {feed['s']:.2f} s, peak {feed['peak']:.1f} MB"
    )
    found.append(
        Figure(f"Calendar to subscribe to, {engine}", measured, "5,000", is_met=feed["entries"] >= 5_000)
    )
    return found


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.test import Client

    settings.ALLOWED_HOSTS = ["testserver"]
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    call_command("migrate", verbosity=0, interactive=False)
    client, count = Client(), 0
    make_words()
    for wanted in (SMALL, LARGE):
        make_activities(count, wanted)
        count = wanted
        run = {address: asked(client, address) for address in LISTS}
        run[FEED] = written(client)
        print(json.dumps(run), flush=True)


def make_words() -> None:
    from services.models import Area
    from tests.builders import make_area, make_audience, make_category, make_portal

    make_portal()
    village = make_area()
    for number in range(8):
        make_area(f"{number:02}", slug=f"rw-contoh-{number}", level=Area.Level.RW, parent=village)
        make_audience(f"Contoh {number}", slug=f"contoh-{number}")
        make_category(f"Contoh {number}", slug=f"contoh-{number}")


def make_activities(first: int, end: int) -> None:
    """Spread over a year, each with an audience and an area; by rows, because 10,000 verbs would take an hour."""
    from datetime import timedelta

    from django.db import transaction
    from django.utils import timezone

    from outreach.models import Event
    from portal.shared import content_version
    from portal.shared.search import index_documents
    from services.models import Area, Audience, Category, Organization

    unit, at = Organization.objects.first(), timezone.now()
    categories = list(Category.objects.filter(slug__startswith="contoh"))
    audiences = list(Audience.objects.filter(slug__startswith="contoh"))
    areas = list(Area.objects.filter(slug__startswith="rw-contoh"))
    events = []
    for number in range(first, end):
        # The same share of past and future, however many there are.
        starts = at + timedelta(minutes=(number * 7919 % 10_000 - 4_500) * 52)
        events.append(
            Event(
                title=f"Cek kesehatan gratis {number}",
                slug=f"cek-kesehatan-{number}",
                kind=Event.Kind.SEMINAR,
                summary="Periksa tekanan darah dan gula, gratis.",
                description="Datang bersama keluarga. " * 20,
                unit=unit,
                category=categories[number % len(categories)],
                starts_at=starts,
                ends_at=starts + timedelta(hours=3),
                place_words=f"Balai RW {number % 12:02}",
                capacity=20,
                taken=number % 21,
                decision="published",
                published_at=at - timedelta(days=200),
            )
        )
    index_documents(events)
    Event.objects.bulk_create(events, batch_size=500)
    for relation, rows, column in ((Event.audiences, audiences, "audience"), (Event.areas, areas, "area")):
        through = relation.through
        through.objects.bulk_create(
            [through(event=event, **{column: rows[event.pk % len(rows)]}) for event in events], batch_size=500
        )
    with transaction.atomic():
        content_version.bump()


def asked(client: Any, address: str) -> dict[str, float]:
    """The middle of several, in one process, after what every page shares was read."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    # Counted now: the next request begins another list.
    count, times = len(queries), []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        client.get(address)
        times.append(time.perf_counter() - began)
    return {"ms": sorted(times)[ROUNDS // 2] * 1000, "queries": count}


def written(client: Any) -> dict[str, float]:
    import tracemalloc

    client.get(FEED)
    began = time.perf_counter()
    content = client.get(FEED).content
    took = time.perf_counter() - began
    tracemalloc.start()
    client.get(FEED)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return {
        "entries": content.count(b"BEGIN:VEVENT"),
        "mb": len(content) / 1e6,
        "s": took,
        "peak": peak / 1e6,
    }


if __name__ == "__main__":
    main()
