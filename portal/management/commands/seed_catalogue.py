from itertools import product
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction
from django.utils import timezone

from portal.shared import content_version
from portal.shared.search import index_documents
from services.models import Requirement, Service, ServiceAtLocation

BATCH = 1_000
PREFIX = "contoh-"
WHERE = ("RW", "gang", "blok", "pasar", "sekolah", "kantor", "lapangan", "jalan", "rusun", "kampung")
FOR = (
    "warga baru",
    "lansia",
    "anak",
    "pelajar",
    "pedagang",
    "penyewa",
    "petani",
    "nelayan",
    "keluarga",
    "pemuda",
)


class Command(BaseCommand):
    """Fills a scratch database with many services shaped like the loaded ones, to measure growth with."""

    help = "Adds example services until there are COUNT published ones. Only for measuring: use a scratch database."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("count", type=int, help="How many published services there should be.")
        parser.add_argument(
            "--scratch",
            action="store_true",
            help="Yes, this database is for measuring and may be thrown away.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["scratch"]:
            raise CommandError("This fills the catalogue with invented examples. Add --scratch if it may.")
        published = Service.objects.published()
        models = list(published.exclude(code__startswith=PREFIX).order_by("pk"))
        if not models:
            raise CommandError("Load a data set first: the examples take after its services.")
        made = published.filter(code__startswith=PREFIX).count()
        wanted = options["count"] - len(models)
        places = list(ServiceAtLocation.objects.order_by("pk").values_list("location", flat=True))
        while made < wanted:
            size = min(BATCH, wanted - made)
            with transaction.atomic():
                self.add(models, places, range(made, made + size))
                content_version.bump()
            made += size
            self.stdout.write(f"  {made + len(models)} services")
        with connection.cursor() as cursor:
            # What a server does by itself by night: the planner must know how much there is.
            cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")

    def add(self, models: list[Service], places: list[Any], numbers: range) -> None:
        variants = list(product(FOR, WHERE))
        services = []
        for number in numbers:
            model = models[number % len(models)]
            whom, where = variants[(number // len(models)) % len(variants)]
            word = f"{where} {number % 97 + 1:02d}"
            services.append(
                Service(
                    code=f"{PREFIX}{number}",
                    slug=f"{PREFIX}{number}",
                    name=f"{model.name} untuk {whom}, {word} (contoh {number})",
                    short_name=f"{model.short_name[:50]} {whom} {word} {number}",
                    summary=model.summary,
                    category=model.category,
                    organization=model.organization,
                    fee_amount=model.fee_amount,
                    source="contoh",
                    status=Service.Status.PUBLISHED,
                    published_at=timezone.now(),
                )
            )
        index_documents(services)
        kept = Service.objects.bulk_create(services)
        Requirement.objects.bulk_create(
            Requirement(service=service, position=1, text="Fotokopi KTP dan KK") for service in kept
        )
        ServiceAtLocation.objects.bulk_create(
            ServiceAtLocation(service=service, location_id=places[service.pk % len(places)], position=1)
            for service in (kept if places else [])
        )
