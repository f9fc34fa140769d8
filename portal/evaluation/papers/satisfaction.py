"""The yearly report on satisfaction surveys (SKM), with the parts its rule and the offices' practice ask for.

Background and basis, method and sample, who answered, the nine elements with index and grade, the weakest of them,
the follow-up plan and what became of the last one, the trend, and the questionnaire as an appendix.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from feedback.models.follow_up import FollowUp
from feedback.models.survey import rule_in_force
from feedback.models.survey_response import SurveyResponse
from feedback.questionnaire import AS_ASKED, PERFORMANCE
from feedback.satisfaction import BANDS, BEST, FEWEST_FOR_A_GRADE, half_up
from feedback.survey_privacy import SMALLEST_GROUP
from feedback.survey_report import WEAKEST_SHOWN, Finding
from feedback.templatetags.survey_numbers import decimal
from portal.evaluation.papers.blocks import (
    Block,
    figures,
    items,
    notice,
    part,
    share,
    small,
    table,
    text,
)
from portal.evaluation.papers.survey_year import SurveyYear
from portal.shared.templatetags.indonesia import short_date

HEADS = ("L / P", "SD · SMP · SMA · S1 · S2 · S3", "PNS · TNI · POLRI · SWASTA · WIRAUSAHA · LAINNYA")


def parts_of(year: SurveyYear) -> list[Block]:
    return [*beginning(year), *method(year), *results(year), *plans(year), appendix()]


def index_words(finding: Finding) -> str:
    return "–" if finding.index is None else decimal(finding.index)


def grade_words(finding: Finding) -> str:
    """ "B (good)"; why there is none where there is none."""
    if finding.grade:
        return f"{finding.grade} ({finding.performance})"
    if finding.n:
        return _("no grade, fewer than %(n)s") % {"n": FEWEST_FOR_A_GRADE}
    return "–"


# What the survey is, and how it was asked ---------------------------------------------------------------------


def beginning(year: SurveyYear) -> Iterator[Block]:
    found = year.verified
    rules = year.rules or [rule_in_force()]
    weakest = ", ".join(str(line.element.name) for line in found.weakest)
    yield part(
        _("Summary"),
        figures(
            [
                (_("Public satisfaction index (IKM)"), index_words(found), _("from 25 to 100")),
                (_("Grade"), found.grade or "–", found.performance or grade_words(found)),
                (_("Respondents (n)"), found.n, _("known to have used the service")),
            ]
        ),
        text(_("The weakest elements: %(names)s.") % {"names": weakest}) if weakest else None,
        None
        if year.surveys
        else notice(_("No survey ended in this year, so there is nothing to report yet.")),
        notice(_("Among these surveys are examples with made-up answers.")) if year.is_example else None,
    )
    yield part(
        _("Background"),
        text(
            _(
                "Whoever serves the public asks those who were served, at least once a year, and publishes what "
                "they said. This report shows what the users of these services said, and what the unit does "
                "because of it."
            )
        ),
        part_items(_("Legal basis"), rules),
        part_items(
            _("What it is for"),
            [
                _("To know how satisfied users are, element by element."),
                _("To see which elements are weak, and to plan what is done about them."),
                _("To see whether what was planned last time has helped."),
                _("To tell everybody the result."),
            ],
        ),
    )


def part_items(title: str, lines: list[Any]) -> Block:
    return {**items(lines), "title": title}


def method(year: SurveyYear) -> Iterator[Block]:
    sources = year.by_source
    yield part(
        _("Method"),
        text(
            _(
                "Nine elements, one question each, four answers from 1 (worst) to 4 (best). No name is asked. An "
                "element that somebody skipped is divided by those who answered it."
            )
        ),
        items(
            [
                _("Mean of an element (NRR) = sum of its answers ÷ number of those who answered it."),
                _("Weighted mean = NRR × 1/9 (0.111 when printed; computed with the exact ninth)."),
                _(
                    "Index (IKM) = sum of the nine weighted means × 25, rounded to two decimals only at the end."
                ),
            ]
        ),
        bands(year.verified),
        table(
            (_("How the answers came in"), _("Respondents")),
            [
                (label, sources.get(value, 0))
                for value, label in SurveyResponse.Source.choices
                if sources.get(value)
            ],
            title=_("Ways of answering"),
            note=_(
                "Anybody can open the QR code at the counter, so those answers are counted apart and are not in "
                "the index."
            ),
        ),
    )
    yield part(_("Sample"), *sample(year))
    yield part(_("Who answered"), *profile(year))


def bands(found: Finding) -> Block | None:
    highest, rows = Decimal("100.00"), []
    for band in BANDS:
        between = f"{decimal(band.lowest)} – {decimal(highest)}"
        rows.append((band.grade, PERFORMANCE[band.grade], between))
        highest = band.lowest - Decimal("0.01")
    ours = [number for number, band in enumerate(BANDS) if band.grade == found.grade]
    return table(
        (_("Grade"), _("Performance of the unit"), _("Index")), rows, title=_("Grades"), marked=ours, words=2
    )


def sample(year: SurveyYear) -> Iterator[Block | None]:
    yield text(
        _(
            "How many to ask at least follows from the number of users of the period, by the table of Krejcie and "
            "Morgan (95 % confidence, an error of 5 %)."
        )
    )
    rows, missing = [], []
    for number, survey in enumerate(year.surveys):
        n = year.by_survey[survey.pk].n
        target = survey.target
        if target is None or n < target:
            missing.append(number)
        enough = _("not known") if target is None else _("yes") if n >= target else _("no")
        rows.append(
            (
                f"{survey.subject}, {survey.period_words}",
                "–" if survey.population is None else survey.population,
                "–" if target is None else target,
                n,
                enough,
            )
        )
    heads = (_("Survey"), _("Users (N)"), _("Smallest sample"), _("Respondents (n)"), _("Enough?"))
    yield table(heads, rows, marked=missing)
    if missing:
        yield notice(
            _(
                "Where the sample is smaller than wanted, or the number of users is not known, the index is less "
                "certain than it looks."
            )
        )


def profile(year: SurveyYear) -> Iterator[Block | None]:
    if not year.groups:
        yield text(_("Fewer than %(n)s people answered: who they are is not told.") % {"n": SMALLEST_GROUP})
    for group in year.groups:
        largest = max((n for _label, n in group.lines if n), default=0)
        yield table(
            (group.name, _("Respondents")),
            [(label or _("not said"), _("held back") if n is None else n) for label, n in group.lines],
            bars=[None if n is None else share(n, largest) for _label, n in group.lines],
        )
    if year.groups:
        yield small(
            _(
                "Groups of fewer than %(n)s are held back, with another where the number could be computed: "
                "nobody should be known by what they answered."
            )
            % {"n": SMALLEST_GROUP}
        )


# What they said -----------------------------------------------------------------------------------------------


def results(year: SurveyYear) -> Iterator[Block]:
    found = year.verified
    lowest = {line.element.key for line in found.weakest}
    order = found.lines
    yield part(
        _("Result"),
        figures(
            [
                (_("Public satisfaction index (IKM)"), index_words(found), _("n = %(n)s") % {"n": found.n}),
                (_("Grade"), found.grade or "–", found.performance or grade_words(found)),
            ]
        ),
        table(
            ("U", _("Element"), "n", _("Mean (NRR)"), _("Weighted")),
            [
                (
                    f"U{line.element.number_in_list}",
                    line.element.name,
                    line.count,
                    decimal(line.mean_shown),
                    decimal(line.weighted_shown),
                )
                for line in order
            ],
            title=_("The nine elements"),
            bars=[line.percent for line in order],
            marked=[number for number, line in enumerate(order) if line.element.key in lowest],
            note=_(
                "Numbered as the list of elements has them: 8 is the handling of complaints, 9 the facilities; in "
                "the questionnaire they change places. The weakest are marked."
            ),
            words=2,
        )
        or text(_("Too few people answered to tell what they said of each element.")),
        by_survey(year),
        by_service(year),
        unverified(year.not_verified),
    )
    yield part(_("Weakest elements"), *weakest(found))
    yield part(_("Trend"), *trend(year))


def by_survey(year: SurveyYear) -> Block | None:
    if len(year.surveys) < 2:
        return None
    told = [(survey, year.by_survey[survey.pk]) for survey in year.surveys]
    return table(
        (_("Survey"), _("Respondents (n)"), _("Index"), _("Grade")),
        [
            (f"{survey.subject}, {survey.period_words}", found.n, index_words(found), found.grade or "–")
            for survey, found in told
        ],
        title=_("Each survey of the year"),
        bars=[bar(found) for _survey, found in told],
    )


def by_service(year: SurveyYear) -> Block | None:
    return table(
        (_("Service"), _("Respondents (n)"), _("Index"), _("Grade")),
        [(name, found.n, index_words(found), found.grade) for name, found in year.services],
        title=_("Services, the lowest index first"),
        bars=[bar(found) for _name, found in year.services],
        note=_("Services with fewer than %(n)s respondents are not listed.") % {"n": FEWEST_FOR_A_GRADE},
    )


def bar(found: Finding) -> int | None:
    return None if found.index is None else share(Fraction(found.index), 100)


def unverified(found: Finding) -> Block | None:
    if not found.n:
        return None
    words = {"n": found.n, "index": index_words(found)}
    return small(_("By the QR code at the counter, counted apart: n = %(n)s, index %(index)s.") % words)


def weakest(found: Finding) -> Iterator[Block | None]:
    if not found.lines:
        yield text(_("Too few people answered to speak of weak elements."))
        return
    yield text(
        _("These elements have the lowest means. What is done about them stands in the follow-up plan.")
    )
    yield items(
        _("%(name)s: %(mean)s of %(best)s")
        % {"name": line.element.name, "mean": decimal(line.mean_shown), "best": BEST}
        for line in found.weakest
    )
    strongest = list(reversed(found.weakest_first))[:WEAKEST_SHOWN]
    yield text(_("Best is what people said of: %(names)s.") % {"names": names_of(strongest)})


def names_of(lines: list[Any]) -> str:
    return ", ".join(str(line.element.name) for line in lines)


def trend(year: SurveyYear) -> Iterator[Block | None]:
    told = year.trend
    if not told:
        yield text(_("There is no index of any year yet."))
        return
    yield table(
        (_("Year"), _("Respondents (n)"), _("Index"), _("Grade")),
        [(number, found.n, index_words(found), grade_words(found)) for number, found in told],
        bars=[bar(found) for _number, found in told],
        marked=[place for place, (number, _found) in enumerate(told) if number == year.year],
    )
    if sentence := change_words(year):
        yield text(sentence)


def change_words(year: SurveyYear) -> str:
    """How the index differs from the year before; whether that is more than chance is not said."""
    told = dict(year.trend)
    now, before = told.get(year.year), told.get(year.year - 1)
    if now is None or before is None or now.index is None or before.index is None:
        return ""
    difference = now.index - before.index
    words = {"points": decimal(abs(half_up(Fraction(difference), 2))), "year": year.year - 1}
    if not difference:
        return _("The index is the same as in %(year)s.") % words
    if difference > 0:
        return _("The index is %(points)s points higher than in %(year)s.") % words
    return _("The index is %(points)s points lower than in %(year)s.") % words


# What is done about it ----------------------------------------------------------------------------------------


def plans(year: SurveyYear) -> Iterator[Block]:
    yield part(
        _("Follow-up plan (RTL)"),
        plan_table(year.follow_ups)
        or notice(_("Nobody has written down what will be done. Do so on the page of the survey.")),
    )
    yield part(
        _("What became of the last plan"),
        plan_table(year.follow_ups_before)
        or text(_("No plan of %(year)s is written down in this portal.") % {"year": year.year - 1}),
    )


def plan_table(rows: list[FollowUp]) -> Block | None:
    return table(
        (_("Element"), _("What will be done"), _("Who"), _("By when"), _("Status")),
        [
            (one.element_name, one.action, one.who, short_date(one.by_when), one.get_status_display())
            for one in rows
        ],
        words=5,
    )


def appendix() -> Block:
    """The questionnaire, in the order in which the form asks."""
    return part(
        _("Appendix: the questionnaire"),
        items(
            [
                _("Day of the survey, and its hours: 08.00–12.00 or 13.00–17.00"),
                _("Sex: %(choices)s · age") % {"choices": HEADS[0]},
                _("Education: %(choices)s") % {"choices": HEADS[1]},
                _("Work: %(choices)s") % {"choices": HEADS[2]},
                _("Service received"),
            ]
        ),
        table(
            ("", _("Question"), "1", "2", "3", "4"),
            [(one.number_in_questionnaire, one.question, *one.answers) for one in AS_ASKED],
            words=6,
        ),
        on_new_page=True,
    )


def days_words(year: SurveyYear) -> str:
    days: tuple[date, date] | None = year.days
    return f"{short_date(days[0])} – {short_date(days[1])}" if days else ""
