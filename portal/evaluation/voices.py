"""How residents' voices were handled in a period, and what users said in published satisfaction surveys."""

from collections import defaultdict
from collections.abc import Iterable

from django.utils import timezone

from portal.evaluation.documents import Document, Figure, Row, Table
from portal.evaluation.figures import by_key
from portal.evaluation.handling import LATE, OVERDUE, Handled, handled, promises_in
from portal.evaluation.promises import STATES, commitments, figures_of, values_of
from portal.evaluation.scope import Scope

# Of the values of a row of the board.
COLUMNS = ("received", "answered", "late", "overdue", "on_time_rate", "median_days")
PLACES = (0, 1, 3, 4, 5, 8)


def voices_of(scope: Scope) -> Document:
    """All messages that came in, also those about no service; of everything there is, in five questions."""
    cases = handled(scope.cases, scope.at, apart=())
    promises = promises_in(cases)
    figures = [
        *figures_of(cases),
        Figure("late", promises[LATE], of="cases"),
        Figure("overdue", promises[OVERDUE], of="cases"),
        *satisfaction(scope),
    ]
    tables = [months(cases), *kept_promises(scope)]
    at = timezone.localtime(scope.at).isoformat()
    return Document(scope.subject, scope.period, at, by_key(figures), {one.key: one for one in tables})


def satisfaction(scope: Scope) -> Iterable[Figure]:
    """The exact index of all who answered; nobody asks them where they live."""
    if scope.area is None:
        result = scope.survey_answers.result()
        yield Figure("satisfaction_index", result.exact_index, "points", n=result.n)
        yield Figure("survey_n", result.n, "people")


def months(cases: list[Handled]) -> Table:
    """By the month in which they came in."""
    found: dict[str, list[Handled]] = defaultdict(list)
    for case in cases:
        found[f"{case.received_on:%Y-%m}"].append(case)

    def row(key: str, cases: list[Handled]) -> Row:
        values = values_of(cases)
        return Row(key, tuple(values[place] for place in PLACES))

    rows = tuple(row(month, found[month]) for month in sorted(found))
    return Table("months", "month", COLUMNS, rows, ("received",), row("total", cases))


def kept_promises(scope: Scope) -> Iterable[Table]:
    """What became of promises made at activities that were due in the period; where they hold nobody notes."""
    if scope.begins and scope.ends and scope.area is None:
        units = scope.units if scope.unit else None
        counts = commitments(scope.begins, scope.ends, scope.at, units)
        yield Table("promises", "promise", ("count",), tuple(Row(key, (counts[key],)) for key in STATES))
