"""What results show on other pages: promise beside result on that of a service, a door on that of a campaign."""

from dataclasses import replace

from django import template

from portal.evaluation.labels import month_name
from portal.evaluation.models import Evaluation
from portal.evaluation.promises import SUBJECT
from portal.evaluation.publishing import campaigns_with_results
from portal.evaluation.views.board import Result, result_of
from portal.shared.memo import per_content_version
from services.models import Service

register = template.Library()
register.filter("period_name", month_name)


@per_content_version
def newest_board() -> tuple[str, dict[str, Result]]:
    """The newest published year and what it says of each service, by address word."""
    kept = Evaluation.objects.public().filter(subject=SUBJECT).order_by("-period").first()
    if kept is None:
        return "", {}
    tables = kept.document.tables
    opinions = {row.key: row for row in tables["service_satisfaction"].rows}
    return kept.period, {
        row.key: result_of(None, row, opinions.get(row.key)) for row in tables["services"].rows
    }


@register.simple_tag
def board_line(service: Service) -> Result | None:
    """The line of a service; None where there is none, or nothing of it may be told."""
    period, results = newest_board()
    result = results.get(service.slug)
    if result is None or result.is_hidden:
        return None
    return replace(result, service=service, period=period)


@register.simple_tag
def has_results(slug: str) -> bool:
    return slug in campaigns_with_results()
