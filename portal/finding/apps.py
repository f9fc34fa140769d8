from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FindingConfig(AppConfig):
    """Part of the roof: one search over every room, and what people looked for in vain."""

    name = "portal.finding"
    verbose_name = _("Search")
    default_auto_field = "django.db.models.BigAutoField"
