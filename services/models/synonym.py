from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from portal.shared.history import Remembered


class Synonym(Remembered):
    """What residents type, and the catalogue's word for it. One way: the phrase also finds the meaning."""

    phrase = models.CharField(_("what people type"), max_length=80)
    means = models.CharField(_("word in the catalogue"), max_length=80)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("synonym")
        verbose_name_plural = _("synonyms")
        ordering = ("phrase", "means")
        constraints = (
            models.UniqueConstraint(
                Lower("phrase"),
                Lower("means"),
                name="synonym_once",
                violation_error_message=_("This pair is already in the list."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.phrase} → {self.means}"
