from datetime import datetime
from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from outreach.channels import Channel
from outreach.inside import check_inside
from portal.shared.history import Remembered, recorded
from services.models import Service
from services.models.organization import EVERY_UNIT, RowsOfUnits, units_of


class ShortLinkQuerySet(RowsOfUnits):
    of_unit = "campaign__unit"

    def visible_to(self, user: Any) -> Self:
        """Those of the campaigns within reach, and those of no campaign, which belong to the whole portal."""
        if user.has_perm(EVERY_UNIT):
            return self.all()
        return self.filter(Q(campaign=None) | Q(campaign__unit__in=units_of(user)))


class ShortLink(Remembered):
    """`/l/<code>`: leads to a page of this portal and counts how often, by day; nobody is followed.

    `target` is a path of this portal without language ("/kegiatan/cek-kesehatan/"). A link without a label is the
    page's own for that channel: on flyers and pictures anybody may take from it.
    """

    code = models.SlugField(_("code"), max_length=60, unique=True)
    target = models.CharField(_("leads to"), max_length=300)
    channel = models.CharField(_("channel"), max_length=12, choices=Channel.choices, default=Channel.OTHER)
    label = models.CharField(_("what it is for"), max_length=160, blank=True)
    campaign = models.ForeignKey(
        "outreach.Campaign",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="short_links",
        verbose_name=_("campaign"),
    )
    is_off = models.BooleanField(_("switched off"), default=False)
    # What outreach/linking.py made it for, in one word: asked twice at the same moment, one link is made.
    made_for: models.CharField[str | None, str | None] = models.CharField(
        max_length=64, null=True, blank=True, unique=True, editable=False
    )

    not_remembered = (*Remembered.not_remembered, "made_for")

    objects: ClassVar = ShortLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("short link")
        verbose_name_plural = _("short links")
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(
                name="short_link_stays_inside",
                condition=Q(target__startswith="/") & ~Q(target__startswith="//"),
                violation_error_message=_("A short link leads to a page of this portal: begin with “/”."),
            ),
        )

    def __str__(self) -> str:
        return self.code

    def clean(self) -> None:
        self.code = self.code.lower()
        try:
            check_inside(self.target)
        except ValidationError as refusal:
            raise ValidationError({"target": refusal}) from refusal
        if Service.objects.filter(slug=self.code).exists():
            raise ValidationError(
                {
                    "code": _(
                        "A service has this name already: its short link leads there. Choose another word."
                    )
                },
                code="service",
            )

    def switch_off(self, *, by: Any, at: datetime | None = None, reason: str = "") -> None:
        """Leads nowhere from now on; what was counted stays."""
        self._switch(True, "switch_off", by, at, reason)

    def switch_on(self, *, by: Any, at: datetime | None = None) -> None:
        """Leads to its page again."""
        self._switch(False, "switch_on", by, at, "")

    def _switch(self, is_off: bool, verb: str, by: Any, at: datetime | None, reason: str) -> None:
        with recorded(self, verb=verb, by=by, at=at, reason=reason, is_public=False):
            self.refresh_from_db()
            # Whoever asks for a link like it later gets a new one, also if this one is switched on again.
            self.is_off, self.made_for = is_off, None
            self.save()


class LinkCount(models.Model):
    """How often a short link was followed on one day."""

    link = models.ForeignKey(ShortLink, models.CASCADE, related_name="counts")
    day = models.DateField(_("day"))
    count = models.PositiveIntegerField(_("visits"), default=0)

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("visits of a day")
        verbose_name_plural = _("visits by day")
        ordering = ("-day",)
        default_permissions = ("view",)
        constraints = (
            models.UniqueConstraint(
                name="link_count_once_a_day",
                fields=("link", "day"),
                violation_error_message=_("This day is counted already."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.link} {self.day}: {self.count}"
