from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from feedback.models.draft import Draft
from feedback.models.submission import Submission


class Photo(models.Model):
    """A photo as the portal keeps it: drawn anew by feedback/pictures.py, so that nothing of the file sent is left.

    It belongs to a draft until the case is sent, and to the case from then on.
    """

    draft = models.ForeignKey(Draft, models.CASCADE, null=True, blank=True, related_name="photos")
    submission = models.ForeignKey(
        Submission, models.CASCADE, null=True, blank=True, related_name="photos", verbose_name=_("case")
    )
    # A random name: it tells nothing, and nobody guesses it.
    file = models.FileField(_("file"), upload_to="photos/", max_length=120)
    width = models.PositiveIntegerField(_("width"))
    height = models.PositiveIntegerField(_("height"))
    size = models.PositiveIntegerField(_("bytes"))
    added_at = models.DateTimeField(_("added at"))
    alt = models.CharField(_("what it shows"), max_length=200, blank=True)
    covered_at = models.DateTimeField(_("faces and plates covered at"), null=True, blank=True, editable=False)
    is_released = models.BooleanField(_("shown to everybody"), default=False)

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        ordering = ("pk",)
        default_permissions = ("view", "change")
        constraints = (
            models.CheckConstraint(
                name="photo_has_one_owner",
                condition=models.Q(draft__isnull=True, submission__isnull=False)
                | models.Q(draft__isnull=False, submission__isnull=True),
                violation_error_message=_("A photo belongs to a draft or to a case."),
            ),
        )

    def __str__(self) -> str:
        return f"photo {self.pk}"
