from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from portal.backup import BackupError, Manifest
from portal.backup.restoring import check, restore


class Command(BaseCommand):
    """Brings a backup back, or says why not and changes nothing."""

    help = (
        "Restores a backup made by `manage.py backup` into an empty portal, or with --replace into this one."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("archive", type=Path, help="The .tar file.")
        parser.add_argument("--check", action="store_true", help="Only say whether the backup is whole.")
        parser.add_argument(
            "--replace", action="store_true", help="Replace what is here; it is backed up first."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        archive = Path(options["archive"]).absolute()
        try:
            if options["check"]:
                self.tell(check(archive, say=self.stdout.write))
                self.stdout.write("The backup is whole. Nothing was changed.")
                return
            done = restore(archive, replace=options["replace"], at=timezone.now(), say=self.stdout.write)
        except BackupError as problem:
            raise CommandError(str(problem)) from None
        self.tell(done.manifest)
        if done.safety_backup:
            self.stdout.write(f"What was here before is kept in {done.safety_backup}.")
        if done.was_migrated:
            self.stdout.write("The database was older and has been brought up to date.")
        self.stdout.write(
            "Restored; every checksum and every count is as it was. Everybody must sign in again. Mail and tasks "
            "that were waiting are held in the desk under background tasks: try them again there if they are still "
            "wanted. Passwords and recovery codes are those of the day of the backup."
        )

    def tell(self, manifest: Manifest) -> None:
        self.stdout.write(
            f"Backup of {manifest.data_set} made at {manifest.made_at} by version {manifest.portal_version} on "
            f"{manifest.engine} {manifest.engine_version}: {sum(manifest.counts.values())} rows in "
            f"{len(manifest.counts)} tables, {len(manifest.media)} uploaded files."
        )
