from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from feedback.models.submission import Submission


class Rating(models.Model):
    """What the resident says of an answer: one for each answer, so a reopened case may have several."""

    class Verdict(models.TextChoices):
        SOLVED = "solved", _("Solved")
        PARTLY = "partly", _("Partly")
        NOT = "not", _("Not yet")

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="ratings", verbose_name=_("case"))
    verdict = models.CharField(_("verdict"), max_length=6, choices=Verdict.choices)
    words = models.TextField(_("in their words"), blank=True)
    at = models.DateTimeField(_("when"))
    # Which answer was rated: the moment it was given.
    answered_at = models.DateTimeField(_("answer of"))

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("rating")
        verbose_name_plural = _("ratings")
        ordering = ("-at", "-pk")
        default_permissions = ("view",)
        constraints = (
            models.UniqueConstraint(
                name="one_rating_per_answer",
                fields=("submission", "answered_at"),
                violation_error_message=_("This answer has been rated already."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_verdict_display()}, {self.at:%Y-%m-%d}"
