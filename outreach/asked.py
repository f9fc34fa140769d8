"""What residents asked about an event or a service, as public pages show it; numbers of likes are on none of them.

Those pages are kept by caches, and a like is no reason to make them anew: the order is that of the last change.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import QuerySet

from outreach.models import Consultation, Event, Question
from outreach.models.question import SHOWN, QuestionState, takes_questions
from services.models import Service

SHOWN_ON_EVENT: Final = 8
SHOWN_ON_SERVICE: Final = 3


@dataclass(frozen=True)
class Asked:
    """The questions of an event: first those with an answer, then those that wait for it."""

    answered: list[Question]
    waiting: list[Question]
    takes_more: bool
    has_more: bool

    @property
    def is_empty(self) -> bool:
        return not (self.answered or self.waiting or self.takes_more)


def asked_about(event: Event, at: datetime, limit: int = SHOWN_ON_EVENT) -> Asked:
    """In one question to the database."""
    rows = Question.objects.filter(event=event, state__in=SHOWN).order_by("state", "-likes", "asked_at", "pk")
    found = list(rows[: limit + 1])
    for question in found:
        question.event = event
    kept = found[:limit]
    return Asked(
        answered=[one for one in kept if one.state == QuestionState.ANSWERED],
        waiting=[one for one in kept if one.state == QuestionState.SHORTLISTED],
        takes_more=takes_questions(event, at),
        has_more=len(found) > limit,
    )


def answered_about(service: Service) -> QuerySet[Question]:
    """Answers given at activities about this service, the newest first."""
    answered = Question.objects.about(service).answered().select_related("event")
    found: QuerySet[Question] = answered.order_by("-answered_at", "pk")
    return found[:SHOWN_ON_SERVICE]


def consultations_about(service: Service, at: datetime) -> QuerySet[Consultation]:
    """Those about this service that are open now."""
    found: QuerySet[Consultation] = Consultation.objects.open(at).about(service).order_by("closes_at", "pk")
    return found[:SHOWN_ON_SERVICE]
