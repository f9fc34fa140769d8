from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from services.data_files import RowError, data_sets
from services.loading import load


class Command(BaseCommand):
    """Loads a data set; running it twice changes nothing the second time."""

    help = "Loads services, places, areas and closed days from services/data/. Rows edited by staff are left alone."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("data_set", help=f"One of: {', '.join(data_sets())}.")
        parser.add_argument("--dry-run", action="store_true", help="Read and check everything, keep nothing.")
        parser.add_argument(
            "--overwrite", action="store_true", help="Also replace rows that staff have edited."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        say = self.stdout.write if options["verbosity"] else lambda text: None
        say(f"Loading {options['data_set']} …")
        try:
            report = load(
                options["data_set"],
                at=timezone.now(),
                say=say,
                dry_run=options["dry_run"],
                overwrite=options["overwrite"],
            )
        except RowError as error:
            raise CommandError(str(error)) from None
        if report.errors:
            raise CommandError(
                "Nothing was kept. Mend these rows:\n" + "\n".join(f"  {e}" for e in report.errors)
            )
        say("Dry run: nothing was kept." if options["dry_run"] else "Loaded.")
