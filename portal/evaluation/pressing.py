"""What presses now, before any result: the cases of a person's reach that are late, due, waiting or opened again."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db.models import Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from feedback.admin.queues import BY_PROMISE, QUEUE, asked, count_words, counts
from feedback.admin.words import due_words, gist, urgency
from portal.evaluation.scope import Scope

SEES_CASES: Final = "feedback.view_submission"
COUNTED: Final = ("late", "today", "waiting", "reopened", "new")
SHOWN: Final = 6
NEEDED: Final = ("number", "title", "story", "kind", "status", "due_on", "closed_at", "unit__name")


@dataclass(frozen=True)
class Count:
    label: str | Promise
    number: str
    url: str
    is_late: bool = False


@dataclass(frozen=True)
class Case:
    """One case as a line: what it is about in the words of the desk, never who sent it."""

    gist: str
    number: str
    unit: str
    due: str
    url: str
    is_late: bool


@dataclass(frozen=True)
class Pressing:
    counts: list[Count] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)


def of_scope(scope: Scope, way: str = "") -> Q:
    """Cases of the units and the area of a scope, of any time: what is late today may have come in last year.

    ``way`` leads to the case from the rows that are asked for.
    """
    wanted = scope.of_units(f"{way}unit")
    if scope.area is not None:
        wanted &= Q(**{f"{way}rw__in": scope.rw_numbers})
    return wanted


def pressing(user: Any, scope: Scope) -> Pressing | None:
    """Two questions, however many cases there are; None for whoever may not read cases."""
    if not user.has_perm(SEES_CASES):
        return None
    narrowed = of_scope(scope)
    found = counts(user, scope.at, narrowed)
    address = reverse("admin:feedback_submission_changelist")
    return Pressing(
        counts=[
            Count(
                QUEUE[name].label,
                count_words(found[name]),
                f"{address}?queue={name}",
                is_late=name == "late" and found[name] > 0,
            )
            for name in COUNTED
            if name in found
        ],
        cases=due_first(user, scope.at, narrowed),
    )


def due_first(user: Any, at: datetime, narrowed: Q) -> list[Case]:
    """The unfinished cases with a promised day, the earliest first."""
    rows = asked(QUEUE["due"], user, at).filter(narrowed).order_by(*BY_PROMISE)
    return [
        Case(
            gist=gist(case),
            number=case.number,
            unit=str(case.unit or _("no unit yet")),
            due=due_words(case, at),
            url=reverse("admin:feedback_submission_change", args=[case.pk]),
            is_late=urgency(case, at) == "late",
        )
        for case in rows.select_related("unit").only(*NEEDED)[:SHOWN]
    ]
