"""One form: what is wrong on a page, and where to write when it is mended."""

from typing import Any

from crispy_forms.layout import Field
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from feedback.forms.tell import StepForm
from portal.shared.receipt import new_key

LONGEST_KEY = 100
LONGEST_STORY = 4_000
TOO_OLD = _("This page was open for too long. Press Send now once more, your words are still here")


class CorrectionForm(StepForm):
    """What is wrong; everything but one sentence may be skipped."""

    story = forms.CharField(
        label=_("What is wrong?"),
        help_text=_("For example: the fee is free now, or the office has moved."),
        max_length=LONGEST_STORY,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={
            "required": _("Write what is wrong, one sentence is enough"),
            "max_length": _("That is a lot. Please keep it to %(limit_value)d characters"),
        },
    )
    email = forms.EmailField(
        label=_("E-mail, to hear when it is mended (may be skipped)"),
        help_text=_("Only staff see it. Without it nobody asks who you are."),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "invalid": _("Something is missing in the address. Example: nama@contoh.id"),
            "max_length": _("This address is too long. Look at it again, or leave it empty"),
        },
    )
    # Of this form: sent twice, it makes one case.
    form_key = forms.CharField(max_length=LONGEST_KEY, widget=forms.HiddenInput)
    button = _("Send now")
    may_wait = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"form_key": new_key()} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)

    def rows(self) -> list[Any]:
        return [Field("story"), Field("email"), Field("form_key")]

    def refuse_as_old(self) -> None:
        self.add_error(None, ValidationError(TOO_OLD, code="too_old"))

    def contact(self) -> dict[str, Any]:
        """The columns of a contact; nothing when nothing was said."""
        email = self.cleaned_data["email"]
        return {"email": email, "wish": "email"} if email else {}
