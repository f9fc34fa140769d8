"""What 100,000 services cost compared with 1,000, on both engines: the slowest of twenty, in one process."""

import json
import os
import sys
import time
from typing import Any

from tests.bench.report import Figure
from tests.bench.world import on_both_engines

SMALL, LARGE = 1_000, 100_000
ROUNDS = 3
MOST = 3.0
LISTS = (
    "/layanan/",
    "/layanan/?hal=7",
    "/layanan/?bidang=kesehatan",
    "/layanan/?buka=1",
    "/layanan/a-z/?huruf=K",
)
WORDS = (
    "ktp ilang",
    "akte kelahiran anak",
    "surat miskin",
    "sekolah",
    "mengurus nikah",
    "kartu lansia",
    "bantuan anak",
    "jalan rusak",
    "ktp warga baru RW 05",
    "pengntar nikah",
)


def figures(environment: dict[str, str]) -> list[Figure]:
    """SQLite always, PostgreSQL where it is installed; each in a scratch database of its own."""
    found = []
    for engine, lines in on_both_engines("scale", environment):
        small, large = lines
        for name in small:
            ratio = large[name]["p95"] / small[name]["p95"]
            found.append(
                Figure(
                    name=f"{name}, {LARGE:,} services, {engine}",
                    measured=f"p95 {large[name]['p95']:.1f} ms (with {SMALL:,}: {small[name]['p95']:.1f} ms)",
                    target=f"≤ {MOST:.0f} ×",
                    ratio=f"{ratio:.2f} ×",
                    cpu=f"{large[name]['cpu'] * 1000:,.0f} µs",
                    is_met=ratio <= MOST,
                )
            )
    return found


def measured(client: Any, addresses: list[str]) -> dict[str, float]:
    """Wall time, because a database spends it outside this process; beside it our own processor time."""
    for address in addresses:
        client.get(address)
    times, began_cpu = [], time.process_time()
    for _ in range(ROUNDS):
        for address in addresses:
            began = time.perf_counter()
            response = client.get(address)
            times.append((time.perf_counter() - began) * 1000)
            if response.status_code != 200:
                raise RuntimeError(f"{address} answered {response.status_code}.")
    times.sort()
    spent = (time.process_time() - began_cpu) * 1000 / len(times)
    return {"p95": times[int(len(times) * 0.95)], "cpu": spent}


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
    call_command("load_data", settings.PORTAL_DATA, verbosity=0)
    client = Client()
    searches = [f"/cari/?q={words.replace(' ', '+')}" for words in WORDS]
    for count in (SMALL, LARGE):
        call_command("seed_catalogue", count, scratch=True, stdout=sys.stderr)
        told = {"List": measured(client, list(LISTS)), "Search": measured(client, searches)}
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
