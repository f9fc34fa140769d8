"""Where a fact comes from, and whether its unit has confirmed it."""

from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.shared.history import Remembered, recorded

# Confirming is a right of its own: who may correct a fact does not thereby speak for the unit.
RIGHTS = ("add", "change", "delete", "view", "confirm")
# A confirmed fact is due for checking again after a year (advice of the domain notes: yearly).
STALE_AFTER = timedelta(days=365)


class Scope(models.TextChoices):
    """Whose rule the source describes: the nearer to the unit, the more it can be trusted."""

    OWN = "own", _("the unit's own document")
    JAKARTA = "jakarta", _("a source of the province or city")
    OTHER_JAKARTA_KELURAHAN = (
        "other_jakarta_kelurahan",
        _("the standard of another kelurahan in South Jakarta"),
    )
    LABURA = "labura", _("a source about Labuhanbatu Utara")
    NATIONAL = "national", _("a national rule")
    OTHER_REGION = "other_region", _("an example from another region")


class Sourced(Remembered):
    """A noun whose facts carry their source; unconfirmed ones are shown as an example."""

    source = models.TextField(
        _("source"), blank=True, help_text=_("Address of the page, number of the decree, or file.")
    )
    scope = models.CharField(_("reach of the source"), max_length=30, choices=Scope.choices, blank=True)
    source_year = models.CharField(_("year of the source"), max_length=20, blank=True)
    caution = models.TextField(
        _("caution"), blank=True, help_text=_("What a reader should check before relying on this.")
    )
    read_on = models.DateField(_("source read on"), null=True, blank=True)
    checked_on = models.DateField(_("confirmed by the unit on"), null=True, blank=True, editable=False)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("confirmed by"),
    )
    checked_by_name = models.CharField(_("confirmed by (name)"), max_length=150, blank=True, editable=False)

    # Only the unit itself confirms, looking at the facts as they are then.
    not_restored: ClassVar[tuple[str, ...]] = ("checked_on", "checked_by", "checked_by_name")

    class Meta:
        abstract = True

    @property
    def is_confirmed(self) -> bool:
        return self.checked_on is not None

    def is_stale_on(self, day: date) -> bool:
        """Whether the unit confirmed it, but more than twelve months before that day."""
        return self.checked_on is not None and day - self.checked_on > STALE_AFTER

    def is_due_for_checking(self, today: date) -> bool:
        """Whether the confirmation is missing or older than twelve months."""
        return self.checked_on is None or self.is_stale_on(today)

    def lapse(self) -> None:
        """Facts have changed since the unit checked them, so its word no longer covers them; the caller saves."""
        self.checked_on, self.checked_by, self.checked_by_name = None, None, ""

    def confirm(self, *, by: Any, at: datetime | None = None, on_behalf_of: str = "") -> None:
        """The unit has checked every fact shown here; ``on_behalf_of`` names the office when it is not the user."""
        at = at or timezone.now()
        with recorded(self, verb="confirm", by=by, at=at):
            self.checked_on = timezone.localtime(at).date()
            self.checked_by = by if getattr(by, "pk", None) else None
            self.checked_by_name = (on_behalf_of or public_name_of(by))[:150]
            self.save(update_fields=["checked_on", "checked_by", "checked_by_name"])


def public_name_of(by: Any) -> str:
    """A person's own name or none: residents read it, and a sign-in name is half of a key."""
    if by is None or isinstance(by, str):
        return by or ""
    return str(by.get_full_name())
