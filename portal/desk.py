"""The staff's desk as one place: nobody enters without their second factor."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.module_loading import import_string

# What a morning begins with first, what only an operator asks for last.
ORDER = ("feedback", "outreach", "field", "evaluation", "services", "exchange", "accounts", "shared", "work")


class DeskSite(admin.AdminSite):
    """Django's admin behind the staff door."""

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        apps: list[Any] = super().get_app_list(request, app_label)
        place = {label: number for number, label in enumerate(ORDER)}
        return sorted(apps, key=lambda app: place.get(app["app_label"], len(place)))

    def has_permission(self, request: HttpRequest) -> bool:
        # `is_verified` is set by django-otp's middleware: this session has shown the second factor.
        user = request.user
        is_verified = super().has_permission(request) and bool(getattr(user, "is_verified", lambda: False)())
        # A password that an administrator gave opens nothing but the page on which to choose another.
        return is_verified and getattr(getattr(user, "account", None), "password_given_at", None) is None

    def get_urls(self) -> list[Any]:
        """Without Django's detour to any row's public page: it asks for no right and would tell a draft's address."""
        return [one for one in super().get_urls() if getattr(one, "name", None) != "view_on_site"]

    def get_model_admin(self, model: Any) -> Any:
        """Where a user is to be chosen, colleagues answer: they are the same rows, kept with care."""
        stand_ins = (one for one in self._registry if one._meta.proxy and one._meta.concrete_model is model)
        return super().get_model_admin(model if self.is_registered(model) else next(stand_ins, model))

    # Django's admin makes its site before there are models; the door's views need them.

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return import_string("portal.accounts.views.door.login")(request)

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return import_string("portal.accounts.views.own.sign_out")(request)

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return import_string("portal.accounts.views.own.password")(request)

    def password_change_done(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return import_string("portal.accounts.views.own.my_account")(request)
