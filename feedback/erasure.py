"""Taking away what must not be kept: contacts, photos and words, each after its time; a number stays for statistics.

What stays of a case is its tombstone: number, kind, topic, unit, RW, status and times. Nothing on it names or quotes
anybody (UU PDP 27/2022, art. 8; the periods are the office's, see README).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models, transaction

from feedback.lifecycle import ENDED, Status
from feedback.models import Contact, Draft, Photo, Submission
from portal.shared import content_version
from portal.shared.history import Change, noun_of
from portal.shared.push import forgetting
from portal.shared.push.models import Kind
from portal.shared.search import unlearn
from portal.shared.slowing import forget_empty
from portal.shared.work.mail import OutgoingMail

AT_ONCE = 200
# Nothing more is to be told: not of an answer that may still be refused, nor of a case that goes on in another.
FINAL = ENDED - {Status.ANSWERED, Status.DUPLICATE}
EMPTY_WORDS: dict[str, Any] = {
    "story": "",
    "place_words": "",
    "happened_words": "",
    "rt": "",
    "latitude": None,
    "longitude": None,
    "title": "",
    "page_path": "",
    "suspicion": "",
    "erasure_asked_at": None,
    "public_title": "",
    "public_story": "",
    "public_answer": "",
    "released_at": None,
    "search_title": "",
    "search_text": "",
}


@dataclass(frozen=True)
class Erased:
    """How many of what were, or in a dry run would be, taken away."""

    drafts: int = 0
    contacts: int = 0
    photos: int = 0
    words: int = 0
    files: int = 0


def closed_before(day: datetime) -> models.QuerySet[Submission]:
    """Cases that ended before; not those whose answer is still owed through the case they were joined with."""
    ended = Submission.objects.filter(status__in=ENDED, closed_at__lt=day)
    return ended.exclude(status=Status.DUPLICATE, duplicate_of__closed_at=None)


def fallen_silent(at: datetime) -> models.QuerySet[Submission]:
    """Cases of which there is nothing more to tell: they, or those they were joined with, ended a day ago."""
    long_ago = at - timedelta(days=1)
    own = models.Q(status__in=FINAL, closed_at__lt=long_ago)
    joined = models.Q(
        status=Status.DUPLICATE, duplicate_of__status__in=FINAL, duplicate_of__closed_at__lt=long_ago
    )
    return Submission.objects.filter(own | joined)


def due(at: datetime) -> tuple[Any, Any, Any, Any]:
    """What is to be erased now: drafts, contacts, photos, cases whose words are."""

    def since(days: int) -> Any:
        return closed_before(at - timedelta(days=days))

    drafts = Draft.objects.expired(at)
    contacts = Contact.objects.filter(submission__in=since(settings.FEEDBACK_CONTACT_DAYS))
    photos = Photo.objects.filter(submission__in=since(settings.FEEDBACK_PHOTO_DAYS))
    words = since(settings.FEEDBACK_WORDS_DAYS).filter(words_erased_at=None)
    return drafts, contacts, photos, words


def erase_due(at: datetime, *, dry_run: bool = False) -> Erased:
    """Erases what is due, in small transactions; running it again finds nothing more."""
    drafts, contacts, photos, words = due(at)
    if dry_run:
        files = len(Photo.objects.sweep(at, is_dry=True))
        return Erased(drafts.count(), contacts.count(), photos.count(), words.count(), files)
    draft_count = drafts.count()
    Photo.objects.filter(draft__in=drafts, submission=None).erase()
    drafts.delete()
    contact_count = in_parts(
        contacts.order_by("submission").values_list("submission", flat=True),
        lambda pks: erase_contacts(pks, at),
    )
    photo_count = photos.erase()
    word_count = in_parts(words.order_by("pk").values_list("pk", flat=True), lambda pks: erase_words(pks, at))
    forget_empty(at)
    forgetting.forget(Kind.CASE, fallen_silent(at).order_by().values("pk"))
    return Erased(draft_count, contact_count, photo_count, word_count, len(Photo.objects.sweep(at)))


def in_parts(pks: Any, erase: Any) -> int:
    """A few hundred rows at a time, so that nobody waits long for the database."""
    done = 0
    while part := list(pks[:AT_ONCE]):
        with transaction.atomic():
            erase(part)
        done += len(part)
    return done


def erase_contacts(pks: list[int], at: datetime) -> None:
    """Takes away who sent these cases, phones that listen to them, and letters that have not gone out."""
    Contact.objects.filter(submission__in=pks).delete()
    forgetting.forget(Kind.CASE, pks)
    forget_letters(pks)
    Submission.objects.filter(pk__in=pks).update(contact_erased_at=at)


def erase_words(pks: list[int], at: datetime) -> None:
    """Takes away what these cases say: story, conversation, notes, reasons, history, and what was released."""
    cases = Submission.objects.filter(pk__in=pks)
    had_readers = cases.filter(released_at__isnull=False).exists()
    indexed = cases.values_list("search_title", "search_text")
    gone = {stem for texts in indexed for text in texts for stem in text.split()}
    cases.update(**EMPTY_WORDS, words_erased_at=at)
    related: Any = Submission
    for name in ("messages", "notes"):
        related._meta.get_field(name).related_model.objects.filter(submission__in=pks).delete()
    for name, column in (("status_changes", "reason"), ("ratings", "words"), ("contact_openings", "why")):
        rows = related._meta.get_field(name).related_model.objects.filter(submission__in=pks)
        rows.update(**{column: ""})
    Draft.objects.filter(submission__in=pks).update(data={})
    forget_letters(pks)
    forget_history(pks)
    unlearn(gone)
    if had_readers:
        content_version.bump()


def forget_letters(pks: list[int]) -> None:
    """Letters that have not gone out; of those that have, nothing but the key was kept."""
    for pk in pks:
        OutgoingMail.objects.filter(key__startswith=f"case:{pk}:", sent_at=None).delete()


def forget_history(pks: list[int]) -> None:
    """Who changed these cases and their photos, and when, stays; what they wrote there does not."""
    changes = Change.objects.filter(noun=noun_of(Submission()), object_id__in=pks)
    changes.update(reason="", before={}, after={})
    for pk in pks:
        photos = Change.objects.filter(noun=noun_of(Photo()), before__submission=pk)
        photos.update(reason="")
