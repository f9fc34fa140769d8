"""The queues of the triage desk: what is asked every morning, as links with counts over the list of cases.

Each is read in the order of an index, and counted no further than somebody would read.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.core.exceptions import EmptyResultSet
from django.core.paginator import Paginator
from django.db import connections, models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _

from feedback.lifecycle import Status
from feedback.models import Submission
from feedback.models.submission import SubmissionQuerySet
from services.models.organization import EVERY_UNIT, units_of

PARAMETER = "queue"
COUNTED = 99
# Beyond so many rows a list is narrowed and not read.
PAGES_COUNTED = 1_000
EVERY = models.Q()
# What nothing was promised of comes last, whichever engine is asked.
BY_PROMISE: tuple[Any, ...] = (models.F("due_on").asc(nulls_last=True), "pk")


@dataclass(frozen=True)
class Queue:
    """One question of the desk: which cases, for whom, in which order."""

    name: str
    label: Promise
    rows: Callable[[SubmissionQuerySet, Any, datetime], SubmissionQuerySet]
    order: tuple[Any, ...] = BY_PROMISE
    concerns: Callable[[Any], bool] = lambda user: True


def today_of(at: datetime) -> Any:
    return timezone.localtime(at).date()


def may_answer(user: Any) -> bool:
    return bool(user.has_perm("feedback.answer_submission"))


QUEUES = (
    Queue(
        "new",
        _("New"),
        lambda rows, user, at: rows.filter(status=Status.RECEIVED),
        concerns=lambda user: user.has_perm(EVERY_UNIT),
    ),
    # Also among the new ones: a sign is no verdict.
    Queue(
        "suspicious",
        _("Look twice"),
        lambda rows, user, at: rows.filter(status=Status.RECEIVED).exclude(suspicion=""),
        concerns=lambda user: user.has_perm("feedback.verify_submission"),
    ),
    Queue(
        "mine", _("Mine"), lambda rows, user, at: rows.on_the_desk().filter(handler=user), concerns=may_answer
    ),
    Queue(
        "unit",
        _("My unit"),
        lambda rows, user, at: rows.on_the_desk().filter(unit__in=units_of(user)),
        concerns=lambda user: may_answer(user) and bool(units_of(user)),
    ),
    Queue(
        "heard",
        _("Residents wrote"),
        lambda rows, user, at: rows.filter(heard_at__isnull=False),
        order=("heard_at", "pk"),
        concerns=may_answer,
    ),
    Queue("today", _("Due today"), lambda rows, user, at: rows.on_the_desk().filter(due_on=today_of(at))),
    Queue("late", _("Late"), lambda rows, user, at: rows.on_the_desk().filter(due_on__lt=today_of(at))),
    Queue("reopened", _("Reopened"), lambda rows, user, at: rows.filter(status=Status.REOPENED)),
    Queue(
        "corrections",
        _("Corrections of pages"),
        lambda rows, user, at: rows.on_the_desk().filter(kind=Submission.Kind.CORRECTION),
        concerns=may_answer,
    ),
    Queue(
        "forget",
        _("Asked to be erased"),
        lambda rows, user, at: rows.filter(erasure_asked_at__isnull=False, words_erased_at=None),
        order=("erasure_asked_at", "pk"),
        concerns=lambda user: user.has_perm("feedback.verify_submission"),
    ),
    Queue(
        "waiting", _("Waiting for the resident"), lambda rows, user, at: rows.filter(status=Status.WAITING)
    ),
)
# Of the start page, where both are one pile.
DUE = Queue(
    "due",
    _("Due today or late"),
    lambda rows, user, at: rows.on_the_desk().filter(due_on__lte=today_of(at)),
)
QUEUE = {queue.name: queue for queue in (*QUEUES, DUE)}


def queues_of(user: Any) -> list[Queue]:
    return [queue for queue in QUEUES if queue.concerns(user)]


def asked(queue: Queue, user: Any, at: datetime) -> SubmissionQuerySet:
    """The cases of a queue that this person may reach, first promised first."""
    rows = queue.rows(Submission.objects.visible_to(user), user, at)
    ordered: SubmissionQuerySet = rows.order_by(*queue.order)
    return ordered


def counts(user: Any, at: datetime, narrowed: models.Q = EVERY) -> dict[str, int]:
    """How many cases are in each queue, all in one question, each counted up to one more than `COUNTED`."""
    parts, params, names = [], [], []
    database = Submission.objects.all().db
    for queue in queues_of(user):
        rows = asked(queue, user, at).filter(narrowed).order_by().values("pk")[: COUNTED + 1]
        try:
            sql, values = rows.query.get_compiler(database).as_sql()
        except EmptyResultSet:
            # Somebody of no unit, for example.
            continue
        parts.append(f"(SELECT COUNT(*) FROM ({sql}) AS {connections[database].ops.quote_name(queue.name)})")
        params += values
        names.append(queue.name)
    if not parts:
        return {}
    with connections[database].cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", params)
        return dict(zip(names, cursor.fetchone(), strict=True))


def links(user: Any, at: datetime, query: str) -> list[dict[str, Any]]:
    """The queues as links over the list, with what is in them."""
    found = counts(user, at)
    everything = {"label": _("Everything"), "url": "?", "is_current": query == "", "count": ""}
    return [
        *(
            {
                "label": queue.label,
                "url": f"?{PARAMETER}={queue.name}",
                "is_current": query == f"{PARAMETER}={queue.name}",
                "count": count_words(found.get(queue.name, 0)),
                "is_pressing": queue.name == "late" and bool(found.get(queue.name)),
            }
            for queue in queues_of(user)
        ),
        everything,
    ]


def count_words(count: int) -> str:
    return f"{COUNTED}+" if count > COUNTED else str(count)


class QueueFilter(admin.SimpleListFilter):
    title = _("queue")
    parameter_name = PARAMETER
    # The queues stand above the list already.
    template = "admin/feedback/no_filter.html"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return [(queue.name, queue.label) for queue in queues_of(request.user)]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        queue = QUEUE.get(self.value() or "")
        if queue is None:
            return queryset
        rows: Any = queryset
        ordered: models.QuerySet = queue.rows(rows, request.user, timezone.now())
        return ordered


class ShortCount(Paginator):
    """Counts no further than somebody would turn pages; the list behind it has no last page."""

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        return int(rows.order_by().values("pk")[:PAGES_COUNTED].count())
