from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class Bucket(models.Model):
    """How much somebody has asked of us lately: feedback/patience.py fills and empties it.

    `key_hash` tells neither an address nor a number; `empty_at` is when the bucket will have run empty again.
    """

    key_hash = models.CharField(max_length=64, unique=True)
    empty_at = models.DateTimeField()

    objects: ClassVar = models.Manager()

    class Meta:
        verbose_name = _("bucket")
        verbose_name_plural = _("buckets")
        default_permissions = ()
        indexes = (models.Index(fields=("empty_at",), name="bucket_by_age"),)

    def __str__(self) -> str:
        return f"bucket {self.pk}"
