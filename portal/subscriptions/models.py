"""Who wants to be told by mail what is new: an address, what it is told, and how often. Leaving erases the row."""

import secrets
from datetime import datetime, timedelta
from typing import ClassVar, Final, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.shared.receipt import keyed_hash
from services.models import Area, Category

# An address nobody has confirmed is kept so long.
UNCONFIRMED_FOR: Final = timedelta(days=2)


def new_leave_key() -> str:
    """144 bits; good for leaving and for nothing else."""
    return secrets.token_urlsafe(18)


def address_hash(email: str) -> str:
    """One mark for all spellings of an address."""
    return keyed_hash("subscriptions.address", email.strip().casefold())


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    def confirmed(self) -> Self:
        return self.filter(confirmed_at__isnull=False)

    def given_up(self, at: datetime) -> Self:
        """Those nobody has confirmed in time."""
        return self.filter(confirmed_at=None, asked_at__lte=at - UNCONFIRMED_FOR)

    def due(self, day_begins: datetime, week_begins: datetime) -> Self:
        """Those told nothing yet since their day or their week began."""
        daily = Q(every=Subscription.Every.DAY, told_until__lt=day_begins)
        return self.confirmed().filter(daily | Q(every=Subscription.Every.WEEK, told_until__lt=week_begins))


class Subscription(models.Model):
    """A wish to be told, unconfirmed until its owner has typed the code that was sent to the address.

    Nobody at the desk sees it. `area` and `topics` narrow what is told; without them everything is.
    """

    class Every(models.TextChoices):
        DAY = "day", _("Every day on which there is something new")
        WEEK = "week", _("Once a week, on Monday")

    email = models.EmailField(_("e-mail"), max_length=254)
    address_hash = models.CharField(max_length=64, db_index=True)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, default="id")
    wants_news = models.BooleanField(_("news"), default=False)
    wants_activities = models.BooleanField(_("activities"), default=False)
    wants_answers = models.BooleanField(_("answers and changes"), default=False)
    every = models.CharField(_("how often"), max_length=4, choices=Every.choices)
    area = models.ForeignKey(
        Area, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("area")
    )
    topics = models.ManyToManyField(Category, blank=True, related_name="+", verbose_name=_("topics"))
    asked_at = models.DateTimeField(_("asked at"))
    # Of the code in the letter; the code itself is nowhere but there.
    code_hash = models.CharField(max_length=64, unique=True)
    confirmed_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(
        _("confirmed at"), null=True, blank=True
    )
    # What became public until then it was told of, or did not want.
    told_until: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(
        _("told until"), null=True, blank=True
    )
    leave_key = models.CharField(max_length=40, unique=True, default=new_leave_key)

    objects: ClassVar = SubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        default_permissions = ()
        indexes = (
            models.Index(
                fields=("every", "told_until"),
                name="subscription_due",
                condition=Q(confirmed_at__isnull=False),
            ),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("address_hash",),
                name="subscription_once_an_address",
                condition=Q(confirmed_at__isnull=False),
                violation_error_message=_("This address has its letters already."),
            ),
            models.CheckConstraint(
                name="subscription_wants_something",
                condition=Q(wants_news=True) | Q(wants_activities=True) | Q(wants_answers=True),
                violation_error_message=_("Choose at least one thing you want to hear of."),
            ),
            models.CheckConstraint(
                name="subscription_told_once_confirmed",
                condition=Q(confirmed_at__isnull=True, told_until__isnull=True)
                | Q(confirmed_at__isnull=False, told_until__isnull=False),
                violation_error_message=_("Only who has said yes is told anything."),
            ),
        )

    def __str__(self) -> str:
        # Never the address: this may end up in a log or a title.
        return f"subscription {self.pk}"
