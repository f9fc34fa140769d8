from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from outreach.models import Campaign, Event
from portal.demo import disdik_labura, tanjung_barat
from portal.demo.making import Maker
from portal.shared.history import Change
from services.models import Organization

SETS = {"tanjung-barat": tanjung_barat.make, "disdik-labura": disdik_labura.make}


class Command(BaseCommand):
    """Adds example activities to the data set this portal has, all marked “contoh”, around today."""

    help = "Adds example campaigns, activities, visits, posts and consultations, for looking around."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--data", default=settings.PORTAL_DATA, help=f"One of: {', '.join(SETS)}.")
        parser.add_argument(
            "--once",
            action="store_true",
            help="Do nothing where activities were ever made, or in production: what `make run` says.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        make = SETS.get(options["data"])
        if make is None:
            raise CommandError(
                f"There are no examples for “{options['data']}”. Choose one of: {', '.join(SETS)}."
            )
        nouns = (Event._meta.label_lower, Campaign._meta.label_lower)
        if Change.objects.filter(noun__in=nouns).exists():
            if options["once"]:
                return
            raise CommandError("Here are activities already. Examples are made in a portal that has none.")
        if options["once"] and settings.PRODUCTION:
            return
        if not Organization.objects.exists():
            raise CommandError("Load the data set first: manage.py prepare")
        self.stdout.write("Adding example activities …")
        with transaction.atomic():
            make(Maker(timezone.now()))
