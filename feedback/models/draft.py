from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from feedback import pictures
from feedback.models.submission import Submission

KEPT = timedelta(hours=24)
MOST_PHOTOS = 3
ENOUGH_PHOTOS = _("Three photos are enough. Take one away before you choose another")


class DraftQuerySet(models.QuerySet["Draft"]):
    def alive(self, at: datetime) -> "DraftQuerySet":
        return self.filter(touched_at__gt=at - KEPT)

    def expired(self, at: datetime) -> "DraftQuerySet":
        return self.filter(touched_at__lte=at - KEPT)


class Draft(models.Model):
    """What a resident has typed so far, kept on the server for 24 hours after the last step.

    The browser holds the key in a cookie of its own (never in an address); here is only its hash. `data` holds the
    answers of the steps as they were typed, the wrong ones too. Once sent it points to its case and is empty.
    """

    key_hash = models.CharField(max_length=64, unique=True)
    data: Any = models.JSONField(default=dict)
    touched_at = models.DateTimeField()
    submission = models.OneToOneField(Submission, models.CASCADE, null=True, blank=True, related_name="draft")

    objects: ClassVar = DraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("draft of a case")
        verbose_name_plural = _("drafts of cases")
        default_permissions = ()
        indexes = (models.Index(fields=("touched_at",), name="draft_by_age"),)

    def __str__(self) -> str:
        return f"draft {self.pk}"

    def add_photo(self, upload: Any, at: datetime) -> Any:
        """Keeps an uploaded photo with the draft, one that came before only once.

        ValidationError with a sentence for the resident if it cannot.
        """
        picture = pictures.keep(upload)
        try:
            with transaction.atomic():
                Draft.objects.select_for_update().get(pk=self.pk)
                if before := self._same_as(picture):
                    pictures.destroy(picture.name)
                    return before
                taken = set(self.photos.values_list("place", flat=True))
                free = [place for place in range(1, MOST_PHOTOS + 1) if place not in taken]
                if not free:
                    raise ValidationError(ENOUGH_PHOTOS, code="enough")
                return self.photos.create(
                    file=picture.name,
                    width=picture.width,
                    height=picture.height,
                    size=picture.size,
                    place=free[0],
                    added_at=at,
                )
        except Exception:
            pictures.destroy(picture.name)
            raise

    def _same_as(self, picture: pictures.Picture) -> Any:
        alike = self.photos.filter(width=picture.width, height=picture.height, size=picture.size)
        return next((one for one in alike if pictures.are_equal(one.name, picture.name)), None)

    def remove_photo(self, pk: int) -> None:
        """Takes a photo away, its file too; one that is not the draft's is left alone."""
        self.photos.filter(pk=pk).erase()
