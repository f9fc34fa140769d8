"""What satisfaction surveys show on other pages: the index of a service, and the invitation after a case."""

from typing import Any

from django import template
from django.utils import timezone

from feedback.models.submission import Submission
from feedback.models.survey import Survey
from feedback.models.survey_invitation import invite
from feedback.survey_report import Report
from services.models import Service

register = template.Library()


@register.inclusion_tag("feedback/_survey_of_service.html", takes_context=False)
def service_satisfaction(service: Service) -> dict[str, Any]:
    """The newest published result about a service, else that of the unit which offers it."""
    newest = Survey.objects.published().select_related("unit", "service").newest_first()
    found = newest.filter(service=service.pk).first()
    if found is None:
        found = newest.filter(unit=service.organization_id, service=None).first()
    report = Report(found) if found else None
    return {"survey": found, "finding": report.verified if report else None}


@register.inclusion_tag("feedback/_survey_invitation.html")
def survey_invitation(submission: Submission) -> dict[str, Any]:
    """The code that opens the questionnaire, for whoever has opened their case with number and secret."""
    return {"code": invite(submission, timezone.now())}
