"""How what was counted is called: figures, tables, columns and rows, in the language of the page.

Keys without a word here are shown as they are: a name somebody gave, a number of an RW.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, Final

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from feedback.kinds import kind_word
from outreach.channels import Channel
from outreach.models import AfterUse, HeadCount, ShortLink, Target, Visit
from outreach.models.opinion import Scale
from portal.evaluation.documents import Document
from services.models import Area, Audience, Category, Organization, Service

Word = str | Promise

FIGURES: Final[Mapping[str, Word]] = {
    "events": gettext_lazy("Activities held"),
    "invited": gettext_lazy("Invited"),
    "registered": gettext_lazy("Registered"),
    "came": gettext_lazy("Came"),
    "walk_ins": gettext_lazy("Came without registering"),
    "attendance_rate": gettext_lazy("Attendance"),
    "expected_rate": gettext_lazy("Registered and came"),
    "homes_visited": gettext_lazy("Homes visited"),
    "homes_met": gettext_lazy("Homes where somebody was met"),
    "homes_refused": gettext_lazy("Homes that did not want a visit"),
    "home_coverage": gettext_lazy("Homes reached"),
    "flyers_printed": gettext_lazy("Flyers printed"),
    "flyers_out": gettext_lazy("Flyers handed out"),
    "flyers_left": gettext_lazy("Flyers left"),
    "scans": gettext_lazy("Visits by QR code or short link"),
    "posts": gettext_lazy("Posts published"),
    "budget": gettext_lazy("Budget"),
    "spent": gettext_lazy("Spent"),
    "cost_per_person": gettext_lazy("Cost for each person reached"),
    "rated": gettext_lazy("People who rated it"),
    "usefulness_mean": gettext_lazy("Useful, from 1 to 4"),
    "usefulness_good": gettext_lazy("Found it useful"),
    "clarity_mean": gettext_lazy("Clear, from 1 to 4"),
    "pre_mean": gettext_lazy("Understood before"),
    "post_mean": gettext_lazy("Understood after"),
    "effectiveness": gettext_lazy("How much was understood in the end"),
    "effectiveness_of_change": gettext_lazy("How much of what was missing was gained"),
    "rose": gettext_lazy("Understood more than before"),
    "stayed": gettext_lazy("Understood as much as before"),
    "fell": gettext_lazy("Understood less than before"),
    "later_used": gettext_lazy("Used the service afterwards"),
    "later_asked": gettext_lazy("Told us afterwards whether they used it"),
    "cases": gettext_lazy("Messages received"),
    "answered": gettext_lazy("Answered"),
    "on_time_rate": gettext_lazy("Answered on time"),
    "median_days": gettext_lazy("Half answered within"),
    "satisfaction_index": gettext_lazy("Satisfaction index"),
    "survey_n": gettext_lazy("People who answered the survey"),
    "late": gettext_lazy("Later than promised"),
    "overdue": gettext_lazy("Still open after the promised day"),
}
# What a share is a share of, and a mean the mean of.
DENOMINATORS: Final[Mapping[str, Word]] = {
    "invited": gettext_lazy("of those invited"),
    "registered": gettext_lazy("of those registered"),
    "came": gettext_lazy("of those who came"),
    "rated": gettext_lazy("of those who rated it"),
    "target": gettext_lazy("of the target"),
    "homes_target": gettext_lazy("of the homes we wanted to visit"),
    "usefulness": gettext_lazy("of those who said whether it was useful"),
    "came_and_homes_met": gettext_lazy("people who came and homes where somebody was met"),
    "later_needed": gettext_lazy("of those who answered afterwards and needed it"),
    "homes_visited": gettext_lazy("of the homes visited"),
    "later_asked": gettext_lazy("of those who answered afterwards"),
    "judged": gettext_lazy("of those answered or past their promised day"),
    "cases": gettext_lazy("of all messages"),
    "due": gettext_lazy("of those answered or past their promised day"),
    "pairs": gettext_lazy("of those who answered before and after"),
    "maximum": gettext_lazy("of the best possible"),
    "missing": gettext_lazy("of what was missing before"),
    "survey_n": gettext_lazy("of those who answered the survey"),
    "closed": gettext_lazy("of those answered"),
}
TABLES: Final[Mapping[str, Word]] = {
    "came_by_sex": gettext_lazy("Who came: women and men"),
    "came_by_age": gettext_lazy("Who came: by age"),
    "came_by_audience": gettext_lazy("Who came: for whom the activities were"),
    "came_by_area": gettext_lazy("Who came: by area of the activity"),
    "registered_by_channel": gettext_lazy("How those registered heard of it"),
    "came_by_channel": gettext_lazy("How those who came heard of it"),
    "came_by_link": gettext_lazy("Which flyer or post brought them"),
    "targets": gettext_lazy("Our target, and what we have reached"),
    "visits_by_outcome": gettext_lazy("At the doors"),
    "coverage_by_area": gettext_lazy("Homes visited, by area"),
    "flyers_by_place": gettext_lazy("Flyers, by place"),
    "scans_by_channel": gettext_lazy("Visits by QR code or short link"),
    "posts": gettext_lazy("Posts"),
    "usefulness_answers": gettext_lazy("Was it useful?"),
    "clarity_answers": gettext_lazy("Was it clear?"),
    "later_use": gettext_lazy("Did people use the service afterwards?"),
    "months": gettext_lazy("Month by month"),
    "services": gettext_lazy("Service by service"),
    "promises": gettext_lazy("What we promised at meetings"),
}
COLUMNS: Final[Mapping[str, Word]] = {
    **FIGURES,
    "target": gettext_lazy("Target"),
    "reached": gettext_lazy("Reached"),
    "people": gettext_lazy("People"),
    "visited": gettext_lazy("Visited"),
    "met": gettext_lazy("Met"),
    "refused": gettext_lazy("Did not want to"),
    "not_home": gettext_lazy("Nobody home"),
    "homes": gettext_lazy("Homes"),
    "coverage": gettext_lazy("Visited of those there"),
    "share": gettext_lazy("Share"),
    "percent": gettext_lazy("Reached, in percent"),
    "homes_target": gettext_lazy("Homes there"),
    "printed": gettext_lazy("Printed"),
    "out": gettext_lazy("Handed out"),
    "dropped": gettext_lazy("Laid out"),
    "left": gettext_lazy("Left"),
    "answers": gettext_lazy("Answers"),
    "count": gettext_lazy("How many"),
    "visits": gettext_lazy("Visits"),
    "views": gettext_lazy("Seen"),
    "likes": gettext_lazy("Likes"),
    "comments": gettext_lazy("Comments"),
    "shares": gettext_lazy("Shared"),
    "index": gettext_lazy("Satisfaction index"),
    "n": gettext_lazy("People"),
    "received": gettext_lazy("Messages received"),
    "kept": gettext_lazy("Kept"),
    "open": gettext_lazy("Open"),
    "promised_days": gettext_lazy("Days promised"),
    "on_time": gettext_lazy("On time"),
    "mean": gettext_lazy("Mean"),
}
OTHER_OUTCOMES: Final[Mapping[str, Word]] = {
    "kept": gettext_lazy("kept"),
    "late": gettext_lazy("late"),
    "kept_late": gettext_lazy("kept, but late"),
    "open": gettext_lazy("open, still in time"),
    "done": gettext_lazy("kept"),
    "dropped": gettext_lazy("given up, with a reason"),
    "cancelled": gettext_lazy("given up, with a reason"),
}
NOT_SAID: Final = pgettext_lazy("group", "not noted")
NO_AREA: Final = gettext_lazy("area not noted")


def of_choices(choices: Any) -> Mapping[str, Word]:
    return {str(value): label for value, label in choices.choices if value != ""}


DIMENSIONS: Final[Mapping[str, Mapping[str, Word]]] = {
    "sex": of_choices(HeadCount.Sex),
    "age": of_choices(HeadCount.Age),
    "channel": of_choices(Channel),
    "outcome": {**OTHER_OUTCOMES, **of_choices(Visit.Outcome)},
    "answer": {**of_choices(Scale), **of_choices(AfterUse.Answer)},
    "scale": of_choices(Scale),
    "use": of_choices(AfterUse.Answer),
    "measure": of_choices(Target.Measure),
    "promise": OTHER_OUTCOMES,
    "status": OTHER_OUTCOMES,
}


def title_of_figure(key: str) -> str:
    return str(FIGURES.get(key, key))


def title_of_table(key: str) -> str:
    return str(TABLES.get(key, key))


def title_of_column(key: str) -> str:
    return str(COLUMNS.get(key, key))


def denominator(of: str) -> str:
    return str(DENOMINATORS.get(of, ""))


# Rows -----------------------------------------------------------------------------------------------------


def labels_of(dimension: str, keys: Iterable[str]) -> dict[str, str]:
    """What rows of one dimension are called: at most one question to the database."""
    wanted = list(keys)
    named = NAMED[dimension](wanted) if dimension in NAMED else {}
    return {key: named.get(key) or plain_label(dimension, key) for key in wanted}


def labels_of_document(document: Document) -> dict[str, dict[str, str]]:
    """The names of all rows, by dimension."""
    keys: dict[str, dict[str, None]] = {}
    for table in document.tables.values():
        keys.setdefault(table.dimension, {}).update(dict.fromkeys(row.key for row in table.rows))
    return {dimension: labels_of(dimension, found) for dimension, found in keys.items()}


def plain_label(dimension: str, key: str) -> str:
    if not key:
        return capfirst(str(NO_AREA if dimension in ("area", "rw") else NOT_SAID))
    if dimension == "month":
        return month_name(key)
    if dimension == "kind":
        return kind_word(key)
    if dimension == "rw" and key.isdecimal():
        return f"RW {key}"
    word = DIMENSIONS.get(dimension, {}).get(key)
    return capfirst(str(word)) if word else key


def targets(keys: Iterable[str]) -> dict[str, str]:
    """A target's key is its measure, then the address words of audience and area; two questions for all of them."""
    parted = {key: (*key.split(":"), "", "")[:3] for key in keys}
    named = titles(Audience)(words for _measure, words, _area in parted.values() if words)
    lying = areas(words for _measure, _audience, words in parted.values() if words)
    found = {}
    for key, (measure, audience, area) in parted.items():
        words = (plain_label("measure", measure), named.get(audience, audience), lying.get(area, area))
        found[key] = capfirst(", ".join(filter(None, words)))
    return found


