from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SubscriptionsConfig(AppConfig):
    """Part of the roof: tells by mail what is new in every room, is read by none."""

    name = "portal.subscriptions"
    verbose_name = _("Letters with what is new")
    default_auto_field = "django.db.models.BigAutoField"
