from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.shared import receipt
from portal.shared.history import Remembered, recorded
from services.models import Organization


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    def of(self, key: str) -> "ApiKey | None":
        """The key somebody shows, while it is valid; asked by its keyed hash, which is all that is stored."""
        return self.filter(key_hash=receipt.keyed_hash(SALT, key), revoked_at=None).first()


SALT = "feedback.api_key"


class ApiKey(Remembered):
    """Lets another office's program send cases through Open311; shown once when it is made."""

    name = models.CharField(
        _("who writes with it"), max_length=120, unique=True, help_text=_("The office and its program.")
    )
    organization = models.ForeignKey(
        Organization,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("organization"),
    )
    contact_email = models.EmailField(_("e-mail of who answers for it"), blank=True)
    key_hash = models.CharField(max_length=64, unique=True, editable=False)
    # Its first letters, so that a key in a program's settings is recognised in the list.
    beginning = models.CharField(_("begins with"), max_length=6, editable=False)
    made_at = models.DateTimeField(_("made at"), editable=False)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True, editable=False)

    not_remembered = (*Remembered.not_remembered, "key_hash")
    not_restored = ("revoked_at",)
    objects: ClassVar = ApiKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("key for Open311")
        verbose_name_plural = _("keys for Open311")
        ordering = ("name",)
        default_permissions = ("add", "change", "view")

    def __str__(self) -> str:
        return self.name

    def issue(self, *, by: Any, at: datetime) -> str:
        """Gives it a new key, which nobody can tell again; the one before is no longer valid."""
        key = receipt.new_key()
        with recorded(self, verb="issue", by=by, at=at, is_public=False):
            self.key_hash, self.beginning = receipt.keyed_hash(SALT, key), key[:6]
            self.made_at, self.revoked_at = at, None
            self.save()
        return key

    def revoke(self, *, by: Any, at: datetime) -> None:
        """Nobody writes with it any more."""
        with recorded(self, verb="revoke", by=by, at=at, is_public=False):
            self.revoked_at = at
            self.save(update_fields=["revoked_at"])
