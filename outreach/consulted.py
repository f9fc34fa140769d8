"""What was said in a consultation, in numbers and findings; few voices are never shown apart."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from outreach.models import Consultation, ConsultationResponse, Finding, ForumStep, Remark
from outreach.models.consultation_parts import Participants
from portal.shared.history import recorded
from portal.shared.suppression import SMALLEST_GROUP, hidden_keys

# Not found in the regulation's stored text: our own advice, in the words of the page; offices change them.
FORUM_STEPS = (
    (ForumStep.Stage.BEFORE, "Tema dipilih dan naskah disiapkan"),
    (ForumStep.Stage.BEFORE, "Peserta dari paling sedikit tiga kelompok diundang"),
    (ForumStep.Stage.BEFORE, "Naskah dibagikan kepada peserta"),
    (ForumStep.Stage.DURING, "Dialog dua arah dengan tim yang netral"),
    (ForumStep.Stage.DURING, "Berita acara ditandatangani kedua pihak"),
    (ForumStep.Stage.AFTER, "Hasil diumumkan"),
    (ForumStep.Stage.AFTER, "Rencana tindak lanjut dijalankan"),
)


@dataclass(frozen=True)
class Tally:
    """How often each choice of a question was taken; `lines` is empty when too few answered."""

    question: str
    n: int
    lines: list[tuple[str, int, int]]


def tallies(consultation: Consultation, *, is_public: bool) -> list[Tally]:
    """Label, number and width of the bar for each choice; in public only where enough people answered."""
    chosen: dict[int, Counter[str]] = {}
    rows = Remark.objects.filter(response__consultation=consultation, is_choice=True)
    for question, text, n in rows.order_by().values_list("question", "text").annotate(n=Count("pk")):
        chosen.setdefault(question, Counter())[text] = n
    found = []
    for question in consultation.questions.all():
        if not question.lines:
            continue
        counts = chosen.get(question.pk, Counter())
        n = sum(counts.values())
        # A choice that was taken off the list meanwhile is still counted.
        labels = [*question.lines, *sorted(set(counts) - set(question.lines))]
        is_shown = n >= SMALLEST_GROUP or not is_public
        most = max(counts.values(), default=0) or 1
        lines = [(label, counts[label], round(100 * counts[label] / most)) for label in labels]
        found.append(Tally(question.text, n, lines if is_shown else []))
    return found


@dataclass(frozen=True)
class Heard:
    """How many had a say, by the way they came in and as whom they speak."""

    total: int
    ways: list[tuple[str, int]]
    # The number of a small group is None: shown as “fewer than five”.
    groups: list[tuple[str, int | None]]


def heard(consultation: Consultation, *, is_public: bool) -> Heard:
    rows = consultation.responses.order_by()
    by_way = dict(rows.values_list("way").annotate(n=Count("pk")))
    by_group = dict(rows.values_list("group").annotate(n=Count("pk")))
    hidden = hidden_keys(by_group, lambda _group: SMALLEST_GROUP) if is_public else frozenset()
    labels = dict(Participants.choices)
    return Heard(
        total=sum(by_way.values()),
        ways=[(str(way.label), by_way[way]) for way in ConsultationResponse.Way if way in by_way],
        groups=[
            (str(labels[key]), None if key in hidden else n) for key, n in sorted(by_group.items()) if key
        ],
    )


@dataclass(frozen=True)
class Found:
    """One thing that was heard, with how many said it and as whom."""

    finding: Finding
    n: int
    said_by: list[str]

    @property
    def is_changed(self) -> bool:
        return self.finding.outcome != Finding.Outcome.KEPT


def findings(consultation: Consultation, *, is_public: bool) -> list[Found]:
    """In two questions to the database, however many comments there are.

    In public, as whom they speak is told only where enough said the same: one journalist is easily known.
    """
    rows = list(consultation.findings.annotate(n=Count("remarks")))
    said = (
        Remark.objects.filter(finding__in=rows)
        .exclude(response__group="")
        .order_by()
        .values_list("finding", "response__group")
        .distinct()
    )
    labels = dict(Participants.choices)
    by_finding: dict[int, set[str]] = {}
    for pk, group in said:
        by_finding.setdefault(pk, set()).add(group)
    return [
        Found(
            one,
            one.n,
            []
            if is_public and one.n < SMALLEST_GROUP
            else [str(labels[key]) for key in labels if key in by_finding.get(one.pk, ())],
        )
        for one in rows
    ]


def to_sort(consultation: Consultation, *, only_left: bool) -> Any:
    """Comments in words, the oldest first; choices are counted and need no place."""
    rows = Remark.objects.filter(response__consultation=consultation, is_choice=False)
    if only_left:
        rows = rows.filter(finding=None, set_aside="")
    return rows.select_related("response", "question", "section", "finding").order_by("pk")


def sort(consultation: Consultation, places: Iterable[tuple[Remark, Finding | None, str]], *, by: Any) -> int:
    """Gives comments their place in the result; how many moved."""
    moved = 0
    # Until the result is published no page shows any of it.
    is_public = consultation.result_published_at is not None
    with transaction.atomic():
        for remark, finding, why in places:
            if (remark.finding_id, remark.set_aside) == (finding.pk if finding else None, why):
                continue
            with recorded(remark, verb="sort", by=by, reason=why, is_public=is_public):
                remark.finding, remark.set_aside = finding, why
                remark.save(update_fields=["finding", "set_aside"])
            moved += 1
    return moved


def lay_out_steps(consultation: Consultation, *, by: Any) -> None:
    """The usual steps of a forum, for an office to change; never twice."""
    if not consultation.is_forum or consultation.steps.exists():
        return
    with recorded(consultation, verb="lay_out_steps", by=by, at=timezone.now()):
        ForumStep.objects.bulk_create(
            ForumStep(consultation=consultation, position=number, stage=stage, title=title)
            for number, (stage, title) in enumerate(FORUM_STEPS, start=1)
        )
