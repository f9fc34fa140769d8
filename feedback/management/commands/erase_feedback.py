from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from feedback.erasure import erase_due


class Command(BaseCommand):
    """Erases contacts, photos and words of cases whose time is over; the worker does so once a day."""

    help = (
        "Erases drafts older than a day, and of ended cases contacts, photos and words after FEEDBACK_CONTACT_DAYS, "
        "FEEDBACK_PHOTO_DAYS and FEEDBACK_WORDS_DAYS. A number, kind, topic, unit, RW, status and times stay."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Only count what would be erased.")

    def handle(self, *args: Any, **options: Any) -> None:
        found = erase_due(timezone.now(), dry_run=options["dry_run"])
        said = "Would erase" if options["dry_run"] else "Erased"
        self.stdout.write(
            f"{said}: {found.drafts} drafts, {found.contacts} contacts, {found.photos} photos, the words of "
            f"{found.words} cases, {found.files} files of photos no row names."
        )
