"""The staff's desk as one place: nobody enters without their second factor."""

from django.contrib import admin
from django.http import HttpRequest


class DeskSite(admin.AdminSite):
    """Django's admin behind the staff door."""

    def has_permission(self, request: HttpRequest) -> bool:
        # `is_verified` is set by django-otp's middleware: this session has shown the second factor.
        user = request.user
        return super().has_permission(request) and bool(getattr(user, "is_verified", lambda: False)())
