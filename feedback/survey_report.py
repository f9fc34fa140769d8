"""What a survey found, put together for everybody who reads it: page, sheet, file, desk and service page."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

from django.db.models import Count
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from feedback.models.follow_up import FollowUp
from feedback.models.survey import Survey
from feedback.questionnaire import (
    AS_LISTED,
    PERFORMANCE,
    AgeBand,
    Education,
    Element,
    Job,
    Sex,
)
from feedback.satisfaction import (
    BANDS,
    BEST,
    FEWEST_FOR_A_GRADE,
    LIST_ORDER,
    WEIGHT,
    Result,
    half_up,
)
from feedback.survey_privacy import (
    FEWEST_FOR_ROWS,
    shown_counts,
    without_the_rare,
)
from portal.shared.exchange.files import escaped
from portal.shared.suppression import SMALLEST_GROUP

WEAKEST_SHOWN = 3
MEAN_DIGITS = 3
GROUPS = (
    ("sex", _("Sex"), Sex),
    ("age_band", _("Age"), AgeBand),
    ("education", _("Education"), Education),
    ("job", _("Job"), Job),
)
COLUMNS = ("verified", "month", "service", "sex", "age_band", "education", "job")


@dataclass(frozen=True)
class ElementLine:
    """One element in the table: its mean over those who answered it, and that mean times the weight."""

    element: Element
    count: int
    mean: Fraction

    @property
    def mean_shown(self) -> Decimal:
        return half_up(self.mean, MEAN_DIGITS)

    @property
    def weighted_shown(self) -> Decimal:
        return half_up(self.mean * WEIGHT, MEAN_DIGITS)

    @property
    def percent(self) -> int:
        """For the bar: how much of the best possible mean."""
        return int(half_up(self.mean / BEST * 100, 0))


@dataclass(frozen=True)
class Group:
    """Respondents by something they said of themselves; a count of None is too small to be told."""

    name: Promise
    lines: list[tuple[str, int | None]]


@dataclass(frozen=True)
class Finding:
    """A result as it is shown."""

    result: Result

    @property
    def n(self) -> int:
        return self.result.n

    @property
    def index(self) -> Decimal | None:
        return self.result.index if self.has_lines else None

    @property
    def value(self) -> Decimal | None:
        """From 1 to 4, as reports show it too."""
        return half_up(self.result.value, MEAN_DIGITS) if self.has_lines and self.result.value else None

    @property
    def grade(self) -> str:
        return self.result.grade or ""

    @property
    def performance(self) -> Promise | None:
        return PERFORMANCE[self.result.grade] if self.result.grade else None

    @property
    def is_too_few_for_a_grade(self) -> bool:
        return 0 < self.n < FEWEST_FOR_A_GRADE

    @property
    def has_lines(self) -> bool:
        """Of four people the means, and the index made of them, would tell what each of them said."""
        return self.n >= SMALLEST_GROUP

    @cached_property
    def lines(self) -> list[ElementLine]:
        """The elements in the order of the list."""
        if not self.has_lines:
            return []
        means = self.result.means
        found = ((element, means[element.key]) for element in AS_LISTED)
        return [
            ElementLine(element, self.result.tallies[element.key].count, mean)
            for element, mean in found
            if mean is not None
        ]

    @property
    def weakest_first(self) -> list[ElementLine]:
        return sorted(self.lines, key=lambda line: line.mean)

    @property
    def weakest(self) -> list[ElementLine]:
        return self.weakest_first[:WEAKEST_SHOWN]


@dataclass(frozen=True)
class BandLine:
    """One row of the table of grades, with the bounds the rule prints."""

    grade: str
    performance: Promise
    lowest: Decimal
    highest: Decimal
    is_ours: bool


class Report:
    """Everything there is to tell of a survey; each question is asked once, when it is first needed."""

    def __init__(self, survey: Survey) -> None:
        self.survey = survey

    @cached_property
    def verified(self) -> Finding:
        return Finding(self.survey.responses.verified().result())

    @cached_property
    def not_verified(self) -> Finding:
        return Finding(self.survey.responses.not_verified().result())

    @cached_property
    def groups(self) -> list[Group]:
        """The verified respondents by what they said of themselves; none as long as they are too few."""
        if self.verified.n < SMALLEST_GROUP:
            return []
        found = []
        for field, name, choices in GROUPS:
            counts = self.survey.responses.verified().counts_by(field)
            words: Any = [*choices.choices, ("", _("not said"))]
            told = shown_counts({value: counts[value] for value, _label in words if value in counts})
            found.append(Group(name, [(str(label), told[value]) for value, label in words if value in told]))
        return found

    @cached_property
    def services(self) -> list[tuple[str, Finding]]:
        """For a whole unit: the services with enough respondents to speak of, the lowest index first.

        What they and the whole unit do not tell together must be of nobody or of enough people.
        """
        if self.survey.service_id is not None:
            return []
        rows = self.survey.responses.verified()
        counted = rows.filter(service__isnull=False).values_list("service", "service__name").order_by()
        enough = [
            (pk, name, n) for pk, name, n in counted.annotate(n=Count("pk"))[:100] if n >= FEWEST_FOR_A_GRADE
        ]
        others = self.verified.n - sum(n for _pk, _name, n in enough)
        if enough and 0 < others < SMALLEST_GROUP:
            enough.remove(min(enough, key=lambda one: one[2]))
        found = [(name, Finding(rows.filter(service=pk).result())) for pk, name, _n in enough[:20]]
        return sorted(found, key=lambda one: (one[1].index or Decimal(0), one[0]))

    @cached_property
    def follow_ups(self) -> list[FollowUp]:
        return list(self.survey.follow_ups.all())

    @property
    def bands(self) -> list[BandLine]:
        """Best first; between two grades there is one hundredth, because the index is rounded before."""
        highest = Decimal("100.00")
        lines = []
        for band in BANDS:
            is_ours = band.grade == self.verified.grade
            lines.append(BandLine(band.grade, PERFORMANCE[band.grade], band.lowest, highest, is_ours))
            highest = band.lowest - Decimal("0.01")
        return lines

    @property
    def target(self) -> int | None:
        return self.survey.target

    @property
    def is_short_of_target(self) -> bool:
        return self.target is not None and self.verified.n < self.target

    @property
    def has_rows(self) -> bool:
        """Whether there are enough respondents to give single rows away."""
        return self.verified.n + self.not_verified.n >= FEWEST_FOR_ROWS

    # The file of rows

    def rows(self) -> list[dict[str, Any]]:
        """One row for each respondent, in an order that tells nothing; rare people say nothing of themselves."""
        if not self.has_rows:
            return []
        responses = self.survey.responses.select_related("service")
        rows = [
            {
                "verified": "yes" if response.is_verified else "no",
                "month": f"{response.answered_on:%Y-%m}",
                "service": response.service.slug if response.service else "",
                "sex": response.sex,
                "age_band": response.age_band,
                "education": response.education,
                "job": response.job,
                **{key: response.answers[key] for key in LIST_ORDER},
            }
            for response in responses
        ]
        told = without_the_rare(rows, fixed=("verified",))
        return sorted(told, key=lambda row: [str(row[name]) for name in (*COLUMNS, *LIST_ORDER)])

    def rows_csv(self) -> Iterable[str]:
        """The same as CSV, with the columns by the keys of the elements."""
        names = [*COLUMNS, *LIST_ORDER]
        yield "\ufeff" + line(names)
        for row in self.rows():
            yield line(["" if row[name] is None else escaped(str(row[name])) for name in names])


def line(cells: list[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=";").writerow(cells)
    return buffer.getvalue()
