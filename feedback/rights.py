"""What residents may demand by number and secret: a copy, another contact, and that we forget (UU PDP 27/2022)."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from feedback.erasure import erase_contacts, erase_words
from feedback.lifecycle import Status, is_allowed
from feedback.models import Contact, Photo, Submission

CONTACT_FIELDS = ("wish", "name", "phone", "email")
# Written into the case's story for the desk; the resident's words are gone by then.
ERASED_BY_RESIDENT = "Erased at the wish of the resident."


def change_contact(case: Submission, wanted: dict[str, Any], *, at: datetime) -> None:
    """Keeps another contact from now on; with name, number and address empty it is taken away at once."""
    with transaction.atomic():
        if not any(wanted[name] for name in CONTACT_FIELDS if name != "wish"):
            erase_contacts([case.pk], at)
            return
        Contact.objects.update_or_create(
            submission=case, defaults={name: wanted[name] for name in CONTACT_FIELDS}
        )
        changes: dict[str, Any] = {"contact_erased_at": None}
        if case.privacy == Submission.Privacy.ANONYMOUS:
            # Whoever leaves an address now has decided otherwise.
            changes["privacy"] = Submission.Privacy.CONFIDENTIAL
        Submission.objects.filter(pk=case.pk).update(**changes)


def erase(case: Submission, *, at: datetime) -> None:
    """Forgets who sent the case and what it said, photos too; what was still open comes to an end."""
    with transaction.atomic():
        for ending in (Status.ARCHIVED, Status.CANNOT):
            if is_allowed(case.status, ending):
                case.move(ending, side="resident", at=at, reason=ERASED_BY_RESIDENT)
                break
        erase_contacts([case.pk], at)
        Photo.objects.filter(submission=case).erase()
        erase_words([case.pk], at)
        case.status_changes.filter(to_status=case.status, at=at).update(reason=ERASED_BY_RESIDENT)


def copy_of(case: Submission) -> dict[str, Any]:
    """Everything kept about a case and its sender, in words."""
    contact = getattr(case, "contact", None)
    return {
        gettext("Number"): case.number,
        gettext("Kind"): case.get_kind_display(),
        gettext("Status"): case.public_status,
        gettext("Received"): moment(case.received_at),
        gettext("Promised answer by"): case.due_on,
        gettext("Privacy"): case.get_privacy_display(),
        gettext("Story"): case.story,
        gettext("Where"): " ".join(
            filter(None, (case.place_words, case.rt and f"RT {case.rt}", case.rw and f"RW {case.rw}"))
        ),
        gettext("Point on the map"): [case.latitude, case.longitude] if case.latitude is not None else None,
        gettext("When"): case.happened_on or case.happened_words,
        gettext("Contact"): {name: getattr(contact, name) for name in CONTACT_FIELDS} if contact else None,
        gettext("Photos"): case.photos.count(),
        gettext("Conversation"): [
            {"from": one.get_side_display(), "at": moment(one.at), "text": one.text}
            for one in case.messages.all()
        ],
        gettext("Moves"): [
            {"to": one.get_to_status_display(), "at": moment(one.at), "reason": one.reason}
            for one in case.status_changes.all()
        ],
        gettext("Ratings"): [
            {"verdict": one.get_verdict_display(), "words": one.words, "at": moment(one.at)}
            for one in case.ratings.all()
        ],
        gettext("Released text"): [case.public_title, case.public_story, case.public_answer]
        if case.is_released
        else None,
    }


def moment(at: datetime) -> str:
    return timezone.localtime(at).isoformat(timespec="minutes")
