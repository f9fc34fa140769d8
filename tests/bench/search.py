"""One search over 100,000 documents of all kinds beside 1,000: whether it finds what is meant, and how long it takes.

The hundred everyday questions of `tests/data/everyday_everything.csv` are asked as pages, in one process; what they
mean lies among documents made of the same everyday words.
"""

import json
import os
import random
import sys
import time
from typing import Any

from tests.bench.report import Figure
from tests.bench.world import on_both_engines

SMALL, LARGE = 1_000, 100_000
MOST, ENOUGH_RIGHT = 3.0, 0.9
AT_ONCE = 1_000
# Of a hundred documents: most are answers to residents, as they would be after some years.
SHARES = {
    "jawaban": 60,
    "kegiatan": 10,
    "tanya-jawab": 10,
    "tempat": 8,
    "layanan": 4,
    "kabar": 3,
    "pekerjaan": 3,
    "konsultasi": 1,
    "kampanye": 1,
}
THINGS = (
    *("lampu jalan", "surat pengantar", "kartu keluarga", "KTP", "sampah", "air bersih", "saluran", "jalan"),
    *("trotoar", "taman", "loket", "antrean", "bantuan sosial", "imunisasi", "posyandu", "sekolah", "pasar"),
    *("parkir", "banjir", "pohon", "kabel", "halte", "lapangan", "pos ronda", "jembatan", "rumput", "pagar"),
)
HAPPENINGS = (
    *("rusak", "mati", "terlambat", "penuh", "kurang terang", "belum dibuka", "ditutup", "diperbaiki"),
    *("dipindah", "kotor", "bocor", "macet", "ramai", "sepi", "diusulkan", "dijadwalkan", "selesai"),
)
WHO = ("warga", "lansia", "pelajar", "pedagang", "ibu hamil", "keluarga", "pemuda", "penyewa", "pengurus RT")
WHERE = ("Gang Mangga", "Gang Kelinci", "Jalan Cempaka", "Jalan Kenari", "Blok C", "Perumahan Asri", "RW")


def figures(environment: dict[str, str]) -> list[Figure]:
    """SQLite always, PostgreSQL where it is installed; each in a scratch database of its own."""
    found = []
    for engine, lines in on_both_engines("search", environment):
        found += told(engine, *lines)
    return found


