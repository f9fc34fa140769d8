"""What an officer wrote down, in words for whoever decides: the payload of a held thing, read without its form."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from outreach.models import Registration, RoundTopic, Visit
from portal.field import held_cases
from portal.field.models import HeldItem, Kind

OUTCOMES = dict(Visit.Outcome.choices)


def in_words(held: HeldItem) -> str:
    """Parts in one line; nothing where what was said is forgotten by now."""
    said: dict[str, Any] = held.payload
    if held.kind == Kind.CASE:
        return " · ".join(case_of(held)) if said else ""
    parts = [str(OUTCOMES[said["outcome"]])] if said.get("outcome") in OUTCOMES else []
    if house := said.get("house"):
        parts.append(_("house %(house)s") % {"house": house})
    if counts := said.get("counts"):
        parts += [
            f"{OUTCOMES[name]}: {number}" for name, number in counts.items() if name in OUTCOMES and number
        ]
    parts += topics_of(held)
    if flyers := said.get("flyers"):
        parts.append(_("material given: %(n)s") % {"n": flyers})
    if said.get("before") or said.get("after"):
        parts.append(
            _("understood before %(before)s, after %(after)s")
            % {"before": said.get("before") or "–", "after": said.get("after") or "–"}
        )
    parts += party_of(held)
    if note := said.get("note"):
        parts.append(f"“{note}”")
    return " · ".join(parts)


def case_of(held: HeldItem) -> list[str]:
    """The story without who told it; of a complaint about staff nothing is read before it is a case."""
    story, contact = held.payload["columns"]["story"], held.payload["contact"]
    parts = [_("It is about a member of staff: the words are read in the case")]
    if not held_cases.is_about_staff(held):
        parts = [f"“{story}”"]
    if contact:
        parts.append(_("they want an answer"))
    if photos := held.photos.count():
        parts.append(ngettext("%(n)d photo", "%(n)d photos", photos) % {"n": photos})
    return parts


def topics_of(held: HeldItem) -> list[str]:
    keys = held.payload.get("topics") or []
    return [topic.words for topic in RoundTopic.objects.filter(pk__in=keys)] if keys else []


def party_of(held: HeldItem) -> list[str]:
    """Who came, by the end of the code; codes nobody has are shown whole."""
    said, parts = held.payload, []
    if pk := said.get("registration"):
        row = Registration.objects.filter(pk=pk).first()
        parts.append(_("code ends in %(tail)s") % {"tail": row.code_tail if row else "–"})
    elif code := said.get("code"):
        parts.append(_("code %(code)s") % {"code": code})
    if people := said.get("people"):
        parts.append(ngettext("%(n)d person", "%(n)d people", people) % {"n": people})
    return parts
