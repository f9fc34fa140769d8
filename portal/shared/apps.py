from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SharedConfig(AppConfig):
    """The ground every room stands on."""

    name = "portal.shared"
    label = "shared"
    verbose_name = _("History and search words")
    default_auto_field = "django.db.models.BigAutoField"
