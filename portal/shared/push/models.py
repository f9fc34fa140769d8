"""Phones that asked to be told, without whose they are: an address at a push service and the one thing it is about."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

LONGEST_ENDPOINT: Final = 1000
# Whatever becomes of the thing, nobody is told of it longer than that.
KEPT: Final = timedelta(days=400)


class Kind(models.TextChoices):
    CASE = "case", _("message of a resident")
    REGISTRATION = "registration", _("registration")


@dataclass(frozen=True)
class Topic:
    """The one thing a phone wants to hear of."""

    kind: Kind
    pk: int

    @classmethod
    def case(cls, pk: int) -> Self:
        return cls(Kind.CASE, pk)

    @classmethod
    def registration(cls, pk: int) -> Self:
        return cls(Kind.REGISTRATION, pk)


class ListenerQuerySet(models.QuerySet["Listener"]):
    def of(self, topic: Topic) -> Self:
        return self.filter(kind=topic.kind, number=topic.pk)

    def of_any(self, kind: Kind, numbers: Any) -> Self:
        """Those of many things of one kind; `numbers` are their keys or a question for them."""
        return self.filter(kind=kind, number__in=numbers)

    def living(self, at: datetime) -> Self:
        return self.filter(until__gt=at)

    def over(self, at: datetime) -> Self:
        return self.filter(until__lte=at)


class Listener(models.Model):
    """One phone that wants to hear of one thing. What is sent to it is empty, so that no key of its own is kept."""

    kind = models.CharField(_("of what"), max_length=12, choices=Kind.choices)
    number = models.PositiveBigIntegerField(_("which"))
    endpoint = models.CharField(_("address at the push service"), max_length=LONGEST_ENDPOINT)
    endpoint_hash = models.CharField(max_length=64, db_index=True)
    # Of our own key at that time: with another one its push service refuses us.
    key_mark = models.CharField(max_length=16)
    made_at = models.DateTimeField(_("asked at"))
    until = models.DateTimeField(_("until"), db_index=True)
    # The last occasion that was told, so that a worker with a twin tells it once.
    told = models.CharField(_("told last"), max_length=120, blank=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)

    objects: ClassVar = ListenerQuerySet.as_manager()

    class Meta:
        verbose_name = _("phone that is told")
        verbose_name_plural = _("phones that are told")
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(
                fields=("kind", "number", "endpoint_hash"),
                name="listener_once_a_thing",
                violation_error_message=_("This phone is told already."),
            ),
            models.CheckConstraint(
                condition=Q(until__gt=F("made_at")),
                name="listener_for_some_time",
                violation_error_message=_("Nobody listens until before they began."),
            ),
        )

    def __str__(self) -> str:
        # Never the address: this may end up in a log or a title.
        return f"listener {self.pk}"
