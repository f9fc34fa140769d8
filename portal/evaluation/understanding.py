"""What people understood before and after: of those alone who answered both sheets with the same code.

Sheets of different activities have different numbers of points, so each counts in percent of its own best. The two
formulas are those of extension work: effectiveness of the programme = mean after ÷ maximum × 100, effectiveness of
the change = (mean after - mean before) ÷ (maximum - mean before) × 100. Classes are exact thirds of the scale.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction

from django.db.models import Count, F, OuterRef, Q, Subquery
from django.utils import timezone

from outreach.models import UnderstandingSheet
from portal.evaluation.documents import Document, Figure, Number
from portal.evaluation.figures import by_key, mean, mean_of
from portal.evaluation.scope import Scope

Phase = UnderstandingSheet.Phase
BEST = Fraction(100)
# Points of a person in percent of the sheet, before and after.
Pair = tuple[Fraction, Fraction]
LITTLE, EFFECTIVE, VERY = "little", "effective", "very"


def understanding_of(scope: Scope) -> Document:
    pairs = pairs_of(scope)
    figures = by_key(figures_of(pairs))
    words = {
        f"class:{key}": class_of(value)
        for key in ("effectiveness", "effectiveness_of_change")
        if (value := figures[key].value) is not None
    }
    at = timezone.localtime(scope.at).isoformat()
    return Document(scope.subject, scope.period, at, figures, {}, words)


def pairs_of(scope: Scope) -> Counter[Pair]:
    """How many people had so many percent before and so many after, in one question."""
    twin = UnderstandingSheet.objects.filter(
        event=OuterRef("event"), respondent=OuterRef("respondent"), phase=Phase.AFTER
    )
    rows = (
        scope.sheets.filter(~Q(respondent=""), phase=Phase.BEFORE, out_of__gt=0)
        .annotate(after=Subquery(twin.values("score")[:1]), after_of=Subquery(twin.values("out_of")[:1]))
        .filter(after__isnull=False, after_of__gt=0)
        .values_list(F("score"), F("out_of"), "after", "after_of")
        .annotate(n=Count("pk"))
    )
    found: Counter[Pair] = Counter()
    for score, out_of, after, after_of, n in rows:
        found[Fraction(100 * score, out_of), Fraction(100 * after, after_of)] += n
    return found


def figures_of(pairs: Mapping[Pair, int]) -> Iterable[Figure]:
    before, after = counts_at(pairs, 0), counts_at(pairs, 1)
    n = sum(pairs.values())
    yield mean("pre_mean", before, "percent")
    last = mean("post_mean", after, "percent")
    yield last
    pre, post = mean_of(before), mean_of(after)
    # Counted in percent of the best, the mean after is the effectiveness, so it is as sure.
    yield replace(last, key="effectiveness", value=effectiveness(post), of="maximum")
    yield Figure("effectiveness_of_change", effectiveness_of_change(pre, post), "percent", of="missing", n=n)
    for key, direction in (("rose", 1), ("stayed", 0), ("fell", -1)):
        people = sum(times for (was, now), times in pairs.items() if sign(now - was) == direction)
        yield Figure(key, people if n else None, "people", part=people, whole=n, of="pairs")


def counts_at(pairs: Mapping[Pair, int], place: int) -> dict[Number, int]:
    found: Counter[Number] = Counter()
    for pair, n in pairs.items():
        found[pair[place]] += n
    return dict(found)


def sign(value: Fraction) -> int:
    return (value > 0) - (value < 0)


def effectiveness(post: Fraction | None, best: Fraction = BEST) -> Fraction | None:
    """Mean after in percent of the most there was to reach."""
    return None if post is None else post / best * 100


def effectiveness_of_change(
    pre: Fraction | None, post: Fraction | None, best: Fraction = BEST
) -> Fraction | None:
    """How much of what was missing before was gained, in percent; None where nothing was missing."""
    if pre is None or post is None or pre == best:
        return None
    return (post - pre) / (best - pre) * 100


def class_of(percent: Number) -> str:
    """“little” up to a third, “effective” up to two thirds, “very” above."""
    if percent * 3 <= 100:
        return LITTLE
    return EFFECTIVE if percent * 3 <= 200 else VERY