def told(engine: str, small: dict[str, Any], large: dict[str, Any]) -> list[Figure]:
    ratio = large["p95"] / small["p95"]
    return [
        Figure(
            name=f"Search over {LARGE:,} documents of all kinds, {engine}",
            measured=f"p95 {large['p95']:.0f} ms, {large['queries']} queries "
            f"(with {SMALL:,}: {small['p95']:.0f} ms, {small['queries']})",
            target=f"≤ {MOST:.0f} ×" if engine == "PostgreSQL" else "",
            ratio=f"{ratio:.2f} ×",
            cpu=f"{large['cpu'] * 1000:,.0f} µs",
            is_met=ratio <= MOST if engine == "PostgreSQL" else None,
        ),
        Figure(
            name=f"Everyday questions answered among the first three, {engine}",
            measured=f"{large['right']:.0%} (with {SMALL:,}: {small['right']:.0%})",
            target=f"≥ {ENOUGH_RIGHT:.0%}",
            is_met=large["right"] >= ENOUGH_RIGHT,
        ),
    ]


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client

    from services.models import Location, Organization, Service
    from tests.finding_world import make_everything
    from tests.test_everyday_everything import everyday_questions

    settings.ALLOWED_HOSTS = ["testserver"]
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    call_command("migrate", verbosity=0, interactive=False)
    call_command("load_data", settings.PORTAL_DATA, verbosity=0)
    unit = Organization.objects.get(slug="kelurahan-tanjung-barat")
    # In the middle of the small number, so that neither the first nor the last row is what is meant.
    grow(0, SMALL // 2, unit)
    names = make_everything(unit)
    names |= {("layanan", pk): f"service:{code}" for pk, code in Service.objects.values_list("pk", "code")}
    names |= {("tempat", pk): f"place:{slug}" for pk, slug in Location.objects.values_list("pk", "slug")}
    count = SMALL // 2
    for wanted in (SMALL, LARGE):
        grow(count, wanted, unit)
        count = wanted
        with connection.cursor() as cursor:
            # What a server does by itself by night: the planner must know how much there is.
            cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
        print(json.dumps(measured(Client(), names, everyday_questions())), flush=True)


def measured(client: Any, names: dict[Any, str], questions: dict[str, frozenset[str]]) -> dict[str, Any]:
    """Pages by the clock, and what stands first on them."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from django.utils import timezone

    from portal.finding.searching import Asked, search

    times, wrong, most = [], [], 0
    for text, expected in questions.items():
        with CaptureQueriesContext(connection) as asked:
            client.get("/cari/", {"q": text})
        most = max(most, len(asked))
        first = [
            names.get((hit.kind, hit.pk), hit.kind)
            for hit in search(Asked(text), timezone.now()).shown.found[:3]
        ]
        if not expected & {*first}:
            wrong.append(f"{text}: {first} instead of {sorted(expected)}")
    began_cpu = time.process_time()
    for text in questions:
        began = time.perf_counter()
        if client.get("/cari/", {"q": text}).status_code != 200:
            raise RuntimeError(f"The search for “{text}” failed.")
        times.append((time.perf_counter() - began) * 1000)
    spent = (time.process_time() - began_cpu) * 1000 / len(times)
    times.sort()
    print("\n".join(wrong), file=sys.stderr, flush=True)
    return {
        "p95": times[int(len(times) * 0.95)],
        "median": times[len(times) // 2],
        "cpu": spent,
        "queries": most,
        "right": 1 - len(wrong) / len(questions),
    }


# Documents -----------------------------------------------------------------------------------------------


def grow(first: int, end: int, unit: Any) -> None:
    """Documents of all kinds by rows, in the shares above; walking each through its verbs would take hours."""
    from django.db import transaction

    from portal.shared import content_version
    from portal.shared.search import index_documents

    kinds = [kind for kind, share in SHARES.items() for _ in range(share)]
    for start in range(first, end, AT_ONCE):
        dice = random.Random(start)
        rows: dict[type, list[Any]] = {}
        for number in range(start, min(start + AT_ONCE, end)):
            one = made(kinds[number * 37 % 100], number, dice, unit)
            rows.setdefault(type(one), []).append(one)
        with transaction.atomic():
            for model, some in rows.items():
                index_documents(some)
                model._default_manager.bulk_create(some)  # type: ignore[attr-defined]
            content_version.bump()
        if not start % 10_000:
            print(f"  {start} documents", file=sys.stderr, flush=True)


def words_of(number: int, dice: random.Random) -> tuple[str, str]:
    """A title and a text of everyday words."""
    thing, happening, who = dice.choice(THINGS), dice.choice(HAPPENINGS), dice.choice(WHO)
    where = f"{dice.choice(WHERE)} {dice.randrange(1, 60)}"
    rest = [f"{dice.choice(THINGS)} {dice.choice(HAPPENINGS)} untuk {dice.choice(WHO)}" for _ in range(4)]
    return f"{thing.capitalize()} {happening} {dice.choice(('di', 'dekat'))} {where}", (
        f"{who.capitalize()} menanyakan {'. '.join(rest)}. Petugas datang, lalu memberi kabar. Nomor {number}."
    )


def made(kind: str, number: int, dice: random.Random, unit: Any) -> Any:
    from datetime import timedelta

    from django.utils import timezone

    from feedback.models import Submission
    from outreach.models import Campaign, Consultation, Event, Question
    from portal.shared import receipt
    from services.models import Category, Location, News, PublicWork, Service

    title, text = words_of(number, dice)
    at = timezone.now() - timedelta(minutes=dice.randrange(1, 500_000))
    named = {"title": title, "slug": f"bench-{number}", "unit": unit}
    match kind:
        case "jawaban":
            return Submission(
                number=receipt.written_number(f"2611{number:06d}"),
                secret_hash="-",
                form_key_hash=f"bench-{number}",
                kind="complaint",
                status="settled",
                status_at=at,
                received_at=at,
                answered_at=at,
                closed_at=at,
                released_at=at,
                unit=unit,
                public_title=title,
                public_story=f"{title}.",
                public_answer=text,
            )
        case "kegiatan":
            starts = at + timedelta(days=30)
            return Event(
                **named,
                kind=Event.Kind.SEMINAR,
                summary=text[:200],
                starts_at=starts,
                ends_at=starts + timedelta(hours=2),
                decision="published",
                published_at=at,
            )
        case "tanya-jawab":
            return Question(
                event=Event.objects.order_by("pk").first() or meeting(unit),
                text=f"Kapan {title}?",
                shown=f"Kapan {title}?",
                state="answered",
                answer=text,
                answered_at=at,
                asked_at=at,
                form_key_hash=f"bench-{number}",
            )
        case "tempat":
            return Location(
                name=f"Pos {title}", slug=f"bench-{number}", kind="other_agency", address=text[:100]
            )
        case "layanan":
            return Service(
                code=f"bench-{number}",
                slug=f"bench-{number}",
                name=f"Mengurus {title}",
                summary=text[:200],
                category=Category.objects.filter(parent__isnull=False).order_by("pk")[number % 9],
                organization=unit,
                source="contoh",
                status=Service.Status.PUBLISHED,
                published_at=at,
            )
        case "kabar":
            return News(**named, text=text, shown_from=at, published_at=at)
        case "pekerjaan":
            return PublicWork(
                name=title, slug=f"bench-{number}", kind="road", stage="planned", description=text
            )
        case "konsultasi":
            return Consultation(
                **named, changes=text, opens_at=at, closes_at=at + timedelta(days=30), published_at=at
            )
    return Campaign(
        **named,
        summary=text[:200],
        goal=text,
        starts_on=at.date(),
        ends_on=at.date() + timedelta(days=60),
        published_at=at,
    )


def meeting(unit: Any) -> Any:
    from tests.builders import make_event

    return make_event("Rapat warga", unit=unit)


if __name__ == "__main__":
    main()
