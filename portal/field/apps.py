from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FieldConfig(AppConfig):
    """Part of the roof: officers' work without signal, which touches the rooms of visits, doors and cases alike."""

    name = "portal.field"
    verbose_name = _("Work without signal")
    default_auto_field = "django.db.models.BigAutoField"
