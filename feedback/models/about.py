from django.db import models
from django.utils.translation import gettext_lazy as _

from outreach.models import Event
from services.models import Area, Location, Organization, PublicWork, Service


class About(models.Model):
    """What a case is about: a service, a place, a public work, an activity, a page, somebody of the staff."""

    service = models.ForeignKey(
        Service,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="submissions",
        verbose_name=_("about the service"),
    )
    location = models.ForeignKey(
        Location,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="submissions",
        verbose_name=_("about the place"),
    )
    public_work = models.ForeignKey(
        PublicWork,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="submissions",
        verbose_name=_("about the public work"),
    )
    event = models.ForeignKey(
        Event,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="submissions",
        verbose_name=_("about the activity"),
    )
    # The page a correction is about, as a path of this portal.
    page_path = models.CharField(_("about the page"), max_length=300, blank=True)
    area = models.ForeignKey(
        Area, models.SET_NULL, null=True, blank=True, related_name="submissions", verbose_name=_("area")
    )
    is_about_staff = models.BooleanField(
        _("about a member of staff"), default=False, help_text=_("Hidden from the unit of that person.")
    )
    about_unit = models.ForeignKey(
        Organization,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="submissions_about_staff",
        verbose_name=_("unit of that person"),
    )

    class Meta:
        abstract = True
