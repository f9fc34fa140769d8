from io import StringIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from feedback.seeding import seed
from portal.accounts.roles import set_up_roles
from services.data_files import RowError, data_sets
from services.loading import is_loaded, load


class Command(BaseCommand):
    """Makes a machine ready to serve: database, data set, static files. Does only what is not done yet."""

    help = "Migrates, loads the data set when its files changed, and collects static files when they changed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--data", default=settings.PORTAL_DATA, help=f"One of: {', '.join(data_sets())}.")
        parser.add_argument(
            "--keep-files",
            action="store_true",
            help="Collect static files anew beside those of a release that still serves.",
        )

        parser.add_argument(
            "--examples",
            action="store_true",
            help="Add example activities, once and never in production: what `make run` does.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["data"] not in data_sets():
            raise CommandError(
                f"There is no data set “{options['data']}”. Choose one of: {', '.join(data_sets())}."
            )
        try:
            connection.ensure_connection()
        except DatabaseError as problem:
            raise CommandError(
                f"The database cannot be opened: {str(problem).strip()}\n"
                "Cure: check that it runs and that DATABASE_URL names it; on SQLite, that the file is one."
            ) from None
        self.migrate()
        set_up_roles()
        self.load(options["data"])
        self.seed_feedback()
        if options["examples"]:
            call_command("demo", data=options["data"], once=True, stdout=self.stdout)
        self.collect(keep_files=options["keep_files"])

    def migrate(self) -> None:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write("Preparing the database …")
            call_command("migrate", interactive=False, verbosity=0)

    def load(self, data_set: str) -> None:
        if is_loaded(data_set):
            return
        self.stdout.write(f"Loading {data_set} …")
        try:
            report = load(data_set, at=timezone.now(), say=self.stdout.write)
        except RowError as error:
            raise CommandError(str(error)) from None
        if report.errors:
            raise CommandError("The data could not be loaded:\n" + "\n".join(f"  {e}" for e in report.errors))

    def seed_feedback(self) -> None:
        report = seed(at=timezone.now())
        if report.errors:
            raise CommandError(
                "The rules could not be loaded:\n" + "\n".join(f"  {e}" for e in report.errors)
            )

    def collect(self, *, keep_files: bool) -> None:
        """Collects static files when one is newer than the last collection, or none was made."""
        stamp = Path(settings.STATIC_ROOT) / "collected"
        newest = max(
            path.stat().st_mtime for root in settings.STATICFILES_DIRS for path in Path(root).rglob("*")
        )
        if not keep_files and stamp.exists() and stamp.stat().st_mtime > newest:
            return
        self.stdout.write("Collecting static files …")
        call_command("collectstatic", interactive=False, verbosity=0, clear=not keep_files, stdout=StringIO())
        stamp.touch()
