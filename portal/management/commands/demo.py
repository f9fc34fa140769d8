from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from outreach.models import Campaign, Event
from portal.demo import disdik_labura, plans, tanjung_barat
from portal.demo.making import Maker
from portal.demo.year import make_year
from portal.evaluation.freezing import freeze_due
from portal.evaluation.keeping import count_all
from portal.evaluation.standing import publish_all
from portal.shared.history import Change
from services.models import Organization

# What is on now and soon, and what the year before is made of.
SETS = {
    "tanjung-barat": (tanjung_barat.make, plans.tanjung_barat),
    "disdik-labura": (disdik_labura.make, plans.disdik_labura),
}


class Command(BaseCommand):
    """Adds a year of example life to the data set this portal has, all marked “contoh”, up to today and beyond."""

    help = "Adds example campaigns, activities, visits, posts, messages and surveys, for looking around."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--data", default=settings.PORTAL_DATA, help=f"One of: {', '.join(SETS)}.")
        parser.add_argument(
            "--months",
            type=int,
            default=12,
            help="How many months before today to fill; 0: only what is on now.",
        )
        parser.add_argument(
            "--once",
            action="store_true",
            help="Do nothing where activities were ever made, or in production: what `make run` says.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        examples = SETS.get(options["data"])
        if examples is None:
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
        self.stdout.write("Adding a year of examples …")
        with transaction.atomic():
            maker = Maker(timezone.now())
            make, plan_of = examples
            if options["months"]:
                make_year(maker, plan_of(maker), self.stdout.write, options["months"])
            make(maker)
            self.stdout.write("Counting the results …")
            freeze_due(maker.now)
            publish_all(maker.now)
            count_all(maker.now)
