from datetime import datetime
from functools import partial
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from feedback import pictures
from feedback.models.draft import MOST_PHOTOS, Draft
from feedback.models.submission import Submission
from portal.shared.history import Remembered, recorded

ALT_MISSING = _("Write what the photo shows before you release it.")
NOT_FOR_EVERYBODY = _("The resident asked for this case to stay with staff. Its photos stay there too.")
CHANGED_MEANWHILE = _("Somebody else has changed this photo meanwhile. Look at it again.")
NOTHING_TO_COVER = _("Tick at least one square, or write which squares to cover.")

NAMES_AT_ONCE = 500


class PhotoQuerySet(models.QuerySet["Photo"]):
    def visible_to(self, user: Any) -> "PhotoQuerySet":
        """Photos of the cases this person may reach; those of drafts are their residents' alone."""
        return self.filter(submission__in=Submission.objects.visible_to(user))

    def released(self) -> "PhotoQuerySet":
        """Photos everybody may see: released themselves, of a case that is."""
        return self.filter(is_released=True, submission__released_at__isnull=False)

    def erase(self) -> int:
        """Removes the rows and, once that is certain, every file of theirs; says how many."""
        with transaction.atomic():
            names = list(self.values_list("file", flat=True))
            self.delete()
            for name in names:
                transaction.on_commit(partial(pictures.destroy, name))
        return len(names)

    def sweep(self, at: datetime, *, is_dry: bool = False) -> list[str]:
        """Removes old files no row names, left behind by a power cut; says which."""
        return pictures.swept(at, self._known, is_dry=is_dry)

    def _known(self, names: list[str]) -> set[str]:
        known: set[str] = set()
        for start in range(0, len(names), NAMES_AT_ONCE):
            part = names[start : start + NAMES_AT_ONCE]
            known.update(self.filter(file__in=part).values_list("file", flat=True))
        return known


class Photo(Remembered):
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

    # Decided by its verbs alone; a file that was destroyed cannot come back. What the photo shows may name somebody.
    not_remembered = ("search_title", "search_text", "draft", "file", "alt")
    not_restored = ("submission", "width", "height", "size", "place", "added_at", "covered_at", "is_released")
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
                violation_error_message=ALT_MISSING,
            ),
        )

    def __str__(self) -> str:
        return f"photo {self.pk}"

    @property
    def name(self) -> str:
        """What the storage calls its file."""
        return str(self.file.name)

    # Where it is looked at

    @property
    def desk_url(self) -> str:
        return reverse("admin:feedback_photo_change", args=[self.pk])

    @property
    def desk_file(self) -> str:
        return reverse("admin:feedback_photo_file", args=[self.pk])

    @property
    def public_name(self) -> str:
        """The word in the address of a released photo: random, and another one after each covering."""
        return self.name.rpartition("/")[2].removesuffix(".jpg")

    @property
    def public_url(self) -> str:
        """The small picture everybody may see, for every browser."""
        return reverse("feedback:photo_jpeg", args=[self.public_name])

    @property
    def public_avif_url(self) -> str:
        """The same in the fewest bytes, for phones of the last years."""
        return reverse("feedback:photo_avif", args=[self.public_name])

    @property
    def public_webp_url(self) -> str:
        """The same in fewer bytes, for all but very old browsers."""
        return reverse("feedback:photo_webp", args=[self.public_name])

    @property
    def is_public(self) -> bool:
        return bool(self.is_released and self.submission and self.submission.is_released)

    @property
    def shown_width(self) -> int:
        """Of the small picture, so that a page keeps its shape while it loads."""
        return pictures.shown_size(self.width, self.height)[0]

    @property
    def shown_height(self) -> int:
        return pictures.shown_size(self.width, self.height)[1]

    # What staff do with it

    def describe(self, alt: str, *, by: Any, at: datetime | None = None) -> None:
        """Says what it shows, for those who cannot see it."""
        if self.is_released and not alt.strip():
            raise ValidationError(ALT_MISSING, code="alt_missing")
        with recorded(self, verb="describe", by=by, at=at, is_public=self.is_public):
            self.alt = alt.strip()
            self.save(update_fields=["alt"])

    def release(self, alt: str, *, by: Any, at: datetime | None = None) -> None:
        """Shows it to everybody together with its case: somebody has looked, and nobody can be recognised."""
        if not alt.strip():
            raise ValidationError(ALT_MISSING, code="alt_missing")
        if self.submission is None or self.submission.privacy == Submission.Privacy.CONFIDENTIAL:
            raise ValidationError(NOT_FOR_EVERYBODY, code="not_for_everybody")
        looked_at = self.name
        pictures.keep_shown(looked_at)
        with recorded(self, verb="release", by=by, at=at):
            # What was looked at is what is released.
            self._unless_changed(looked_at, alt=alt.strip(), is_released=True)

    def take_back(self, *, by: Any, at: datetime | None = None) -> None:
        """Shows it to staff alone again."""
        with recorded(self, verb="withdraw", by=by, at=at):
            self.is_released = False
            self.save(update_fields=["is_released"])
            transaction.on_commit(partial(pictures.destroy_shown, self.name))

    def cover(self, squares: list[tuple[int, int]], *, by: Any, at: datetime | None = None) -> None:
        """Paints squares (column, row; from 0) over for good and destroys the photo as it was.

        It is shown to nobody but staff until somebody has looked again and releases it.
        """
        at, before = at or timezone.now(), self.name
        if not squares:
            raise ValidationError(NOTHING_TO_COVER, code="nothing")
        picture = pictures.covered(before, squares)
        try:
            with recorded(self, verb="cover", by=by, at=at):
                self._unless_changed(
                    before,
                    file=picture.name,
                    width=picture.width,
                    height=picture.height,
                    size=picture.size,
                    covered_at=at,
                    is_released=False,
                )
                transaction.on_commit(partial(pictures.destroy, before))
        except Exception:
            pictures.destroy(picture.name)
            raise

    def remove(self, *, by: Any, reason: str, at: datetime | None = None) -> None:
        """Takes it away for good, from staff too: it shows what nobody should keep."""
        if not reason.strip():
            raise ValidationError(_("Say why, in one sentence."), code="reason_missing")
        with recorded(self, verb="delete", by=by, at=at, reason=reason.strip()):
            name = self.name
            self.delete()
            transaction.on_commit(partial(pictures.destroy, name))

    def _unless_changed(self, name: str, **changes: Any) -> None:
        # Not read and then written: of two clerks at once one is told.
        if not Photo.objects.filter(pk=self.pk, file=name).update(**changes):
            raise ValidationError(CHANGED_MEANWHILE, code="changed")
        for field, value in changes.items():
            setattr(self, field, value)
