"""Which figures and tables are of people, and what follows from what: the facts protection works with.

A new figure or table of people is protected by being small; if it can be computed from others, it belongs here too.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from portal.evaluation.documents import Figure, Table
from portal.shared.suppression import SMALLEST_GROUP, SMALLEST_SENSITIVE_GROUP

# Never about persons: paper, posts, visits of a link, money, plans.
OF_NOBODY: Final = frozenset(
    {"events", "invited", "flyers_printed", "flyers_out", "flyers_left", "scans", "posts", "budget", "spent"}
)
# Places as officers wrote them down, which nobody has read with everybody in mind.
FOR_STAFF: Final = frozenset({"flyers_by_place", "came_by_link"})
# About how the office works: judged by how many cases there were, not by how many were late.
OF_THE_OFFICE: Final = frozenset(
    {"answered", "on_time_rate", "median_days", "late", "overdue", "satisfaction_index"}
)
# Shares of which the rest is a group of people too.
TELLS_OF_THE_REST: Final = frozenset({"expected_rate", "usefulness_good", "later_used"})
# Hidden when one of the others is: it could be computed from the rest of them.
BUILT_ON: Final[Mapping[str, tuple[str, ...]]] = {
    "attendance_rate": ("came",),
    "cost_per_person": ("came", "homes_met"),
    "expected_rate": ("registered", "came", "walk_ins"),
    "walk_ins": ("expected_rate",),
    "home_coverage": ("homes_visited",),
    "later_used": ("later_asked",),
    "rose": ("stayed", "fell"),
    "stayed": ("rose", "fell"),
    "fell": ("rose", "stayed"),
    "answered": ("cases",),
    "on_time_rate": ("cases",),
    "median_days": ("cases",),
    "late": ("cases",),
    "overdue": ("cases",),
    "satisfaction_index": ("survey_n",),
}
# Figures and tables that are published together or not at all: some of their numbers say the same, so that one of
# today beside one of last month would tell what changed.
TOGETHER: Final[Mapping[str, tuple[str, ...]]] = {
    "opinions": (
        *("rated", "usefulness_mean", "usefulness_good", "clarity_mean"),
        *("usefulness_answers", "clarity_answers"),
    ),
    "understanding": (
        *("pre_mean", "post_mean", "effectiveness", "effectiveness_of_change"),
        *("rose", "stayed", "fell"),
    ),
    "later": ("later_asked", "later_used", "later_use"),
    "arrivals": ("walk_ins", "expected_rate"),
    "groups": (
        *("homes_visited", "homes_met", "homes_refused", "home_coverage", "cost_per_person"),
        *("visits_by_outcome", "coverage_by_area", "came_by_audience", "came_by_area", "targets"),
    ),
    "survey": ("survey_n", "satisfaction_index"),
}
# A mean of answers is one more sum over their table, so such a table is shown whole or not at all.
ANSWERS: Final[Mapping[str, tuple[str, ...]]] = {
    "usefulness_answers": ("usefulness_mean", "usefulness_good"),
    "clarity_answers": ("clarity_mean",),
}
# One number in two places: a figure, and a row of a table or the total of a column.
SAME: Final = (
    ("homes_met", "visits_by_outcome", "met", None),
    ("homes_refused", "visits_by_outcome", "refused", None),
    ("homes_met", "coverage_by_area", None, "met"),
    ("homes_refused", "coverage_by_area", None, "refused"),
    ("homes_visited", "coverage_by_area", None, "visited"),
    ("later_used", "later_use", "used", None),
    ("came", "targets", "came::", None),
    ("registered", "targets", "registered::", None),
    ("homes_met", "targets", "homes_met::", None),
    ("homes_visited", "targets", "homes_visited::", None),
)
# Rows of targets ("came:lansia:", "homes_met::rw-05") that say again what a row of another table says.
ROWS_OF_TARGETS: Final = (
    ("came_by_audience", "came:{}:"),
    ("came_by_area", "came::{}"),
    ("coverage_by_area", "homes_met::{}"),
    ("coverage_by_area", "homes_visited::{}"),
)
# Targets of nobody; and what they want in all of people is protected as the figure of that name.
MEASURES_OF_NOBODY: Final = ("flyers", "posts", "scans", "events")


@dataclass(frozen=True)
class Sensitive:
    """Keys that need a larger group, by dimension: fields and services about health of the mind, violence, staff."""

    keys: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def smallest(self, table: Table, row: str) -> int:
        needs_more = table.is_sensitive or row in self.keys.get(table.dimension, ())
        return SMALLEST_SENSITIVE_GROUP if needs_more else SMALLEST_GROUP


NOTHING_SENSITIVE: Final = Sensitive()


def is_of_few(figure: Figure) -> bool:
    """Whether a figure counts, or is a share or mean of, from 1 to 4 people."""
    if figure.key in OF_NOBODY:
        return False
    return any(0 < n < SMALLEST_GROUP for n in people_in(figure))


def people_in(figure: Figure) -> Iterator[int]:
    yield from (n for n in (figure.whole, figure.n) if n is not None and figure.key not in {"home_coverage"})
    if figure.key in OF_THE_OFFICE:
        return
    if figure.part is not None and figure.unit != "rupiah":
        yield figure.part
        if figure.key in TELLS_OF_THE_REST and figure.whole is not None:
            yield figure.whole - figure.part
    if isinstance(figure.value, int) and figure.unit not in {"percent", "points", "days", "rupiah"}:
        yield figure.value


def is_of_people(table: Table, row: str) -> bool:
    return table.key != "targets" or not (row.startswith(MEASURES_OF_NOBODY) or row.endswith("::"))
