"""Was it useful, was it clear, was the service used afterwards: what people said who chose to answer."""

from collections import Counter

from django.db.models import Count
from django.utils import timezone

from outreach.models import EventRating
from outreach.models.opinion import AfterUse, Scale
from portal.evaluation.documents import Document, Figure, Number
from portal.evaluation.figures import answered, by_key, mean, share
from portal.evaluation.scope import Scope

# From this answer on it was useful.
GOOD = Scale.GOOD
# Sentences shown, the newest first.
SENTENCES = 20


def usefulness_of(scope: Scope) -> Document:
    """Each answer once: as distribution, as mean of 1 to 4, and as share of those who say yes."""
    useful: Counter[Number] = Counter()
    clear: Counter[Number] = Counter()
    rated = 0
    pairs = scope.ratings.values_list("usefulness", "clarity").annotate(n=Count("pk"))
    for usefulness, clarity, n in pairs:
        rated += n if usefulness or clarity else 0
        if usefulness:
            useful[usefulness] += n
        if clarity:
            clear[clarity] += n
    good = sum(n for value, n in useful.items() if value >= GOOD)
    later = dict.fromkeys(AfterUse.Answer.values, 0)
    later |= dict(scope.later_uses.values_list("answer").annotate(n=Count("pk")))
    asked = sum(later.values())
    figures = (
        Figure("rated", rated, "people"),
        mean("usefulness_mean", useful),
        share("usefulness_good", good, useful.total(), "usefulness"),
        mean("clarity_mean", clear),
        Figure("later_asked", asked, "people"),
        share("later_used", later[AfterUse.Answer.USED], asked, "later_asked"),
    )
    tables = (
        answered("usefulness_answers", "answer", {str(one): useful[one] for one in Scale.values}),
        answered("clarity_answers", "answer", {str(one): clear[one] for one in Scale.values}),
        answered("later_use", "answer", later),
    )
    return Document(
        scope.subject,
        scope.period,
        timezone.localtime(scope.at).isoformat(),
        by_key(figures),
        {one.key: one for one in tables},
    )


def sentences(scope: Scope) -> list[str]:
    """What somebody wrote and staff have shown, the newest first; in no document, because it may be taken back."""
    rows = scope.of_events(EventRating.objects.filter(released_at__isnull=False, released_at__lte=scope.at))
    return list(rows.order_by("-released_at", "-pk").values_list("released_text", flat=True)[:SENTENCES])
