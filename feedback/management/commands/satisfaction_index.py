import json
import sys
from argparse import RawDescriptionHelpFormatter
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from feedback.answer_tables import PROBLEMS_SHOWN, every_row, read
from feedback.satisfaction import ORDERS, Result, half_up
from portal.shared.exchange.files import FileRefused

HELP = """\
Prints the satisfaction index (SKM, IKM) of a table as one line of JSON:
  {"n": …, "means": {key: …}, "index": …, "grade": …, "performance": …}

The table is CSV or XLSX, separated by semicolons, commas or tabs, with or without a byte-order mark. It has one
row for each respondent, or one for each element with the columns element, count_score1 … count_score4. The
first row names the nine elements by key (requirements, procedure, time, cost, product, competence, conduct,
complaints, facilities), by their official name, or as U1 to U9. Only for U1 to U9 the order matters, and has to
be said: in the list of elements U8 is complaints and U9 facilities, in the questionnaire it is the other way
round. An empty cell or a dash means not answered; a row without any answer is no respondent.

Everything is computed exactly, with the weight 1/9, and rounded half up only here: means to four decimals, the
index to two. An element is divided by those who answered it. "index" is null as long as nobody has answered one
of the nine; "grade" and "performance" are null then, and with fewer than 10 respondents.
A table that cannot be used is refused with every reason on standard error; the exit code is then 1."""


class Command(BaseCommand):
    """Computes what the results page computes, from a file alone: no row of the database is read."""

    help = HELP
    requires_system_checks: list[str] = []

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.formatter_class = RawDescriptionHelpFormatter
        return parser

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", help="The table; - reads standard input.")
        parser.add_argument(
            "--order",
            choices=list(ORDERS),
            help="What U1 to U9 mean: U8 complaints and U9 facilities (list), or the other way round "
            "(questionnaire). Needed only for columns called so.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        # Sentences for operators are English, whatever the portal speaks.
        with translation.override("en"):
            try:
                table = read(every_row(content_of(options["file"])), options["order"])
            except FileRefused as refusal:
                raise CommandError(str(refusal)) from None
            if table.problems:
                shown = [f"  {one}" for one in table.problems[:PROBLEMS_SHOWN]]
                if len(table.problems) > PROBLEMS_SHOWN:
                    shown.append(f"  … and {len(table.problems) - PROBLEMS_SHOWN} more")
                raise CommandError("Mend these rows:\n" + "\n".join(shown))
        self.stdout.write(json.dumps(as_json(table.result)))


def content_of(name: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as problem:
        raise CommandError(f"{name} cannot be read: {problem.strerror}.") from None


def as_json(result: Result) -> dict[str, Any]:
    return {
        "n": result.n,
        "means": {
            key: None if mean is None else number(half_up(mean, 4)) for key, mean in result.means.items()
        },
        "index": None if result.index is None else number(result.index),
        "grade": result.grade,
        "performance": result.performance,
    }


def number(value: Decimal) -> float:
    """With so few digits a float is written as exactly these digits."""
    return float(value)
