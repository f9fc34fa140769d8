from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    """The roof: what composes the rooms."""

    name = "portal"
    verbose_name = _("Portal")

    def ready(self) -> None:
        from portal import checks  # noqa: F401  (registers the system checks)


class DeskConfig(AdminConfig):
    """Django's admin with our door in front of it."""

    default_site = "portal.desk.DeskSite"
