from typing import ClassVar

from django.apps import apps
from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from feedback.models.seeded import Seeded
from services.models import Category, Organization


class DeadlineRule(Seeded):
    """In how many working days a kind of case is verified and answered; the most exact rule that fits decides.

    Rules of the office, not of the code: the limits differ by unit. An empty kind,
    category or unit means “any”.
    """

    class Nature(models.TextChoices):
        ANY = "any", _("any")
        ORDINARY = "ordinary", _("no examination needed")
        OVERSIGHT = "oversight", _("needs an examination")

    kind = models.CharField(_("kind"), max_length=20, blank=True)
    nature = models.CharField(_("nature"), max_length=10, choices=Nature.choices, default=Nature.ANY)
    category = models.ForeignKey(
        Category, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("topic")
    )
    unit = models.ForeignKey(
        Organization, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("unit")
    )
    verify_days = models.PositiveSmallIntegerField(_("working days to verify"), null=True, blank=True)
    answer_days = models.PositiveSmallIntegerField(_("working days to answer"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=300)

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("deadline")
        verbose_name_plural = _("deadlines")
        ordering = ("kind", "nature", "pk")
        constraints = (
            models.UniqueConstraint(
                "kind",
                "nature",
                # An empty one is “any”, of which there is one.
                Coalesce("category", 0, output_field=models.BigIntegerField()),
                Coalesce("unit", 0, output_field=models.BigIntegerField()),
                name="deadline_once",
                violation_error_message=_("There is already a deadline for exactly these cases."),
            ),
        )

    def __str__(self) -> str:
        """Without unit and topic, which would have to be asked for."""
        # Cases themselves ask for their deadlines, so they cannot be imported here.
        kinds = dict(apps.get_model("feedback", "Submission").Kind.choices)
        parts = [str(kinds.get(self.kind, self.kind)) if self.kind else gettext("any kind")]
        if self.nature != self.Nature.ANY:
            parts.append(self.get_nature_display())
        if (n := self.answer_days) is not None:
            parts.append(ngettext("%(n)s working day", "%(n)s working days", n) % {"n": n})
        return ", ".join(parts)
