"""A member of staff as other staff see them: an account with a role, whose every change is remembered."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.models import Group, User, UserManager
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal.accounts import letters, recovery
from portal.accounts.models.account import Account
from portal.accounts.roles import ADMINISTRATOR
from portal.shared.history import Change, Remembered, Snapshot, name_of, noun_of, recorded, values_of

REMEMBERED = ("username", "first_name", "last_name", "email", "is_active", "is_staff", "is_superuser")
# Neither lower-case l nor digits that look like letters: it is read out or copied from paper.
GIVEN_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


class ColleagueQuerySet(QuerySet["Colleague"]):
    def with_second_factor(self) -> "ColleagueQuerySet":
        devices = TOTPDevice.objects.filter(user=OuterRef("pk"), confirmed=True)
        return self.annotate(has_second_factor=Exists(devices))

    def administrators(self) -> "ColleagueQuerySet":
        """Everybody who can let others in: without one of them, only the server's console could."""
        can = Q(groups__name=ADMINISTRATOR) | Q(is_superuser=True)
        return self.filter(can, is_active=True, is_staff=True).distinct()


class ColleagueManager(UserManager.from_queryset(ColleagueQuerySet)):  # type: ignore[misc]
    """Django's own ways to make a user, and our questions."""


class Colleague(User, Remembered):
    """The same row as Django's user."""

    objects: ClassVar[Any] = ColleagueManager()

    # History names what is no field of a user.
    remembered_labels: ClassVar[dict[str, Any]] = {
        "second_factor_at": _("Second factor set up on"),
        "codes_made_at": _("Recovery codes made on"),
        "password_changed_at": _("Password chosen on"),
        "password_given_at": _("Password given on"),
        "epoch": _("Sign-outs everywhere"),
    }

    # Rights are given anew, by somebody who thinks about them, and never by going back in history.
    not_restored: ClassVar[tuple[str, ...]] = (*REMEMBERED, "groups", *remembered_labels)

    class Meta:
        proxy = True
        verbose_name = _("staff account")
        verbose_name_plural = _("staff accounts")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.get_full_name() or self.get_username())

    @property
    def is_administrator(self) -> bool:
        return Colleague.objects.administrators().filter(pk=self.pk).exists()

    def snapshot(self) -> Snapshot:
        """Names, roles and dates; nothing with which anybody could sign in."""
        if self.pk is None:
            return {}  # type: ignore[unreachable]
        row = User._base_manager.select_for_update(no_key=True).filter(pk=self.pk).first()
        if row is None:
            return {}
        skip = tuple(field.name for field in row._meta.concrete_fields if field.name not in REMEMBERED)
        state = values_of(row, skip=skip)
        state["groups"] = sorted(row.groups.values_list("name", flat=True))
        account = Account.objects.filter(pk=self.pk).first() or Account()
        return state | {
            name: in_words(getattr(account, name))
            for name in self.remembered_labels
            if getattr(account, name)
        }

    # Verbs ------------------------------------------------------------

    @contextmanager
    def _account(self, verb: str, by: Any, at: datetime, reason: str = "") -> Iterator[Account]:
        """The account row, held until the change of it is written and remembered."""
        with recorded(self, verb=verb, by=by, at=at, reason=reason):
            Account.objects.get_or_create(user_id=self.pk)
            account = Account.objects.select_for_update().get(pk=self.pk)
            yield account
            account.save()

    def end_sessions(self, by: Any, at: datetime, reason: str = "") -> None:
        """Signs this person out everywhere, at their next click."""
        with self._account("end_sessions", by, at, reason) as account:
            account.epoch += 1

    def choose_password(self, password: str, by: Any, at: datetime) -> None:
        """The owner's own choice; Django ends the sessions that were opened with the old one."""
        with self._account("choose_password", by, at) as account:
            self.set_password(password)
            self.save(update_fields=["password"])
            account.password_given_at = None
            account.password_changed_at = at
            letters.password_changed(self, at)

    def give_password(self, by: Any, at: datetime) -> str:
        """A new password to tell them, good for one sign-in, at which they choose their own."""
        password = "-".join("".join(secrets.choice(GIVEN_LETTERS) for _i in range(5)) for _j in range(4))
        with self._account("give_password", by, at) as account:
            self.set_password(password)
            if self.pk:
                self.save(update_fields=["password"])
            account.password_given_at = at
            account.epoch += 1
            if self.last_login:
                # Whoever has been inside learns of it, in case nobody asked for it on their behalf.
                letters.password_changed(self, at)
        return password

    def set_up_second_factor(
        self, key: str, used_step: int, at: datetime, *, replaces: bool = False
    ) -> tuple[TOTPDevice, list[str]]:
        """A phone, and new recovery codes; every other session ends. Only a proven one may be replaced."""
        with self._account("set_up_second_factor", self, at) as account:
            if not replaces and TOTPDevice.objects.filter(user_id=self.pk, confirmed=True).exists():
                raise ValidationError(
                    _("A second factor is set up already. Sign in again and use that one."), code="exists"
                )
            TOTPDevice.objects.filter(user_id=self.pk).delete()
            # The code that proved the new phone shall not be good for anything else.
            device = TOTPDevice.objects.create(
                user_id=self.pk, name="phone", key=key, last_t=used_step, confirmed=True
            )
            account.second_factor_at = account.codes_made_at = at
            account.epoch += 1
            codes = recovery.make_codes(self)
            letters.second_factor_set_up(self, at)
        return device, codes

    def make_recovery_codes(self, at: datetime) -> list[str]:
        with self._account("make_recovery_codes", self, at) as account:
            account.codes_made_at = at
            return recovery.make_codes(self)

    def reset_second_factor(self, by: Any, at: datetime, reason: str) -> None:
        """For a lost phone: at the next sign-in they set up a new one."""
        if getattr(by, "pk", None) == self.pk:
            raise ValidationError(
                _("Replace your own second factor on the page “My account”; somebody else can reset it."),
                code="own",
            )
        with self._account("reset_second_factor", by, at, reason) as account:
            TOTPDevice.objects.filter(user_id=self.pk).delete()
            StaticDevice.objects.filter(user_id=self.pk).delete()
            account.second_factor_at = account.codes_made_at = None
            account.epoch += 1
            letters.second_factor_reset(self, at)

    @transaction.atomic
    def let_try_again(self, by: Any, at: datetime, reason: str) -> None:
        """Ends the waiting after wrong codes; noted, though nothing of the account changes."""
        for model in (TOTPDevice, StaticDevice):
            model.objects.filter(user_id=self.pk).update(
                throttling_failure_count=0, throttling_failure_timestamp=None
            )
        Change.objects.create(
            noun=noun_of(self),
            object_id=self.pk,
            object_name=str(self)[:300],
            verb="let_try_again",
            at=at,
            by=by if getattr(by, "pk", None) else None,
            by_name=name_of(by),
            reason=reason[:500],
        )

    def after_leaving(self) -> None:
        """Called in the transaction that takes an account out of use: coming back later needs a new sign-in."""
        Account.objects.get_or_create(user_id=self.pk)
        Account.objects.filter(pk=self.pk).update(epoch=F("epoch") + 1)


def in_words(value: datetime | int) -> str | int:
    """Moments of an account as history shows them: no column of the user, which would know how to."""
    return f"{timezone.localtime(value):%Y-%m-%d %H:%M:%S.%f}" if isinstance(value, datetime) else value


def first_colleague(username: str, email: str, roles: tuple[str, ...], by: Any, at: datetime) -> Colleague:
    """An account made outside the desk, remembered like the others; it has no password yet."""
    colleague = Colleague(username=username, email=email, is_staff=True)
    colleague.set_unusable_password()
    colleague.full_clean(exclude=["password"])
    with recorded(colleague, verb="add", by=by, at=at):
        colleague.save()
        colleague.groups.set(Group.objects.filter(name__in=roles))
    return colleague


def hold_administrators() -> None:
    """Lets one change at a time decide who is an administrator; ends with the transaction."""
    list(Group.objects.select_for_update().filter(name=ADMINISTRATOR))
