"""The forms of the staff door and of “My account”, one for each screen."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.contrib.auth import authenticate, password_validation
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portal.accounts import second_factor, sign_in
from portal.accounts.models.account import account_of

Text = str | Promise
WRONG_CODE = _("This code does not fit. Wait until the app shows the next one, then type that.")
LONGEST_PASSWORD = 128


class DoorForm(forms.Form):
    """A form with one button, sent to the page it stands on."""

    button: Text = _("Continue")
    # Where to type again when the form as a whole was refused.
    after_refusal = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_action = ""
        self.helper.attrs = {"novalidate": ""}
        self.helper.add_input(Submit("", str(self.button), css_class="default"))
        self.focus_on(next(iter(self.fields), ""))

    def full_clean(self) -> None:
        super().full_clean()
        wanted = next((name for name in self.fields if name in self.errors), "")
        self.focus_on(wanted or (self.after_refusal if self.errors else ""))

    def focus_on(self, wanted: str) -> None:
        """Typing starts in the first field that wants something."""
        for name, field in self.fields.items() if wanted else ():
            field.widget.attrs.pop("autofocus", None)
            if name == wanted:
                field.widget.attrs["autofocus"] = True


class CodeField(forms.CharField):
    """A code from the phone; phones offer it by themselves and show digits to type it."""

    def __init__(self, **kwargs: Any) -> None:
        attributes = {
            "autocomplete": "one-time-code",
            "inputmode": "numeric",
            "enterkeyhint": "go",
            "spellcheck": "false",
            "autocapitalize": "characters",
        }
        super().__init__(max_length=40, widget=forms.TextInput(attrs=attributes), **kwargs)


class PasswordField(forms.CharField):
    def __init__(self, autocomplete: str, **kwargs: Any) -> None:
        widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
        super().__init__(max_length=LONGEST_PASSWORD, strip=False, widget=widget, **kwargs)


class SignInForm(DoorForm):
    username = forms.CharField(
        label=_("Sign-in name"),
        max_length=150,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
        error_messages={"required": _("Type your sign-in name.")},
    )
    password = PasswordField(
        "current-password", label=_("Password"), error_messages={"required": _("Type your password.")}
    )
    after_refusal = "password"
    next = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        self.request = request
        self.user: Any = None
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        if "username" not in answers or "password" not in answers:
            return answers
        user = authenticate(self.request, username=answers["username"], password=answers["password"])
        if user is not None and not sign_in.may_enter(user):
            sign_in.count_wrong_try(self.request, user)
            user = None
        if user is None:
            # The same for a name nobody has: names of staff are not for guessing.
            raise ValidationError(_("This name and password do not belong together."), code="wrong")
        if account_of(user).given_password_is_over(timezone.now()):
            raise ValidationError(
                _("This password was given to you more than 7 days ago. Ask an administrator for a new one."),
                code="over",
            )
        self.user = user
        return answers


class CodeForm(DoorForm):
    """Proves the second factor of `user`."""

    code = CodeField(
        label=_("Code"),
        help_text=_("The 6 digits your app shows now, or one of your recovery codes."),
        error_messages={"required": _("Type the code that your app shows.")},
    )

    def __init__(self, user: Any, *args: Any, **kwargs: Any) -> None:
        self.user = user
        self.device: Any = None
        self.is_wrong = False
        super().__init__(*args, **kwargs)

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        self.device = self.prove(code)
        return code

    def prove(self, code: str) -> Any:
        answer = second_factor.check(self.user, code)
        if answer.device is None:
            self.is_wrong = True
            raise ValidationError(wait_words(answer.wait) if answer.wait else WRONG_CODE, code="wrong")
        return answer.device


def wait_words(seconds: int) -> str:
    return ngettext(
        "A wrong code came before. Wait %(n)s second, then type the code that the app shows.",
        "A wrong code came before. Wait %(n)s seconds, then type the code that the app shows.",
        seconds,
    ) % {"n": seconds}


class NewCodesForm(CodeForm):
    button = _("Make new recovery codes")


class SetUpForm(CodeForm):
    """Proves the new phone, and the former one where there is one."""

    present = CodeField(
        label=_("Code of your present second factor"),
        help_text=_("From the phone you have used so far, or one of your recovery codes."),
        error_messages={"required": _("Type a code of your present second factor.")},
    )
    field_order = ("code", "present")

    def __init__(self, user: Any, key: str, *args: Any, is_replacing: bool, **kwargs: Any) -> None:
        super().__init__(user, *args, **kwargs)
        self.key = key
        self.step: int | None = None
        self.fields["code"].label = _("Code of the new phone") if is_replacing else _("Code")
        self.fields["code"].help_text = _("The 6 digits that the app shows for this portal.")
        if not is_replacing:
            del self.fields["present"]

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        self.step = second_factor.step_of(self.key, code, timezone.now())
        if self.step is None:
            raise ValidationError(
                _("This code does not fit. Check that the phone's clock is right, then type the next code."),
                code="wrong",
            )
        return code

    def clean_present(self) -> str:
        present: str = self.cleaned_data["present"]
        # The present code is used up by asking, so only once the new phone is proven.
        if self.step is not None:
            self.device = self.prove(present)
        return present


class PasswordForm(DoorForm):
    """A password of one's own choice; asks for the present one unless it was typed a moment ago."""

    button = _("Change the password")

    present = PasswordField(
        "current-password",
        label=_("Present password"),
        error_messages={"required": _("Type your present password.")},
    )
    new = PasswordField(
        "new-password",
        label=_("New password"),
        help_text=_("At least 12 characters. Four words that do not belong together are good and easy."),
        error_messages={"required": _("Type a new password.")},
    )
    again = PasswordField(
        "new-password",
        label=_("New password again"),
        error_messages={"required": _("Type the new password a second time.")},
    )

    def __init__(self, user: Any, *args: Any, is_given: bool, **kwargs: Any) -> None:
        self.user = user
        self.is_wrong = False
        super().__init__(*args, **kwargs)
        if is_given:
            del self.fields["present"]
            self.focus_on("new")

    def clean_present(self) -> str:
        present: str = self.cleaned_data["present"]
        if not self.user.check_password(present):
            self.is_wrong = True
            raise ValidationError(_("This is not your present password."), code="wrong")
        return present

    def clean_new(self) -> str:
        new: str = self.cleaned_data["new"]
        password_validation.validate_password(new, self.user)
        if self.user.check_password(new):
            raise ValidationError(_("This is the password you have now. Choose another one."), code="same")
        return new

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        if "new" in answers and "again" in answers and answers["new"] != answers["again"]:
            self.add_error("again", ValidationError(_("The two new passwords differ."), code="differ"))
        return answers
