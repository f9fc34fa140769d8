from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PushConfig(AppConfig):
    """Part of the ground: rooms say that there is news, this tells the phones that asked for it."""

    name = "portal.shared.push"
    label = "push"
    verbose_name = _("Word to phones")
    default_auto_field = "django.db.models.BigAutoField"
