"""What the door remembers of each member of staff beside their name and password."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.utils.translation import gettext_lazy as _

# A password that somebody else has seen should not lie about for longer.
GIVEN_PASSWORD_LASTS = timedelta(days=7)


class Account(models.Model):
    """One for each user who ever came to the door; no row means that nothing is out of the ordinary."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        primary_key=True,
        related_name="account",
        verbose_name=_("account"),
    )
    # A session carries the number of its day; raising the number here ends them all, whatever the clocks say.
    epoch = models.PositiveIntegerField(_("sign-outs everywhere"), default=0)
    # Set while the password is one that an administrator, and not its owner, has chosen.
    password_given_at = models.DateTimeField(_("password given on"), null=True, blank=True)
    password_changed_at = models.DateTimeField(_("password chosen on"), null=True, blank=True)
    second_factor_at = models.DateTimeField(_("second factor set up on"), null=True, blank=True)
    codes_made_at = models.DateTimeField(_("recovery codes made on"), null=True, blank=True)

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.user_id)

    def given_password_is_over(self, at: datetime) -> bool:
        return self.password_given_at is not None and at > self.password_given_at + GIVEN_PASSWORD_LASTS


def account_of(user: Any) -> Account:
    """The account of a user; an unsaved one with nothing out of the ordinary where there is none yet."""
    try:
        account: Account = user.account
    except ObjectDoesNotExist:
        return Account(user_id=user.pk)
    return account
