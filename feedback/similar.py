"""Reports that may tell the same: near in place, in words and in time, with the reasons shown side by side.

A few bounded questions by index find candidates, however many cases there are; their words are weighed here. What
residents wrote is never put into a search index.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from math import asin, cos, log, radians, sin, sqrt
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from feedback.lifecycle import Status
from feedback.models import Submission
from portal.shared.indonesian import stem, stems, words

WINDOW: Final = timedelta(days=90)
NEAR_METRES: Final = 300
# Of each way of being near so many are looked at, the newest first.
LOOKED_AT: Final = 60
SHOWN: Final = 5
# Below this two reports merely come from the same place, or share a word everybody uses.
ENOUGH: Final = 0.36
EARTH_METRES: Final = 6_371_000
METRES_OF_A_DEGREE: Final = 111_320
COLUMNS = (
    *("number", "kind", "status", "received_at", "title", "story", "place_words", "rt", "rw", "latitude"),
    *("longitude", "category", "service", "location", "public_work", "unit", "due_on", "duplicate_of"),
)


@dataclass
class Similar:
    """Another case, how alike it is (0 to 1), how far away where both know their point, and why it is here."""

    submission: Submission
    likeness: float
    metres: int | None
    reasons: list[str] = field(default_factory=list)


def similar_to(
    submission: Submission, *, at: datetime, among: QuerySet[Submission] | None = None, limit: int = SHOWN
) -> list[Similar]:
    """The cases most like this one, best first; `among` those the reader may see. At most six questions."""
    rows = Submission.objects.all() if among is None else among
    found = candidates(submission, at, rows)
    if not found:
        return []
    own = stems_of(submission)
    theirs = {case.pk: stems_of(case) for case in found}
    rarity = rarities([own, *theirs.values()])
    alike = [weigh(submission, case, own, theirs[case.pk], rarity) for case in found]
    kept = [one for one in alike if one.likeness >= ENOUGH]
    return sorted(kept, key=lambda one: (-one.likeness, -one.submission.pk))[:limit]


def candidates(submission: Submission, at: datetime, rows: QuerySet[Submission]) -> list[Submission]:
    """Recent cases that share a place, a subject or a topic with this one, and the newest of all."""
    recent = (
        rows.filter(received_at__gte=min(at, submission.received_at) - WINDOW)
        .exclude(pk=submission.pk)
        .exclude(status=Status.ARCHIVED)
        .only(*COLUMNS)
        .select_related("category")
        .order_by("-received_at", "-pk")
    )
    ways: list[Q] = [Q()]
    if about := subject_of(submission):
        ways.append(about)
    if submission.category_id:
        ways.append(Q(category=submission.category_id))
    if submission.rw:
        ways.append(Q(rw=submission.rw))
    if submission.latitude is not None and submission.longitude is not None:
        ways.append(around(submission.latitude, submission.longitude))
    found: dict[int, Submission] = {}
    for way in ways:
        for case in recent.filter(way)[:LOOKED_AT]:
            found.setdefault(case.pk, case)
    return list(found.values())


def subject_of(submission: Submission) -> Q | None:
    if submission.service_id:
        return Q(service=submission.service_id)
    if submission.location_id:
        return Q(location=submission.location_id)
    return Q(public_work=submission.public_work_id) if submission.public_work_id else None


def around(latitude: Decimal, longitude: Decimal) -> Q:
    """A square a little larger than the circle; the distance itself is measured afterwards."""
    tall = Decimal(NEAR_METRES) / METRES_OF_A_DEGREE
    wide = tall / Decimal(max(cos(radians(float(latitude))), 0.01))
    return Q(
        latitude__range=(latitude - tall, latitude + tall),
        longitude__range=(longitude - wide, longitude + wide),
    )


# Likeness -------------------------------------------------------------------------------------------------


def stems_of(case: Submission) -> frozenset[str]:
    return frozenset(stems(text_of(case)))


def text_of(case: Submission) -> str:
    return f"{case.title} {case.story} {case.place_words}"


def as_written(keys: frozenset[str], case: Submission) -> dict[str, str]:
    """A stem is a key and no word to show: what the case itself calls it."""
    found: dict[str, str] = {}
    for word in words(text_of(case)):
        if (key := stem(word)) in keys:
            found.setdefault(key, word)
    return found


def rarities(documents: list[frozenset[str]]) -> dict[str, float]:
    """A word that many of them use says little."""
    counts = Counter(word for document in documents for word in document)
    return {word: log(1 + len(documents) / count) for word, count in counts.items()}


def weigh(
    one: Submission, other: Submission, own: frozenset[str], theirs: frozenset[str], rarity: dict[str, float]
) -> Similar:
    """Words weigh half, place a third, subject the rest."""
    shared = own & theirs
    smaller = min((own, theirs), key=len)
    total = sum(rarity[word] for word in smaller)
    common = sum(rarity[word] for word in shared) / total if total and len(shared) > 1 else 0.0
    metres, place, reasons = place_of(one, other)
    about, why = subject(one, other)
    if common:
        # The rarest first: they say why.
        telling = sorted(as_written(shared, one).items(), key=lambda pair: (-rarity[pair[0]], pair[0]))
        shown = ", ".join(word for _key, word in telling[:4])
        reasons.append(gettext("Same words: %(words)s") % {"words": shown})
    return Similar(other, round(0.5 * common + 0.3 * place + 0.2 * about, 3), metres, reasons + why)


def place_of(one: Submission, other: Submission) -> tuple[int | None, float, list[str]]:
    """Metres where both have a point, how near they are (0 to 1), and in words."""
    metres = metres_between(one, other)
    if metres is not None and metres <= NEAR_METRES:
        return metres, 1.0, [gettext("%(n)s metres away") % {"n": metres}]
    if one.rw and one.rw.lstrip("0") == other.rw.lstrip("0"):
        if one.rt and one.rt.lstrip("0") == other.rt.lstrip("0"):
            return metres, 0.9, [gettext("Same RT %(rt)s, RW %(rw)s") % {"rt": one.rt, "rw": one.rw}]
        return metres, 0.5, [gettext("Same RW %(rw)s") % {"rw": one.rw}]
    return metres, 0.0, []


def subject(one: Submission, other: Submission) -> tuple[float, list[str]]:
    for name, why in (
        ("service_id", gettext("Same service")),
        ("location_id", gettext("Same place")),
        ("public_work_id", gettext("Same public work")),
        ("category_id", gettext("Same topic")),
    ):
        if getattr(one, name) is not None and getattr(one, name) == getattr(other, name):
            return 1.0, [why]
    return 0.0, []


def metres_between(one: Any, other: Any) -> int | None:
    """Along the surface of the earth; None unless both know their point."""
    points = (one.latitude, one.longitude, other.latitude, other.longitude)
    if any(value is None for value in points):
        return None
    lat1, lon1, lat2, lon2 = (radians(float(value)) for value in points)
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return round(2 * EARTH_METRES * asin(sqrt(half)))
