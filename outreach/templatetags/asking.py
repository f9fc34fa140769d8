"""Where questions and consultations show themselves on other pages of this room."""

from collections.abc import Sequence
from datetime import datetime

from django import template
from django.utils import timezone

from outreach.asked import Asked, answered_about, asked_about, consultations_about
from outreach.models import Consultation, Event, Question
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
