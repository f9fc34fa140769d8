import logging
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from portal.shared.work.worker import Worker

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    """Sends mail and does other queued work until told to end; finishes the task in hand first."""

    help = "Does the queued background work: mail and whatever else must not keep a visitor waiting."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--once", action="store_true", help="Do what is waiting now, then end (for cron)."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        worker = Worker(settings.PERIODIC_WORK)
        try:
            if options["once"]:
                self.stdout.write(f"Tasks done: {worker.run_waiting()}")
            else:
                worker.run()
        except Exception as problem:
            # Python's traceback would end with the exception's words.
            logger.critical("The worker ended by an exception.", exc_info=problem)
            raise SystemExit(1) from None
