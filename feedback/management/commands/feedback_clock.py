from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from feedback.escalation import run


class Command(BaseCommand):
    """Does by hand what the worker does every morning; a second time on one day changes nothing more."""

    help = "Reports cases that are due soon or late, tells residents, settles and ends what met with silence."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Only count what would be done.")

    def handle(self, *args: Any, **options: Any) -> None:
        tally = run(timezone.now(), dry_run=options["dry_run"])
        self.stdout.write(f"{'Would be' if options['dry_run'] else 'Done'}: {tally}")
