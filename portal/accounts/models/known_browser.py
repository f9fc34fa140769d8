"""Browsers in which somebody has signed in before; kept as a keyed hash, without address or kind."""

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

# Browsers keep no cookie for longer.
FORGOTTEN_AFTER = timedelta(days=400)


class KnownBrowserQuerySet(models.QuerySet["KnownBrowser"]):
    def of(self, user: Any, key: str) -> "KnownBrowserQuerySet":
        return self.filter(user=user, key_hash=hash_of(user, key)) if key else self.none()


class KnownBrowser(models.Model):
    """One browser of one member of staff; the same browser of two people cannot be told to be the same."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="known_browsers", verbose_name=_("account")
    )
    key_hash = models.CharField(_("mark"), max_length=64)
    first_seen = models.DateField(_("first sign-in"))
    last_seen = models.DateField(_("latest sign-in"))

    objects = KnownBrowserQuerySet.as_manager()

    class Meta:
        verbose_name = _("known browser")
        verbose_name_plural = _("known browsers")
        default_permissions = ()
        ordering = ("-last_seen", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("user", "key_hash"),
                name="browser_known_once",
                violation_error_message=_("This browser is known already."),
            ),
            models.CheckConstraint(
                condition=Q(last_seen__gte=F("first_seen")),
                name="browser_seen_in_order",
                violation_error_message=_("A browser cannot have been seen last before it was seen first."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.first_seen:%Y-%m-%d}"


def hash_of(user: Any, key: str) -> str:
    return salted_hmac("accounts.known_browser", f"{user.pk}:{key}", algorithm="sha256").hexdigest()


def remember_browser(user: Any, key: str, on: date) -> bool:
    """Notes a sign-in from this browser; whether it is the first one."""
    KnownBrowser.objects.filter(user=user, last_seen__lt=on - FORGOTTEN_AFTER).delete()
    browser, is_new = KnownBrowser.objects.get_or_create(
        user=user, key_hash=hash_of(user, key), defaults={"first_seen": on, "last_seen": on}
    )
    if browser.last_seen < on:
        KnownBrowser.objects.filter(pk=browser.pk).update(last_seen=on)
    return is_new
