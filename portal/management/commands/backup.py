from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from portal.backup import BackupError, make_backup, rotate


class Command(BaseCommand):
    """Backs up database and uploaded files into one checked file, and removes those that have had their time."""

    help = "Writes a checked backup to BACKUP_DIR and keeps some days, weeks and months of them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", type=Path, default=settings.BACKUP_DIR, help="Folder; else BACKUP_DIR.")
        parser.add_argument("--daily", type=int, default=7, help="Days to keep one backup each of.")
        parser.add_argument("--weekly", type=int, default=4, help="Weeks to keep one backup each of.")
        parser.add_argument("--monthly", type=int, default=12, help="Months to keep one backup each of.")
        parser.add_argument("--keep-all", action="store_true", help="Remove no older backup.")

    def handle(self, *args: Any, **options: Any) -> None:
        kept = {name: options[name] for name in ("daily", "weekly", "monthly")}
        if min(kept.values()) < 0:
            raise CommandError("--daily, --weekly and --monthly are numbers from 0.")
        folder = Path(options["to"]).absolute()
        try:
            path = make_backup(folder, at=timezone.now(), say=self.stdout.write)
        except BackupError as problem:
            raise CommandError(str(problem)) from None
        if not options["keep_all"]:
            for removed in rotate(folder, just_made=path, **kept):
                self.stdout.write(f"Removed: {removed.name}, its time was over.")
