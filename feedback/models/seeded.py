from django.db import models

from portal.shared.history import Remembered


class Seeded(Remembered):
    """A rule of the office that may have begun as a row of feedback/data/: `code` is its key there.

    Staff change and delete these rows; loading the file again leaves what they did (feedback/seeding.py).
    """

    code = models.SlugField(max_length=60, null=True, blank=True, unique=True, editable=False)

    class Meta:
        abstract = True
