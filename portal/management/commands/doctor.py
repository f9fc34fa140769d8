import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from portal import doctor
from portal.environment import Danger


class Command(BaseCommand):
    """Tells what is wrong with this installation and the cure; runs even where the portal refuses to start."""

    help = "Examines settings, database, files, worker, backups, staff and clock. Ends with 1 when something is wrong."
    # It runs them itself, and goes on after a failure.
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--quiet", action="store_true", help="Say only what is wrong, as cron likes it.")

    def handle(self, *args: Any, quiet: bool = False, **options: Any) -> None:
        report = doctor.examine(timezone.now())
        if not quiet:
            self.overview(report)
        self.tell("Wrong", report.wrong)
        if not quiet:
            self.tell("Needed only before others can reach the portal", report.later)
        if not report.is_healthy:
            sys.exit(1)

    def overview(self, report: doctor.Report) -> None:
        everything = report.wrong | report.later
        width = max(map(len, everything))
        for name, found in everything.items():
            said = "ok"
            if found:
                said = f"{len(found)} wrong" if name in report.wrong else "not as production needs it"
            elif name in report.not_looked_at:
                said = "not looked at"
            self.stdout.write(f"{name:<{width}}  {said}")

    def tell(self, title: str, findings: dict[str, list[Danger]]) -> None:
        told = [danger for found in findings.values() for danger in found]
        if told:
            self.stdout.write(f"\n{title}:")
        for danger in dict.fromkeys(told):
            self.stdout.write(f"  {danger.name}: {danger.problem}\n    Cure: {danger.cure}")
