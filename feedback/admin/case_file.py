"""A case as a file on the desk: everything known of it in the order in which a clerk asks, and nothing to type yet."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from feedback.admin.moves import APART
from feedback.admin.words import due_words, gist, urgency
from feedback.letters import whatsapp_text
from feedback.models import ContactOpening, Submission
from feedback.models.contact import Contact
from feedback.similar import similar_to
from feedback.triage import suggest
from outreach.models import Event
from services.models import Location, PublicWork, Service

# What can be opened with no-one's name in it.
SHORT = 5


@dataclass(frozen=True)
class Fact:
    """One line of what the case is about."""

    label: Any
    text: str
    url: str = ""


def file_of(request: HttpRequest, case: Submission, verbs: list[Any], at: datetime) -> dict[str, Any]:
    """What the page shows; whoever may not look at contacts learns not even whether there is one."""
    user: Any = request.user
    opens_contact = user.has_perm("feedback.view_contact")
    buttons = [verb for verb in verbs if verb.name not in APART]
    apart = {verb.name: verb for verb in verbs if verb.name in APART}
    messages = list(case.messages.select_related("by"))
    return {
        "case": case,
        "gist": gist(case),
        "due_words": due_words(case, at),
        "urgency": urgency(case, at),
        "first_buttons": [verb for verb in buttons if case.status in verb.usual_from],
        "buttons": [verb for verb in buttons if case.status not in verb.usual_from],
        "may_note": "note" in apart,
        "may_release": "release" in apart,
        "may_take_back": "take_back" in apart,
        "may_forget": "forget" in apart,
        "facts": facts(case, request),
        "suggestions": suggestions(case, {verb.name for verb in verbs}),
        "similar": similar(case, user, at, may_join="join" in {verb.name for verb in verbs}),
        "public_url": case.get_absolute_url() if case.is_released else "",
        "photos": list(case.photos.all()),
        "thread": messages,
        "notes": list(case.notes.all()),
        "ratings": list(case.ratings.all()),
        "moves": list(case.status_changes.all()),
        "has_contact": opens_contact and Contact.objects.filter(submission=case).exists(),
        "opens_contact": opens_contact,
        "openings": openings(case, user),
        "whatsapp_text": whatsapp_text(case) if user.has_perm("feedback.answer_submission") else "",
        "duplicates": list(case.duplicates.visible_to(user)[:SHORT]),
    }


def suggestions(case: Submission, may: set[str]) -> list[dict[str, str]]:
    """What the rules say it probably is, as far as nobody has decided yet."""
    if not case.is_open or not may & {"verify", "assign", "describe"}:
        return []
    found = []
    for one in suggest(case):
        topic = one.category if case.category_id is None else None
        unit = one.unit if case.unit_id is None else None
        if topic is None and unit is None:
            continue
        words = " · ".join(str(what) for what in (topic, unit) if what is not None)
        url = ""
        if topic is not None:
            url = verb_url(case, "verify" if "verify" in may else "describe", f"category={topic.pk}")
        elif unit is not None and "assign" in may:
            url = verb_url(case, "assign", f"unit={unit.pk}")
        found.append({"text": words, "reason": one.reason, "url": url})
    return found


def similar(case: Submission, user: Any, at: datetime, *, may_join: bool) -> list[dict[str, Any]]:
    """Cases that may tell the same, among those this person reaches."""
    return [
        {
            "case": one.submission,
            "reason": " · ".join(one.reasons),
            "join_url": verb_url(case, "join", f"other={one.submission.number}") if may_join else "",
        }
        for one in similar_to(case, at=at, among=Submission.objects.visible_to(user))
    ]


def verb_url(case: Submission, verb: str, query: str) -> str:
    return f"{reverse('admin:feedback_submission_verb', args=[case.pk, verb])}?{query}"


def openings(case: Submission, user: Any) -> list[ContactOpening]:
    if not user.has_perm("feedback.view_contactopening"):
        return []
    return list(case.contact_openings.all()[:SHORT])


def facts(case: Submission, request: HttpRequest) -> list[Fact]:
    found = [
        Fact(_("kind"), case.get_kind_display()),
        Fact(_("topic"), str(case.category or "")),
        Fact(_("unit in charge"), str(case.unit or "")),
        Fact(_("handled by"), name(case.handler)),
        Fact(_("about the service"), str(case.service or ""), desk_of(request, case.service)),
        Fact(_("about the place"), str(case.location or ""), desk_of(request, case.location)),
        Fact(_("about the public work"), str(case.public_work or ""), desk_of(request, case.public_work)),
        Fact(_("about the activity"), str(case.event or ""), desk_of(request, case.event)),
        Fact(_("about the page"), case.page_path, case.page_path),
        Fact(_("where"), place(case)),
        Fact(_("when"), when(case)),
        Fact(_("came in"), case.get_channel_display()),
        Fact(_("heard of it by"), case.get_heard_from_display() if case.heard_from else ""),
        Fact(_("written down by"), name(case.entered_by)),
        Fact(_("unit of that person"), str(case.about_unit or "") if case.is_about_staff else ""),
    ]
    return [fact for fact in found if fact.text]


def name(user: Any) -> str:
    return (user.get_full_name() or user.get_username()) if user else ""


def place(case: Submission) -> str:
    neighbours = " ".join(f"{word} {number}" for word, number in (("RT", case.rt), ("RW", case.rw)) if number)
    point = f"{case.latitude}, {case.longitude}" if case.latitude is not None else ""
    return " · ".join(filter(None, (case.place_words, neighbours, str(case.area or ""), point)))


def when(case: Submission) -> str:
    from_calendar = case.happened_on.strftime("%d-%m-%Y") if case.happened_on else ""
    return " · ".join(filter(None, (from_calendar, case.happened_words)))


def desk_of(request: HttpRequest, row: Service | Location | PublicWork | Event | None) -> str:
    """Where the row it is about is corrected, for who may look at it there."""
    if row is None:
        return ""
    noun = row._meta
    user: Any = request.user
    if not user.has_perm(f"{noun.app_label}.view_{noun.model_name}"):
        return ""
    return reverse(f"admin:{noun.app_label}_{noun.model_name}_change", args=[row.pk])


def address(view: str, *args: Any) -> str:
    """An address that another part of the portal may or may not have."""
    try:
        return reverse(view, args=args)
    except NoReverseMatch:
        return ""
