"""Results of a year with 100,000 messages beside one with a tenth of them: questions and time, page by page."""

import json
import os
import time
from typing import Any

from tests.bench.report import Figure
from tests.bench.world import on_both_engines

# Another size is asked for by the environment, for a quick look.
SMALL, LARGE = int(os.environ.get("SMALL", 10_000)), int(os.environ.get("LARGE", 100_000))
ROUNDS = 7
# Marks a page of which nothing is at hand from a moment ago.
LIVE = "#counted-live"
MOST_QUERIES, MOST_RATIO = 25, 3.0


def figures(environment: dict[str, str]) -> list[Figure]:
    """SQLite always, PostgreSQL where it is installed; each in a scratch database of its own."""
    found = []
    for engine, lines in on_both_engines("evaluation", environment):
        found += told(engine, *lines)
    return found


def told(engine: str, small: dict[str, Any], large: dict[str, Any]) -> list[Figure]:
    return [
        Figure(
            name=f"{name}, {LARGE:,} messages, {engine}",
            measured=f"{large[name]['queries']} queries, {large[name]['ms']:.0f} ms "
            f"(with {SMALL:,}: {small[name]['ms']:.0f} ms)",
            target=f"≤ {MOST_QUERIES} queries, ≤ {MOST_RATIO:.0f} ×",
            ratio=f"{large[name]['ms'] / small[name]['ms']:.2f} ×",
            is_met=large[name]["queries"] <= MOST_QUERIES
            and large[name]["ms"] <= MOST_RATIO * small[name]["ms"],
        )
        for name in small
    ]


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.test import Client
    from django.utils import timezone

    from portal.accounts.roles import COORDINATOR, set_up_roles
    from tests.bench.evaluation_rows import Rows
    from tests.desk import make_officer, signed_in

    settings.ALLOWED_HOSTS = ["testserver"]
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    call_command("migrate", verbosity=0, interactive=False)
    set_up_roles()
    at = timezone.now()
    rows = Rows(at)
    visitor, head = Client(), signed_in(make_officer(COORDINATOR))
    for size in (SMALL, LARGE):
        rows.grow(size)
        count_again(at)
        print(
            json.dumps({name: asked(head if "admin" in name else visitor, name) for name in pages(rows, at)}),
            flush=True,
        )


def pages(rows: Any, at: Any) -> list[str]:
    """What is asked: the results of a year for staff, kept and counted live, and for everybody."""
    year = at.year
    return [
        f"/admin/kinerja/?periode={year}",
        f"/admin/kinerja/?periode={year}&unit={rows.unit.slug}",
        f"/admin/kinerja/?periode={year}&unit={rows.unit.slug}{LIVE}",
        f"/admin/kinerja/kampanye/{rows.campaign.slug}/",
        "/kinerja/",
        f"/kinerja/kampanye/{rows.campaign.slug}/",
        "/kinerja/layanan/",
        f"/kinerja/layanan/{rows.services[0].slug}/",
    ]


def count_again(at: Any) -> None:
    """What the worker does every night."""
    from portal.evaluation.freezing import freeze_due
    from portal.evaluation.keeping import count_all
    from portal.evaluation.standing import publish_all

    freeze_due(at)
    publish_all(at)
    count_all(at)


def asked(client: Any, address: str) -> dict[str, float]:
    """The middle of several, in one process, after what every page shares was read; no page comes from a store."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from portal.evaluation.models import Evaluation

    def forget() -> None:
        if address.endswith(LIVE):
            Evaluation.objects.filter(subject__startswith="asked:").delete()

    client.get(address)
    forget()
    with CaptureQueriesContext(connection) as queries:
        status = client.get(address).status_code
        assert status == 200, (address, status)
    count, times = len(queries), []
    for _ in range(ROUNDS):
        forget()
        began = time.perf_counter()
        client.get(address)
        times.append(time.perf_counter() - began)
    return {"ms": sorted(times)[ROUNDS // 2] * 1000, "queries": count}


if __name__ == "__main__":
    main()
