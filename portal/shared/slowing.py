"""How often somebody may ask the same of us: a bucket for each number and each source, kept in the database.

A bucket of n drops fills by one with each try and loses n within its period, evenly; when it is full, the next try has
to wait for a drop to run out (the generic cell rate algorithm, of which only one time is stored). One address may
be a whole village behind one line, so sources have large buckets, and a full one never refuses a report: it is
taken and waits for a second look. What is stored tells neither an address nor a number.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Final

from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.shared import receipt
from portal.shared.visitor import network_of

TRIES_AT_ONCE: Final = 20


class Bucket(models.Model):
    """How much somebody has asked of us lately.

    `key_hash` tells neither an address nor a number; `empty_at` is when the bucket will have run empty again.
    """

    key_hash = models.CharField(max_length=64, unique=True)
    empty_at = models.DateTimeField()

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("bucket")
        verbose_name_plural = _("buckets")
        default_permissions = ()
        indexes = (models.Index(fields=("empty_at",), name="bucket_filled_by_age"),)

    def __str__(self) -> str:
        return f"bucket {self.pk}"


@dataclass(frozen=True)
class Size:
    """So many tries within a period, all at once if need be."""

    drops: int
    period: timedelta

    @property
    def drop(self) -> timedelta:
        return self.period / self.drops


SIZES: Final = {
    # Cases from one place; more than these are looked at twice.
    "send": Size(40, timedelta(hours=1)),
    # Cases kept on phones from one place; what is more waits on the phone, which tries again.
    "phone": Size(300, timedelta(hours=1)),
    # Secrets tried on one number from one place, so that a stranger who guesses keeps nobody else out.
    "secret": Size(10, timedelta(minutes=30)),
    # Secrets tried on one number wherever from: few beside sixty bits, and many places are needed to fill it.
    "number": Size(1_000, timedelta(hours=1)),
    # Numbers and secrets tried from one place.
    "track": Size(120, timedelta(minutes=30)),
    # Answers of a counter's survey from one place.
    "survey": Size(120, timedelta(hours=1)),
    # Answers about an activity: a whole hall may sit behind one line.
    "opinion": Size(600, timedelta(hours=1)),
    # Questions to activities and answers to consultations from one place.
    "ask": Size(120, timedelta(hours=1)),
    # Presses of “I want to know this too” from one place.
    "like": Size(300, timedelta(hours=1)),
    # Registrations to activities from one place, which may be the whole village's.
    "register": Size(120, timedelta(hours=1)),
    # Codes of registrations tried from one place.
    "code": Size(60, timedelta(minutes=30)),
    # Asking for letters with what is new, from one place.
    "subscribe": Size(30, timedelta(hours=1)),
    # Letters to one address that ask whether it wants more.
    "letter": Size(3, timedelta(days=1)),
    # Codes of such letters tried from one place.
    "confirm": Size(60, timedelta(minutes=30)),
    # Phones that begin to listen to a case or a registration, from one place.
    "push": Size(60, timedelta(hours=1)),
    # Programs of other offices.
    "open311": Size(600, timedelta(hours=1)),
}
LONGEST: Final = max(size.period for size in SIZES.values())
# Counted for a number or an address of mail; everything else for a source.
OF_A_NUMBER: Final = frozenset({"secret", "number", "letter"})


def spend(kind: str, value: str, *, at: datetime) -> timedelta:
    """Takes a drop of the bucket of this number or source; zero, or how long to wait when it is full.

    A try that has to wait takes none. Nobody is counted whose source is unknown.
    """
    if not value:
        return timedelta(0)
    size, key = SIZES[kind], key_of(kind, value)
    for _try in range(TRIES_AT_ONCE):
        bucket = Bucket.objects.filter(key_hash=key).first()
        filled = max(bucket.empty_at if bucket else at, at) + size.drop
        wait = filled - at - size.period
        if wait > timedelta(0):
            return wait
        if bucket is None:
            try:
                with transaction.atomic():
                    Bucket.objects.create(key_hash=key, empty_at=filled)
                return timedelta(0)
            except IntegrityError:
                continue
        # Only if nobody took a drop since it was read; else read again.
        if as_read(bucket).update(empty_at=filled):
            return timedelta(0)
    return size.drop


def as_read(bucket: Bucket) -> models.QuerySet[Bucket]:
    """Its row, as long as nobody has taken a drop since it was read."""
    return Bucket.objects.filter(pk=bucket.pk, empty_at=bucket.empty_at)


def key_of(kind: str, value: str) -> str:
    """What is stored of a number or a source; sources are other ones tomorrow."""
    if kind not in OF_A_NUMBER:
        value = source_of(value)
    return receipt.keyed_hash(f"slowing.{kind}", value)


def source_of(address: str) -> str:
    """The network a visitor comes from, under another name each day."""
    return f"{network_of(address)} {timezone.localdate()}"


def forget_empty(at: datetime) -> int:
    """Removes buckets that have run empty; how many."""
    deleted, _by_model = Bucket.objects.filter(empty_at__lt=at - LONGEST).delete()
    return deleted
