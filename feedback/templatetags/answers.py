"""What feedback shows on the pages of other rooms: answers about a service, and what changed."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.utils import timezone

from feedback.counting import figures_of_service
from feedback.models import Improvement, SensitiveCategory, Submission
from feedback.statistics import Figures
from portal.shared.suppression import SMALLEST_SENSITIVE_GROUP

register = template.Library()

QUESTIONS = (Submission.Kind.QUESTION, Submission.Kind.INFORMATION)
ANSWERS_SHOWN, QUESTIONS_SHOWN = 3, 5
IMPROVEMENTS_SHOWN = 3


@dataclass(frozen=True)
class VoiceOfService:
    """What was asked and told about one service, and how it was answered; figures only of enough cases."""

    questions: list[Submission]
    answers: list[Submission]
    has_more: bool
    figures: Figures | None


@register.simple_tag
def answers_about_event(event: Any) -> list[Submission]:
    """Released answers to what was told about an activity, the newest first."""
    columns = ("number", "kind", "public_title", "public_answer", "released_at", "closed_at", "status")
    cases = Submission.objects.released().filter(event=event).order_by("-released_at", "pk")
    return list(cases.only(*columns)[:ANSWERS_SHOWN])


@register.simple_tag
def voice_of_service(service: Any) -> VoiceOfService:
    """In three questions: what is released, how it was answered, whether its topic is sensitive."""
    most = QUESTIONS_SHOWN + ANSWERS_SHOWN
    columns = ("number", "kind", "public_title", "public_answer", "released_at", "closed_at", "status")
    cases = Submission.objects.released().filter(service=service).order_by("-released_at", "pk")
    newest = list(cases.only(*columns)[: most + 1])
    questions = [case for case in newest if case.kind in QUESTIONS][:QUESTIONS_SHOWN]
    answers = [case for case in newest if case.kind not in QUESTIONS][:ANSWERS_SHOWN]
    figures: Figures | None = figures_of_service(service, timezone.now())
    if figures is not None and (
        not figures.has_share or (figures.judged < SMALLEST_SENSITIVE_GROUP and is_sensitive(service))
    ):
        figures = None
    return VoiceOfService(questions, answers, len(newest) > len(questions) + len(answers), figures)


def is_sensitive(service: Any) -> bool:
    category = service.category
    return SensitiveCategory.objects.filter(category__in=[category.pk, category.sector.pk]).exists()


@register.simple_tag
def newest_improvements() -> list[Improvement]:
    return list(Improvement.objects.published()[:IMPROVEMENTS_SHOWN])
