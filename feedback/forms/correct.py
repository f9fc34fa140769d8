"""One form: what is wrong on a page, and where to write when it is mended."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Field, Layout, Submit
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from feedback.receipt import new_key

LONGEST_KEY = 100
LONGEST_STORY = 4_000
TOO_OLD = _("This page was open for too long. Press Send now once more, your words are still here")


class CorrectionForm(forms.Form):
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
    # A trap: people do not see it, programs fill it.
    website = forms.CharField(
        required=False, widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": -1})
    )
    form_key = forms.CharField(max_length=LONGEST_KEY, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"form_key": new_key()})
        super().__init__(*args, **kwargs)
        self.fields["website"].label = gettext("Leave this empty")
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": ""}
        self.helper.layout = Layout(
            Field("story"),
            Field("email"),
            Div(Field("website"), css_class="trap", aria_hidden="true"),
            Field("form_key"),
            HTML('<div class="actions">'),
            Submit("", gettext("Send now")),
            HTML("</div>"),
        )

    def refuse_as_old(self) -> None:
        self.add_error(None, ValidationError(TOO_OLD, code="too_old"))
