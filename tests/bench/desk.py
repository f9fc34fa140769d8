"""The desk's list of 100,000 services compared with 1,000, on both engines: time and queries, page by page."""

import json
import os
import statistics
import sys
import time
from typing import Any

from tests.bench.report import Figure
from tests.bench.world import on_both_engines

SMALL, LARGE = 1_000, 100_000
ROUNDS = 9
MOST_TIMES = 2.0
MOST_QUERIES = 12
LIST = "/admin/services/service/"
# What an editor does with the list; {last} is its last page.
PAGES = {
    "the list": "",
    "its second page": "?p=2",
    "its last page": "?p={last}",
    "drafts": "?status__exact=draft",
    "never confirmed": "?status__exact=published&confirmed=never",
    "due for checking": "?status__exact=published&confirmed=due",
    "closed": "?closed=soon",
    "a sector": "?sector=kesehatan",
    "a unit": "?unit={unit}",
    "a search": "?q=kartu+lansia",
    "a search for what is not there": "?q=tidakadabegini",
    "by name": "?o=2",
    "the start page": "/admin/",
}


def figures(environment: dict[str, str]) -> list[Figure]:
    """SQLite always, PostgreSQL where it is installed; each in a scratch database of its own."""
    found = []
    for engine, lines in on_both_engines("desk", environment):
        small, large = lines
        found += [compared(name, engine, small[name], large[name]) for name in small]
    return found


def compared(name: str, engine: str, small: dict[str, float], large: dict[str, float]) -> Figure:
    ratio = large["ms"] / small["ms"]
    return Figure(
        name=f"Desk, {LARGE:,} services, {engine}: {name}",
        measured=f"{large['ms']:.0f} ms, {large['queries']:.0f} queries (with {SMALL:,}: {small['ms']:.0f} ms)",
        target=f"≤ {MOST_TIMES:.0f} ×, ≤ {MOST_QUERIES} queries",
        ratio=f"{ratio:.2f} ×",
        is_met=ratio <= MOST_TIMES and large["queries"] <= MOST_QUERIES,
    )


def measured(client: Any, connection: Any, address: str) -> dict[str, float]:
    """The median of some visits, because a busy machine makes single ones slow; and the number of queries."""
    client.get(address)
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        response = client.get(address)
        times.append((time.perf_counter() - began) * 1000)
        if response.status_code != 200:
            raise RuntimeError(f"{address} answered {response.status_code}.")
    connection.force_debug_cursor = True
    before = len(connection.queries_log)
    client.get(address)
    queries = len(connection.queries_log) - before
    connection.force_debug_cursor = False
    return {"ms": statistics.median(times), "queries": queries}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    import django

    django.setup()
    from django.conf import settings
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.db import connection

    from services.models import Service
    from tests.desk import signed_in

    settings.ALLOWED_HOSTS = ["testserver"]
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    call_command("migrate", verbosity=0, interactive=False)
    call_command("load_data", settings.PORTAL_DATA, verbosity=0)
    client = signed_in(User.objects.create_superuser("bench"))
    unit = Service.objects.values_list("organization", flat=True).first()
    for count in (SMALL, LARGE):
        call_command("seed_catalogue", count, scratch=True, stdout=sys.stderr)
        last = (Service.objects.count() + 49) // 50
        told = {}
        for name, query in PAGES.items():
            address = query if query.startswith("/") else LIST + query.format(last=last, unit=unit)
            told[name] = measured(client, connection, address)
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
