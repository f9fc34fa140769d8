from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EvaluationConfig(AppConfig):
    """Part of the roof: reads every room, is read by none."""

    name = "portal.evaluation"
    verbose_name = _("Results")
    default_auto_field = "django.db.models.BigAutoField"
