"""What residents may demand by number and secret: a copy, another contact, and that we forget (UU PDP 27/2022)."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop

from feedback.erasure import FINAL, erase_contacts, erase_words
from feedback.lifecycle import ENDED, Status, is_allowed
from feedback.models import Contact, Photo, Submission
from feedback.models.verbs import stated
from portal.shared.push.models import Listener, Topic
from portal.shared.templatetags.indonesia import clock, long_date

CONTACT_FIELDS = ("wish", "name", "phone", "email")
# Written into the case's story for the desk; the resident's words are gone by then.
ERASED_BY_RESIDENT = gettext_noop("Erased at the wish of the resident.")
# Ended, and “not yet” opens it again; while it is only answered, rating it says the same.
SAY_AGAIN = frozenset({Status.SETTLED, Status.NOT_OURS, Status.CANNOT})
SAID_AGAIN_WITHIN = timedelta(days=60)


def change_contact(case: Submission, wanted: dict[str, Any], *, at: datetime) -> None:
    """Keeps another contact from now on; with name, number and address empty it is taken away at once."""
    with transaction.atomic():
        if not any(wanted[name] for name in CONTACT_FIELDS if name != "wish"):
            # Parts split off have a copy of it.
            erase_contacts([case.pk, *case.parts.values_list("pk", flat=True)], at)
            return
        told = {name: wanted[name] for name in CONTACT_FIELDS}
        Contact.objects.update_or_create(submission=case, defaults=told)
        # Parts split off have a copy of it.
        Contact.objects.filter(submission__split_from=case.pk).update(**told)
        changes: dict[str, Any] = {"contact_erased_at": None}
        if case.privacy == Submission.Privacy.ANONYMOUS:
            # Whoever leaves an address now has decided otherwise; what is released stays so, without the name.
            privacy = Submission.Privacy
            changes["privacy"] = privacy.PUBLIC if case.is_released else privacy.CONFIDENTIAL
        Submission.objects.filter(pk=case.pk).update(**changes)


def ask_to_forget(case: Submission, *, at: datetime) -> bool:
    """The resident wants it erased. Who it was, we forget at once; the words too, while nobody has checked them.

    Afterwards staff decide, for somebody may be working on them; False says so. Parts split off go the same way.
    """
    with transaction.atomic():
        case.hold()
        family = Submission.objects.filter(Q(pk=case.pk) | Q(split_from=case.pk))
        erase_contacts(list(family.values_list("pk", flat=True)), at)
        if case.words_erased_at is not None or case.is_unread:
            erase(case, at=at)
        family.filter(words_erased_at=None, erasure_asked_at=None).update(erasure_asked_at=at)
        return not family.filter(words_erased_at=None).exists()


def erase(case: Submission, *, at: datetime, by: Any = None) -> None:
    """Forgets who sent the case and what it said, photos too; what was still open comes to an end."""
    why = case.in_their_language(ERASED_BY_RESIDENT)
    with transaction.atomic():
        hand_over(case, at=at, by=by)
        for ending in (Status.ARCHIVED, Status.CANNOT):
            if is_allowed(case.status, ending, case.waiting_from):
                case.move(ending, by=by, side="office" if by else "resident", at=at, reason=why)
                break
        erase_contacts([case.pk], at)
        Photo.objects.filter(submission=case).erase()
        erase_words([case.pk], at)
        case.status_changes.filter(to_status=case.status, at=at).update(reason=why)
        case.refresh_from_db()


def hand_over(case: Submission, *, at: datetime, by: Any = None) -> None:
    """Others who told the same still wait for an answer: the first of them is handled by itself, for all of them."""
    others = [] if case.status in ENDED else case.duplicates_now()
    if not others:
        return
    first = others[0]
    first.unjoin(by=by, at=at)
    case.duplicates.filter(status=Status.DUPLICATE).update(duplicate_of=first)


def keep(case: Submission, reason: str, *, by: Any, at: datetime) -> None:
    """Staff cannot forget it yet, and tell the resident why and until when."""
    reason = stated(reason)
    with transaction.atomic():
        case.write(reason, by=by, at=at)
        Submission.objects.filter(pk=case.pk).update(erasure_asked_at=None)
        case.refresh_from_db()


def may_say_again(case: Submission, at: datetime) -> bool:
    """Whether “not yet” still opens the case: it has ended, and not too long ago."""
    main = case.main_case
    return bool(
        main.status in SAY_AGAIN
        and case.words_erased_at is None
        and main.closed_at is not None
        and at < main.closed_at + SAID_AGAIN_WITHIN
    )


def may_listen(case: Submission) -> bool:
    """Whether there may still be something of which a phone could be told."""
    return case.main_case.status not in FINAL and case.words_erased_at is None


def say_again(case: Submission, words: str, *, at: datetime) -> None:
    """It came back, or was not the right answer after all: opens the case anew, with a new promise."""
    main = case.main_case
    if main.status not in SAY_AGAIN:
        # Pressed twice: it is open already.
        return
    with transaction.atomic():
        main.reopen(words if main is case else "", side="resident", at=at)
        if words.strip() and main is not case:
            case.note(words, by=None, at=at)
        case.point_to(at)


def moment(at: datetime) -> str:
    return timezone.localtime(at).isoformat(timespec="minutes")


def copy_of(
    case: Submission, *, at: Callable[[datetime], str] = moment, day: Callable[[date], str] = date.isoformat
) -> dict[str, Any]:
    """Everything kept about a case and its sender, in words; `at` and `day` say how times are written."""
    contact = getattr(case, "contact", None)
    where = (case.place_words, case.rt and f"RT {case.rt}", case.rw and f"RW {case.rw}")
    return {
        gettext("Number"): case.number,
        gettext("Kind"): case.get_kind_display(),
        gettext("Status"): case.public_status,
        gettext("Received"): at(case.received_at),
        gettext("Promised answer by"): day(case.due_on) if case.due_on else None,
        gettext("Privacy"): case.get_privacy_display(),
        gettext("Story"): case.story,
        gettext("Where"): " ".join(filter(None, where)),
        gettext("Point on the map"): [case.latitude, case.longitude] if case.latitude is not None else None,
        gettext("When"): day(case.happened_on) if case.happened_on else case.happened_words,
        gettext("Contact"): {
            gettext("word goes by"): contact.get_wish_display(),
            gettext("name"): contact.name,
            gettext("phone"): contact.phone,
            gettext("e-mail"): contact.email,
        }
        if contact
        else None,
        gettext("Phones that are told of it since"): [
            at(one.made_at) for one in Listener.objects.of(Topic.case(case.pk)).order_by("made_at")
        ],
        gettext("Photos"): case.photos.count(),
        gettext("Conversation"): [
            {gettext("from"): one.get_side_display(), gettext("on"): at(one.at), gettext("text"): one.text}
            for one in case.messages.all()
        ],
        gettext("Moves"): [
            {
                gettext("status"): one.get_to_status_display(),
                gettext("on"): at(one.at),
                gettext("reason"): one.reason,
            }
            for one in case.status_changes.all()
        ],
        gettext("Ratings"): [
            {
                gettext("verdict"): one.get_verdict_display(),
                gettext("words"): one.words,
                gettext("on"): at(one.at),
            }
            for one in case.ratings.all()
        ],
        gettext("Released text"): [case.public_title, case.public_story, case.public_answer]
        if case.is_released
        else None,
    }


def copy_to_read(case: Submission) -> list[tuple[str, list[list[str]]]]:
    """The same for eyes: under each name its entries, each of one or more lines; what is empty is left out."""
    kept = copy_of(case, at=lambda at: f"{long_date(at)}, {clock(at)}", day=long_date)
    return [(name, lines) for name, value in kept.items() if (lines := entries(value))]


def entries(value: Any) -> list[list[str]]:
    if isinstance(value, dict):
        return [[f"{key}: {one}" for key, one in value.items() if one]]
    if isinstance(value, list):
        return [line for one in value for line in entries(one)]
    return [[str(value)]] if value else []
