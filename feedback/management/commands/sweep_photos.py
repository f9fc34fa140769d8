from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from feedback.models import Photo


class Command(BaseCommand):
    """Does by hand what the worker does every day."""

    help = "Removes files of photos, older than a day, that no draft and no case has."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Only count what would be removed.")

    def handle(self, *args: Any, **options: Any) -> None:
        removed = Photo.objects.sweep(timezone.now(), is_dry=options["dry_run"])
        self.stdout.write(f"{'Would be removed' if options['dry_run'] else 'Removed'}: {len(removed)} files.")
