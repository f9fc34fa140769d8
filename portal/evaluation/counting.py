"""Whole documents: of one campaign from its first day on, and of the office in a period."""

from datetime import datetime

from outreach.models import Campaign
from portal.evaluation.change import changes_of
from portal.evaluation.documents import Document
from portal.evaluation.participation import participation_of
from portal.evaluation.scope import Scope
from portal.evaluation.understanding import understanding_of
from portal.evaluation.usefulness import usefulness_of
from portal.evaluation.voices import voices_of
from services.models import Area, Organization


def campaign_document(campaign: Campaign, at: datetime) -> Document:
    """Everything counted of a campaign, with what changed in the services it was about."""
    return opinions_and_counts(Scope(campaign=campaign, at=at))


def office_document(
    period: str, at: datetime, unit: Organization | None = None, area: Area | None = None
) -> Document:
    """Everything counted of the office in a year ("2026") or a month ("2026-10")."""
    return opinions_and_counts(Scope.of_period(period, at=at, unit=unit, area=area))


def opinions_and_counts(scope: Scope) -> Document:
    """Everything that can be counted of a scope, narrowed or not.

    What changed in services is told of whole campaigns alone: a part of one has too little of anything.
    """
    parts = [usefulness_of(scope), understanding_of(scope)]
    if scope.campaign is None:
        parts.append(voices_of(scope))
    elif scope == Scope(campaign=scope.campaign, at=scope.at):
        parts.append(changes_of(scope.campaign, scope.at))
    return participation_of(scope).with_parts(*parts)
