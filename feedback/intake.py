"""Taking a case in: one transaction that makes the case, its contact, its photos and its receipt, once per form key."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from feedback import deadlines, letters
from feedback.lifecycle import Status
from feedback.models.contact import Contact
from feedback.models.draft import Draft
from feedback.models.photo import Photo
from feedback.models.submission import Submission
from portal.shared import receipt

NUMBER_TRIES = 5


@dataclass(frozen=True)
class Receipt:
    """What the resident takes home: the case and the secret, which nobody can tell again."""

    submission: Submission
    secret: str
    is_new: bool


@dataclass(frozen=True)
class Told:
    """What somebody told the office, checked by a form: columns of `Submission`, of `Contact`, keys of photos."""

    submission: dict[str, Any]
    contact: dict[str, Any] = field(default_factory=dict)
    photos: tuple[int, ...] = ()


@dataclass(frozen=True)
class Marks:
    """What the office keeps of a receipt: hashes of its form key and its secret, and a number told already."""

    key_hash: str
    secret_hash: str
    number: str = ""


def receive(
    told: Told,
    *,
    form_key: str,
    at: datetime,
    by: Any = None,
    draft: Draft | None = None,
    number: str = "",
) -> Receipt:
    """Makes the case, or finds the one this form has made before: a second sending gets the same receipt.

    A draft it came from is emptied in the same transaction. `number` is one already told to the resident.
    """
    secret = receipt.secret_from(form_key)
    marks = Marks(receipt.key_hash(form_key), receipt.secret_hash(secret), number)
    submission, is_new = enter(told, marks, at=at, by=by, draft=draft)
    return Receipt(submission, secret, is_new)


def enter(
    told: Told, marks: Marks, *, at: datetime, by: Any = None, draft: Draft | None = None
) -> tuple[Submission, bool]:
    """The case of these marks, and whether it is new; whoever has marks alone cannot make the secret."""
    number = marks.number
    if known := Submission.objects.filter(form_key_hash=marks.key_hash).first():
        return known, False
    for left in reversed(range(NUMBER_TRIES)):
        try:
            with transaction.atomic():
                return make(told, replace(marks, number=number), at, by, draft), True
        except IntegrityError:
            # The same form, sent at the same moment; or a number somebody else has, once in a billion.
            if known := Submission.objects.filter(form_key_hash=marks.key_hash).first():
                return known, False
            if not left:
                raise
            number = ""
    raise AssertionError("unreachable")


def make(told: Told, marks: Marks, at: datetime, by: Any, draft: Draft | None) -> Submission:
    submission = Submission(
        **told.submission,
        number=marks.number or receipt.new_number(timezone.localtime(at).date()),
        secret_hash=marks.secret_hash,
        form_key_hash=marks.key_hash,
        entered_by=by,
        status=Status.RECEIVED,
        status_at=at,
        received_at=at,
    )
    deadlines.promise(submission, at)
    submission.save()
    submission.status_changes.create(
        to_status=Status.RECEIVED, at=at, side="office" if by else "resident", by=by
    )
    if told.contact and submission.privacy != Submission.Privacy.ANONYMOUS:
        Contact.objects.create(submission=submission, **told.contact)
    if told.photos:
        Photo.objects.filter(pk__in=told.photos, submission=None).update(submission=submission, draft=None)
    if draft is not None:
        Draft.objects.filter(pk=draft.pk).update(data={}, submission=submission, touched_at=at)
    letters.tell_receipt(submission, at)
    return submission
