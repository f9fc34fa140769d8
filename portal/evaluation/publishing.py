"""Gives counted documents to everybody: protected, kept, and, once their period is over, never counted again."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Q

from feedback.freezing import DAYS_UNTIL_FINAL, is_over_for_good, months_over
from feedback.models import SensitiveCategory
from portal.evaluation.coarse import told_coarsely
from portal.evaluation.disclosure import Sensitive
from portal.evaluation.documents import Document, as_json, from_json
from portal.evaluation.models import Evaluation
from portal.evaluation.protecting import protected
from portal.shared import content_version
from portal.shared.memo import per_content_version
from services.models import Service

__all__ = [
    "DAYS_UNTIL_FINAL",
    "is_over_for_good",
    "months_over",
    "public_document",
    "public_documents",
    "publish",
]

# A campaign is counted on for as long as people are asked whether they used the service.
DAYS_AFTER_A_CAMPAIGN: Final = 120
# More versions of one document are not remembered: then it stays as it is until it is final.
MOST_VERSIONS: Final = 60


def public_document(subject: str, period: str = "") -> Document | None:
    """What was published of a subject in a period; None as long as nothing was."""
    kept = Evaluation.objects.public().filter(subject=subject, period=period).first()
    return kept.document if kept else None


def public_documents(subject: str, periods: Iterable[str]) -> dict[str, Document]:
    """The same of several periods, by period, in one question."""
    rows = Evaluation.objects.public().filter(subject=subject, period__in=list(periods))
    return {one.period: one.document for one in rows.order_by("period")}


@per_content_version
def campaigns_with_results() -> frozenset[str]:
    """Address words of the campaigns whose results are published."""
    subjects = Evaluation.objects.public().filter(subject__startswith="campaign:")
    return frozenset(one.removeprefix("campaign:") for one in subjects.values_list("subject", flat=True))


def publish(document: Document, at: datetime, *, is_final: bool = False) -> Evaluation:
    """Publishes what may be told of a document; one that is final stays as it is, whatever is counted later."""
    with transaction.atomic():
        rows = Evaluation.objects.public().select_for_update()
        kept = rows.filter(subject=document.subject, period=document.period).first()
        if kept and kept.frozen_at:
            return kept
        earlier = versions_of(kept) if kept else []
        if len(earlier) >= MOST_VERSIONS and not is_final:
            return kept  # type: ignore[return-value]
        shown = protected(told_coarsely(document), earlier, sensitive_keys())
        content = {**as_json(shown), "earlier": [as_json(one) for one in told_apart(earlier, shown)]}
        is_news = not kept or facts(kept.document) != facts(shown) or is_final
        if not is_news:
            return kept  # type: ignore[return-value]
        said = {"content": content, "counted_at": at, "frozen_at": at if is_final else None}
        if kept is None:
            kept, is_new = Evaluation.objects.get_or_create(
                subject=document.subject,
                period=document.period,
                audience=Evaluation.Audience.PUBLIC,
                defaults=said,
            )
            if not is_new:
                # Another worker was quicker: this is protected beside what it published.
                return publish(document, at, is_final=is_final)
        else:
            for name, value in said.items():
                setattr(kept, name, value)
            kept.save(update_fields=list(said))
        content_version.bump()
        return kept


def versions_of(kept: Evaluation) -> list[Document]:
    """All that was published of a document, the newest last: whoever kept the pages can compare any two."""
    return [*map(from_json, kept.content.get("earlier", ())), kept.document]


def told_apart(earlier: list[Document], shown: Document) -> list[Document]:
    """The versions to remember beside the present one: those that say something else, without their words."""
    found: list[Document] = []
    for one in earlier:
        if facts(one) not in (*map(facts, found), facts(shown)):
            found.append(Document(one.subject, one.period, one.at, one.figures, one.tables))
    return found


def facts(document: Document) -> tuple[Any, ...]:
    return dict(document.figures), dict(document.tables)


def sensitive_keys() -> Sensitive:
    """Fields and services of which small numbers tell too much."""
    topics = list(SensitiveCategory.objects.values_list("category__slug", "category__parent__slug"))
    if not topics:
        return Sensitive()
    fields = frozenset(slug for pair in topics for slug in pair if slug)
    named = [slug for slug, _parent in topics]
    # A whole field may be named; its services belong to its topics.
    services = Service.objects.filter(Q(category__slug__in=named) | Q(category__parent__slug__in=named))
    return Sensitive(
        {
            "sector": fields,
            "category": fields,
            "service": frozenset(services.order_by().values_list("slug", flat=True)),
        }
    )
