"""Where questions and consultations show themselves on other pages of this room."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.safestring import SafeString

from outreach.asked import Asked, answered_about, asked_about, consultations_about
from outreach.models import Consultation, Event, Question
from portal.shared.templatetags.linked import linked_data
from services.linked_data import answered
from services.models import Service

register = template.Library()


@register.simple_tag
def questions_of_event(event: Event, at: datetime | None = None) -> Asked:
    return asked_about(event, at or timezone.now())


@register.simple_tag
def answers_about_service(service: Service) -> Sequence[Question]:
    return list(answered_about(service))


@register.simple_tag
def consultations_of_service(service: Service) -> Sequence[Consultation]:
    return list(consultations_about(service, timezone.now()))


@register.simple_tag
def questions_data(questions: Iterable[Question]) -> SafeString:
    """What was asked and answered, for search engines."""
    return linked_data(answered((one.shown, "", one.answer) for one in questions))
