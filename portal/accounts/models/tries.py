"""Wrong sign-ins of the last minutes, as the desk shows them: by name, never by address."""

from datetime import datetime
from typing import Any

from axes.models import AccessAttempt
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.accounts.limits import COOL_OFF, UNKNOWN, is_full
from portal.accounts.models.colleague import Colleague


class TriesQuerySet(models.QuerySet["Tries"]):
    def recent(self, at: datetime) -> "TriesQuerySet":
        return self.filter(attempt_time__gt=at - COOL_OFF)


class Tries(AccessAttempt):
    """The wrong tries of one name from one place; django-axes keeps them, this gives them a verb."""

    objects = TriesQuerySet.as_manager()

    class Meta:
        proxy = True
        verbose_name = _("wrong sign-in")
        verbose_name_plural = _("wrong sign-ins")
        default_permissions = ()

    def __str__(self) -> str:
        return self.name or gettext("a name that no account has")

    @property
    def name(self) -> str:
        username = self.username or ""
        return "" if username.startswith(UNKNOWN) else username

    @property
    def ends_at(self) -> datetime:
        return self.attempt_time + COOL_OFF

    def is_locked(self, at: datetime) -> bool:
        recent = AccessAttempt.objects.filter(attempt_time__gt=at - COOL_OFF)
        return is_full(recent, self.username or "", str(self.ip_address))

    @transaction.atomic
    def lift(self, by: Any, at: datetime, reason: str) -> None:
        """Lets this name and this place try again at once."""
        AccessAttempt.objects.filter(Q(username=self.username) | Q(ip_address=self.ip_address)).delete()
        colleague = Colleague.objects.filter(username=self.name).first() if self.name else None
        if colleague is not None:
            colleague.let_try_again(by=by, at=at, reason=reason)
