"""Importing services with three requirements each, and undoing it, on both engines: time and queries a row."""

import json
import os
import time
from collections.abc import Callable
from typing import Any

from tests.bench.report import Figure
from tests.bench.world import on_both_engines

# As many as SQLite takes in one file.
SMALL, LARGE = 50, 500
# Milliseconds of processor time a row, on the machine the portal was built on.
MOST = {"check": 8.0, "import": 8.0, "undo": 10.0}
# Twice the rows may not cost much more than twice: what grows with the square is found by the ratio.
MOST_TIMES = 1.5


def figures(environment: dict[str, str]) -> list[Figure]:
    """SQLite always, PostgreSQL where it is installed; each in a scratch database of its own."""
    found = []
    for engine, (small, large) in on_both_engines("exchange", environment):
        found += [compared(name, engine, small[name], large[name]) for name in small]
    return found


def compared(name: str, engine: str, small: dict[str, float], large: dict[str, float]) -> Figure:
    ratio = large["cpu"] / small["cpu"]
    return Figure(
        name=f"Exchange, {LARGE:,} services, {engine}: {name}",
        measured=(
            f"{large['cpu']:.1f} ms processor and {large['wall']:.1f} ms a row, {large['queries']:.1f} queries"
            f" (with {SMALL}: {small['cpu']:.1f} ms, {small['queries']:.1f} queries)"
        ),
        target=f"≤ {MOST[name]:.0f} ms a row, ≤ {MOST_TIMES} ×",
        ratio=f"{ratio:.2f} ×",
        is_met=large["cpu"] <= MOST[name] and ratio <= MOST_TIMES,
    )


def measured(count: int, connection: Any, step: Callable[[], Any]) -> dict[str, float]:
    """What one row costs; queries are counted by a wrapper that keeps nothing."""
    queries = 0

    def counted(execute: Any, *args: Any) -> Any:
        nonlocal queries
        queries += 1
        return execute(*args)

    with connection.execute_wrapper(counted):
        began, used = time.perf_counter(), time.process_time()
        step()
        wall, cpu = time.perf_counter() - began, time.process_time() - used
    return {"cpu": cpu * 1000 / count, "wall": wall * 1000 / count, "queries": queries / count}


def file_of(count: int, category: str, organization: str) -> bytes:
    lines = ["code;name;summary;category;organization;fee_amount;requirements"]
    for number in range(count):
        needs = f'"KTP asli\nSurat pengantar RT nomor {number}\nKartu keluarga | Kalau pindah"'
        lines.append(
            f"bangku-{count}-{number};Layanan bangku nomor {number};Bawa KTP ke loket {number}, gratis.;"
            f"{category};{organization};0;{needs}"
        )
    return "\n".join(lines).encode()


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    import django

    django.setup()
    from django.conf import settings
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.db import connection
    from django.utils import timezone

    from portal.shared.exchange.models import Import, carry_on
    from services.models import Service

    call_command("migrate", verbosity=0, interactive=False)
    call_command("load_data", settings.PORTAL_DATA, verbosity=0)
    user = User.objects.create_superuser("bench")
    some = Service.objects.select_related("category", "organization").first()
    assert some is not None
    for count in (SMALL, LARGE):
        content = file_of(count, some.category.slug, some.organization.slug)

        def run() -> Import:
            return Import.objects.latest("pk")

        def carried_on() -> Import:
            """What the worker does with a long file."""
            if run().is_busy:
                carry_on.call(run().pk)
            return run()

        def check(content: bytes = content, count: int = count) -> None:
            Import.receive(
                noun="services.service", file_name="bench.csv", content=content, by=user, at=timezone.now()
            )
            assert carried_on().added == count, run().problems

        def confirm() -> None:
            run().confirm(by=user, at=timezone.now())
            assert carried_on().state == Import.State.APPLIED, run().problems

        def undo() -> None:
            run().undo(by=user, at=timezone.now())
            assert carried_on().state == Import.State.UNDONE, run().problems

        steps = {"check": check, "import": confirm, "undo": undo}
        told = {name: measured(count, connection, step) for name, step in steps.items()}
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
