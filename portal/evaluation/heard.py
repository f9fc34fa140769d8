"""What residents say, for those who lead: how they rate answers and services, what comes up again and again."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from feedback.counting import NO_RW, counted_cases, rw_of
from feedback.lifecycle import Status
from feedback.models import Rating, Submission
from feedback.satisfaction import Result, Tally
from feedback.survey_report import Finding
from portal.evaluation.papers.survey_year import results_by
from portal.evaluation.pressing import SEES_CASES, of_scope
from portal.evaluation.scope import Scope
from portal.shared.leaks import leaks

# What several people tell of one field in one RW is no single case any more.
REPEATED_FROM: Final = 3
SHOWN: Final = 12
SENTENCES: Final = 6
LOOKED_AT: Final = 60
PROBLEMS: Final = (
    Submission.Kind.COMPLAINT,
    Submission.Kind.DEFECT,
    Submission.Kind.UNDECIDED,
)
MOST_GROUPS: Final = 500


# Ratings ------------------------------------------------------------------------------------------------------


@dataclass
class Rated:
    """What users said of one service: of answers to their cases, and in the satisfaction survey."""

    name: str
    verdicts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(Rating.Verdict.values, 0))
    survey: Finding = field(default_factory=lambda: Finding(Result(0)))

    @property
    def solved(self) -> int:
        return self.verdicts[Rating.Verdict.SOLVED]

    @property
    def partly(self) -> int:
        return self.verdicts[Rating.Verdict.PARTLY]

    @property
    def not_yet(self) -> int:
        return self.verdicts[Rating.Verdict.NOT]

    @property
    def n(self) -> int:
        return sum(self.verdicts.values()) + self.survey.n


def ratings_of(scope: Scope) -> list[Rated]:
    """The services most was said of; two questions. Cases without a service are one line, named by nothing."""
    rows = Rating.objects.filter(scope.in_time("at"), submission__in=cases_of(scope).values("pk"))
    found: dict[str, Rated] = {}
    counted = rows.order_by().values_list("submission__service__name", "verdict").annotate(n=Count("pk"))
    for name, verdict, n in counted:
        found.setdefault(name or "", Rated(name or "")).verdicts[verdict] += n
    surveyed = scope.survey_answers.filter(service__isnull=False)
    for name, result in results_by(surveyed, "service__name").items():
        found.setdefault(name, Rated(name)).survey = Finding(result)
    return sorted(found.values(), key=lambda one: (-one.n, one.name))[:SHOWN]


def cases_of(scope: Scope) -> QuerySet[Submission]:
    """The cases of units and area, of any time: an answer may be rated in a later period than the case came in."""
    rows: QuerySet[Submission] = counted_cases().filter(of_scope(scope))
    return rows if scope.campaign is None else rows.none()


# Problems -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Repeated:
    """Problems of one topic in one RW."""

    topic: str
    sector: str
    rw: str
    n: int
    open: int
    late: int
    category: int | None = None

    @property
    def url(self) -> str:
        """The list of cases of this topic."""
        address = reverse("admin:feedback_submission_changelist")
        return f"{address}?topic={self.category}" if self.category else address


def repeated(scope: Scope) -> list[Repeated]:
    """Topics with several problems in one RW of the period, the most frequent first; one question.

    What is told about staff of a unit is left out: of it their own unit learns nothing, not even a number.
    """
    today = timezone.localdate(scope.at)
    is_open = Q(closed_at__isnull=True)
    is_late = is_open & ~Q(status=Status.WAITING) & Q(due_on__lt=today)
    rows = scope.cases.filter(kind__in=PROBLEMS, is_about_staff=False)
    counted = (
        rows.order_by()
        .values_list("category", "category__name", "category__parent__name", "rw")
        .annotate(n=Count("pk"), open=Count("pk", filter=is_open), late=Count("pk", filter=is_late))
        .order_by("-n", "category", "rw")[:MOST_GROUPS]
    )
    # “5” and “05” are one RW.
    joined: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0, 0, 0])
    for category, name, parent, rw, *numbers in counted:
        total = joined[category, name, parent, rw_of(rw)]
        total[:] = [a + b for a, b in zip(total, numbers, strict=True)]
    told = [
        Repeated(
            topic=name or "",
            sector=parent or "",
            rw="" if rw == NO_RW else f"RW {rw}",
            n=n,
            open=still_open,
            late=late,
            category=category,
        )
        for (category, name, parent, rw), (n, still_open, late) in joined.items()
        if n >= REPEATED_FROM
    ]
    return sorted(told, key=lambda one: (-one.n, one.topic, one.rw))[:SHOWN]


# Both, kept ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Heard:
    """Ratings and repeated problems of a scope."""

    rated: list[Rated]
    repeated: list[Repeated]


def heard_in(scope: Scope) -> Heard:
    return Heard(ratings_of(scope), repeated(scope))


def as_plain(heard: Heard) -> dict[str, Any]:
    """As JSON can hold it; sums and counts, so that nothing is rounded."""
    return {
        "rated": [
            {
                "name": one.name,
                "verdicts": one.verdicts,
                "n": one.survey.n,
                "tallies": {
                    key: [tally.count, tally.total] for key, tally in one.survey.result.tallies.items()
                },
            }
            for one in heard.rated
        ],
        "repeated": [asdict(one) for one in heard.repeated],
    }


def from_plain(stored: dict[str, Any]) -> Heard:
    rated = []
    for one in stored["rated"]:
        tallies = {key: Tally(*numbers) for key, numbers in one["tallies"].items()}
        rated.append(Rated(one["name"], one["verdicts"], Finding(Result(one["n"], tallies))))
    return Heard(rated, [Repeated(**one) for one in stored["repeated"]])


# Sentences ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sentence:
    """What somebody wrote; `is_released` when everybody may read it, so that it may stand on paper."""

    text: str
    about: str
    is_released: bool
    url: str = ""
    # The row it stands in, when it was released.
    of: int = 0


def released(scope: Scope) -> list[Sentence]:
    """The newest comments on activities that everybody may read; one question."""
    rows = scope.ratings.exclude(released_at=None).select_related("event").order_by("-released_at", "-pk")
    return [Sentence(one.released_text, str(one.event), True, of=one.pk) for one in rows[:SENTENCES]]


def sentences(scope: Scope, user: Any) -> list[Sentence]:
    """The newest released comments on activities, then words with which answers were rated; three questions.

    Words nobody has released are left out where they seem to tell who somebody is.
    """
    told = released(scope)
    if not user.has_perm(SEES_CASES):
        return told
    rows = Rating.objects.filter(scope.in_time("at"), of_scope(scope, "submission__")).exclude(words="")
    if scope.campaign is not None:
        return told
    # The newest first, without looking at any case; of those few, the ones this person may read.
    newest = list(rows.select_related("submission__service").order_by("-at", "-pk")[:LOOKED_AT])
    reachable = Submission.objects.visible_to(user).filter(pk__in={one.submission_id for one in newest})
    may_read = set(reachable.values_list("pk", flat=True))
    return [*told, *without_leaks(one for one in newest if one.submission_id in may_read)]


def without_leaks(rows: Iterable[Rating]) -> list[Sentence]:
    found = [
        Sentence(
            one.words,
            " · ".join(filter(None, (str(one.submission.service or ""), one.get_verdict_display()))),
            False,
            reverse("admin:feedback_submission_change", args=[one.submission_id]),
        )
        for one in rows
        if not leaks(one.words)
    ]
    return found[:SENTENCES]
