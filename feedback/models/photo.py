from functools import partial
from typing import ClassVar

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from feedback import pictures
from feedback.models.draft import MOST_PHOTOS, Draft
from feedback.models.submission import Submission


class PhotoQuerySet(models.QuerySet["Photo"]):
    def erase(self) -> int:
        """Removes the rows and, once that is certain, every file of theirs; says how many."""
        with transaction.atomic():
            names = list(self.values_list("file", flat=True))
            self.delete()
            for name in names:
                transaction.on_commit(partial(pictures.destroy, name))
        return len(names)

    def released(self) -> "PhotoQuerySet":
        """Photos everybody may see: released themselves, of a case that is."""
        return self.filter(is_released=True, submission__released_at__isnull=False)


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
    # First, second or third of its draft; the database takes no fourth.
    place = models.PositiveSmallIntegerField(default=1, editable=False)
    added_at = models.DateTimeField(_("added at"))
    alt = models.CharField(_("what it shows"), max_length=200, blank=True)
    covered_at = models.DateTimeField(_("faces and plates covered at"), null=True, blank=True, editable=False)
    is_released = models.BooleanField(_("shown to everybody"), default=False)

    objects: ClassVar = PhotoQuerySet.as_manager()

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
            models.CheckConstraint(
                name="photo_place_known",
                condition=models.Q(place__range=(1, MOST_PHOTOS)),
                violation_error_message=_("A draft has room for three photos."),
            ),
            models.UniqueConstraint(
                name="photo_place_taken_once",
                fields=("draft", "place"),
                condition=models.Q(draft__isnull=False),
                violation_error_message=_("A draft has room for three photos."),
            ),
            models.CheckConstraint(
                name="photo_released_is_described",
                condition=models.Q(is_released=False) | ~models.Q(alt=""),
                violation_error_message=_("Write what the photo shows before you release it."),
            ),
        )

    def __str__(self) -> str:
        return f"photo {self.pk}"