def month_name(period: str) -> str:
    """“Oktober 2026” of “2026-10”; a year is its own name, and no period is all the time there was."""
    year, _dash, month = period.partition("-")
    if not (year.isdecimal() and month.isdecimal()):
        return period or _("from beginning to end")
    return date_format(date(int(year), int(month), 1), "F Y")


def titles(model: Any) -> Callable[[Iterable[str]], dict[str, str]]:
    def found(keys: Iterable[str]) -> dict[str, str]:
        return {one.slug: one.title for one in model.objects.filter(slug__in=list(keys))}

    return found


def areas(keys: Iterable[str]) -> dict[str, str]:
    return {one.slug: one.long_name for one in Area.objects.filter(slug__in=list(keys))}


def units(keys: Iterable[str]) -> dict[str, str]:
    return {one.slug: str(one) for one in Organization.objects.filter(slug__in=list(keys))}


def links(codes: Iterable[str]) -> dict[str, str]:
    """The channel of a link and what it was made for; a page's own was made for that page, and is told by its code."""
    rows = ShortLink.objects.filter(code__in=list(codes))
    return {one.code: f"{capfirst(one.get_channel_display())}: {one.label or one.code}" for one in rows}


NAMED: Final[Mapping[str, Callable[[Iterable[str]], dict[str, str]]]] = {
    "audience": titles(Audience),
    "service": titles(Service),
    "sector": titles(Category),
    "category": titles(Category),
    "area": areas,
    "unit": units,
    "target": targets,
    "link": links,
}
