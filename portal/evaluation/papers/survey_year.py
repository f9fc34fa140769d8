"""A year of satisfaction surveys of one unit or of all: what their respondents said, exact, in few questions."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Final

from django.db.models import Count, QuerySet, Sum

from feedback.models.follow_up import FollowUp
from feedback.models.survey import Survey
from feedback.models.survey_response import SurveyResponse
from feedback.satisfaction import FEWEST_FOR_A_GRADE, LIST_ORDER, Result, Tally
from feedback.survey_privacy import SMALLEST_GROUP, shown_counts
from feedback.survey_report import GROUPS, Finding, Group
from services.models import Organization
from services.models.organization import below

YEARS_BACK: Final = 5
SERVICES_SHOWN: Final = 30


@dataclass
class SurveyYear:
    """The surveys whose last day lies in a year; drafts do not count. `unit` None stands for every unit."""

    year: int
    unit: Organization | None = None
    _units: set[int] | None = field(default=None, repr=False)

    def of_unit(self, rows: QuerySet[Any], way: str = "unit") -> QuerySet[Any]:
        if self.unit is None:
            return rows
        if self._units is None:
            self._units = below(Organization.objects.filter(pk=self.unit.pk))
        return rows.filter(**{f"{way}__in": self._units})

    @cached_property
    def surveys(self) -> list[Survey]:
        """In the order of their days."""
        rows = self.of_unit(
            Survey.objects.exclude(state=Survey.State.DRAFT).filter(closes_on__year=self.year)
        )
        return list(rows.select_related("unit", "service").order_by("opens_on", "closes_on", "pk"))

    @property
    def responses(self) -> Any:
        return SurveyResponse.objects.filter(survey__in=[one.pk for one in self.surveys])

    @cached_property
    def verified(self) -> Finding:
        return Finding(self.responses.verified().result())

    @cached_property
    def not_verified(self) -> Finding:
        return Finding(self.responses.not_verified().result())

    @cached_property
    def by_survey(self) -> dict[int, Finding]:
        found = results_by(self.responses.verified(), "survey")
        return {one.pk: Finding(found.get(one.pk, Result(0))) for one in self.surveys}

    @cached_property
    def by_source(self) -> dict[str, int]:
        return self.responses.counts_by("source")

    @cached_property
    def services(self) -> list[tuple[str, Finding]]:
        """Those with enough respondents for a grade, the lowest index first, as on the page of one survey."""
        rows = self.responses.verified().filter(service__isnull=False)
        found = results_by(rows, "service__name")
        told = [(name, Finding(one)) for name, one in found.items() if one.n >= FEWEST_FOR_A_GRADE]
        others = self.verified.n - sum(one.n for _name, one in told)
        if told and 0 < others < SMALLEST_GROUP:
            told.remove(min(told, key=lambda one: one[1].n))
        return sorted(told, key=lambda one: (one[1].index or 0, one[0]))[:SERVICES_SHOWN]

    @cached_property
    def groups(self) -> list[Group]:
        """Respondents by what they said of themselves, small groups held back; none while they are too few."""
        if self.verified.n < SMALLEST_GROUP:
            return []
        rows, told = self.responses.verified(), []
        for name, title, choices in GROUPS:
            counts = rows.counts_by(name)
            known: Any = [*choices.choices, ("", "")]
            shown = shown_counts({value: counts[value] for value, _label in known if value in counts})
            told.append(
                Group(title, [(str(label), shown[value]) for value, label in known if value in shown])
            )
        return told

    @cached_property
    def follow_ups(self) -> list[FollowUp]:
        """What is to be done about what these surveys found."""
        return self.plan_of(self.year)

    @cached_property
    def follow_ups_before(self) -> list[FollowUp]:
        """What was to be done after the surveys of the year before."""
        return self.plan_of(self.year - 1)

    def plan_of(self, year: int) -> list[FollowUp]:
        rows = FollowUp.objects.exclude(survey__state=Survey.State.DRAFT).filter(survey__closes_on__year=year)
        return list(self.of_unit(rows, "survey__unit").order_by("by_when", "pk")[:60])

    @cached_property
    def trend(self) -> list[tuple[int, Finding]]:
        """This year and up to four before it, those with an index, oldest first."""
        rows = SurveyResponse.objects.verified().exclude(survey__state=Survey.State.DRAFT)
        since = self.year - YEARS_BACK + 1
        mine = self.of_unit(rows.filter(survey__closes_on__year__range=(since, self.year)), "survey__unit")
        found = results_by(mine, "survey__closes_on__year")
        told = [(year, Finding(one)) for year, one in found.items()]
        return sorted((year, one) for year, one in told if one.index is not None)

    @property
    def rules(self) -> list[str]:
        """The rules these surveys name as their basis, each once."""
        return list(dict.fromkeys(one.rule for one in self.surveys if one.rule))

    @property
    def days(self) -> tuple[date, date] | None:
        if not self.surveys:
            return None
        return min(one.opens_on for one in self.surveys), max(one.closes_on for one in self.surveys)

    @property
    def is_example(self) -> bool:
        return any(one.is_example for one in self.surveys)


def results_by(rows: QuerySet[Any], key: str) -> dict[Any, Result]:
    """The exact result of each group of answers, all in one question."""
    wanted: dict[str, Any] = {"n": Count("pk")}
    for element in LIST_ORDER:
        wanted[f"{element}_count"] = Count(element)
        wanted[f"{element}_total"] = Sum(element)
    found: Iterable[dict[str, Any]] = rows.order_by().values(key).annotate(**wanted)
    return {
        one[key]: Result(
            one["n"],
            {
                element: Tally(one[f"{element}_count"], int(one[f"{element}_total"] or 0))
                for element in LIST_ORDER
            },
        )
        for one in found
    }
