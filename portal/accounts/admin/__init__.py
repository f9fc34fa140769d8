"""The desk's own pages about accounts, instead of the raw ones that the libraries bring along."""

from django.contrib import admin
from django.contrib.auth import admin as auth_admin
from django.contrib.auth.models import Group, User
from django_otp.plugins.otp_static import admin as static_admin
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp import admin as totp_admin
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal.accounts.admin import colleague, tries

# Brought in above, so that each has registered what is taken off here: keys of phones are nobody's to read,
# roles are written in portal/accounts/roles.py, and users are kept as colleagues.
RAW = (auth_admin, static_admin, totp_admin)
for model in (User, Group, StaticDevice, TOTPDevice):
    if admin.site.is_registered(model):
        admin.site.unregister(model)

__all__ = ["RAW", "colleague", "tries"]
