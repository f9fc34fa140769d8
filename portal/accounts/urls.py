"""The staff door and “My account”; signing in and out themselves are the desk's `admin:login` and `admin:logout`."""

from django.urls import path

from portal.accounts.views import door, own

app_name = "accounts"
urlpatterns = [
    path("second-factor/", door.second_factor_page, name="second_factor"),
    path("second-factor/set-up/", door.set_up, name="set_up"),
    path("second-factor/codes/", own.recovery_codes, name="recovery_codes"),
    path("account/", own.my_account, name="account"),
    path("account/password/", own.password, name="password"),
    path("account/sign-out-everywhere/", own.sign_out_everywhere, name="sign_out_everywhere"),
    path("account/unsent/", own.unsent, name="unsent"),
]
