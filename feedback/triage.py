"""What a case probably is, and why we think so: suggestions out of the office's own rules, never a decision."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from feedback.models import Submission, TriageRule
from portal.shared.indonesian import stems

# A clerk reads a few, not a list.
SHOWN = 3
# Words that may stand between those of a phrase: “jalannya sudah lama berlubang”.
BETWEEN = 2


@dataclass(frozen=True)
class Suggestion:
    """A topic, a unit or both, with the sentence that says why; `rule` is None when the case says so itself."""

    category: Any
    unit: Any
    reason: str
    rule: TriageRule | None = None


def suggest(submission: Submission, rules: Iterable[TriageRule] | None = None) -> list[Suggestion]:
    """The best suggestions first: what the case is about itself, then rules that speak of more of its words.

    One question for all rules; none when they are handed over, as for a list of cases.
    """
    found = [*by_itself(submission)]
    told = stems(f"{submission.title} {submission.story} {submission.place_words}")
    fitting = []
    for rule in all_rules() if rules is None else rules:
        if (hits := hits_of(rule, submission, told)) is not None:
            fitting.append((-len(hits), rule.position, rule.pk, rule, hits))
    for _count, _position, _pk, rule, hits in sorted(fitting, key=lambda one: one[:3]):
        found.append(Suggestion(rule.category, rule.unit, reason_of(rule, hits), rule))
    return without_repetitions(found)[:SHOWN]


def all_rules() -> list[TriageRule]:
    return list(TriageRule.objects.filter(is_active=True).select_related("category", "unit", "service"))


def by_itself(submission: Submission) -> Iterable[Suggestion]:
    """What the resident chose says most."""
    if service := submission.service:
        why = gettext("It is about the service “%(name)s”.") % {"name": service}
        yield Suggestion(service.category, service.organization, why)
    if (place := submission.location) and place.organization:
        why = gettext("It is about the place “%(name)s”.") % {"name": place}
        yield Suggestion(None, place.organization, why)
    if event := submission.event:
        why = gettext("It is about the activity “%(name)s”.") % {"name": event}
        yield Suggestion(event.category, event.unit, why)


def hits_of(rule: TriageRule, submission: Submission, told: list[str]) -> list[str] | None:
    """Words of the rule that the case speaks of; None when the rule does not fit, nothing of it may be missing."""
    if rule.service_id and rule.service_id != submission.service_id:
        return None
    if rule.rw and rule.rw.lstrip("0") != submission.rw.lstrip("0"):
        return None
    if not rule.words.strip():
        return []
    hits = [phrase for phrase in phrases_of(rule) if is_in(stems(phrase), told)]
    return hits or None


def phrases_of(rule: TriageRule) -> list[str]:
    return [phrase.strip() for phrase in rule.words.split(",") if phrase.strip()]


def is_in(phrase: list[str], told: list[str]) -> bool:
    """Whether the stems stand close together in what was told, in this order."""
    return bool(phrase) and any(
        follows(phrase, told[start : start + len(phrase) + BETWEEN])
        for start, stem in enumerate(told)
        if stem == phrase[0]
    )


def follows(phrase: list[str], told: list[str]) -> bool:
    rest = iter(told)
    return all(stem in rest for stem in phrase)


def reason_of(rule: TriageRule, hits: list[str]) -> str:
    parts = []
    if hits:
        parts.append(gettext("It speaks of: %(words)s.") % {"words": ", ".join(hits)})
    if rule.service:
        parts.append(gettext("It is about the service “%(name)s”.") % {"name": rule.service})
    if rule.rw:
        parts.append(gettext("It comes from RW %(rw)s.") % {"rw": rule.rw})
    return " ".join(parts)


def without_repetitions(suggestions: list[Suggestion]) -> list[Suggestion]:
    seen, kept = set(), []
    for one in suggestions:
        key = (one.category.pk if one.category else None, one.unit.pk if one.unit else None)
        if key not in seen and key != (None, None):
            seen.add(key)
            kept.append(one)
    return kept
