"""What a resident is asked on the way to their own case, and what they can say there."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Field, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from feedback.forms.tell import SendForm
from feedback.models import Contact
from portal.shared import receipt

Text = str | Promise
TOO_OLD = _("This page was open for too long. Press the button once more, your words are still here")
UNKNOWN = _(
    "We have not found this code yet. Look at it again on your receipt, or ask us and we help you find it"
)
LONGEST_MESSAGE = 5_000


class OneButtonForm(forms.Form):
    button: Text = _("Send")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_action = self.action()
        self.helper.attrs = {"novalidate": ""}
        self.helper.layout = Layout(*(Field(name) for name in self.fields), HTML(BUTTON))

    def action(self) -> str:
        return ""

    def refuse_as_old(self) -> None:
        self.add_error(None, ValidationError(TOO_OLD, code="too_old"))


BUTTON = '<div class="actions"><button class="btn btn-primary">{{ form.button }}</button></div>'


class TrackForm(OneButtonForm):
    """The number, and the secret for whoever has it."""

    number = forms.CharField(
        label=_("Number"),
        max_length=40,
        help_text=_("It begins with year and month, for example 2611-7K4MX2-C."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
        error_messages={
            "required": _("Write the number of your receipt"),
            "max_length": _("This is longer than any number of ours. Look at your receipt again"),
        },
    )
    secret = forms.CharField(
        label=_("Secret code (may be skipped)"),
        max_length=60,
        required=False,
        help_text=_("With it you read everything and can answer. Without it you see how far it is."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
        error_messages={"max_length": _("This is longer than any code of ours. Look at your receipt again")},
    )
    button = _("Look")

    def clean_number(self) -> str:
        number = receipt.number_of(str(self.cleaned_data["number"]))
        if not number:
            raise ValidationError(
                _("A letter of the number does not fit. Compare it with your receipt, letter by letter"),
                code="slip",
            )
        return number

    def clean_secret(self) -> str:
        typed = str(self.cleaned_data["secret"])
        if typed and not receipt.is_written_right(typed):
            raise ValidationError(
                _(
                    "A letter of the secret code does not fit. It has three groups of four and one more letter"
                ),
                code="slip",
            )
        return typed

    def refuse_unknown(self) -> None:
        self.add_error(None, ValidationError(UNKNOWN, code="unknown"))


class MessageForm(OneButtonForm):
    """A word of the resident; its key makes a second sending the same message."""

    text = forms.CharField(
        label=_("Add something"),
        max_length=LONGEST_MESSAGE,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Staff read it. Nobody else sees it."),
        error_messages={
            "required": _("Write a sentence first"),
            "max_length": _("That is a lot. Shorten it to %(limit_value)d characters"),
        },
    )
    form_key = forms.CharField(max_length=100, widget=forms.HiddenInput)


class RatingForm(OneButtonForm):
    """Whether the answer settled it; the three buttons are in the page."""

    verdict = forms.ChoiceField(
        choices=[("solved", ""), ("partly", ""), ("not", "")],
        error_messages={
            "required": _("Choose one of the three buttons"),
            "invalid_choice": _("Choose one of the three buttons"),
        },
    )
    words = forms.CharField(
        label=_("What is still missing, or what was good? (may be skipped)"),
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": _("That is a lot. Shorten it to %(limit_value)d characters")},
    )


class ContactForm(OneButtonForm):
    """Where word is sent from now on; everything empty takes the contact away."""

    wish = forms.ChoiceField(
        label=_("Where shall we send word?"),
        choices=SendForm.WISH,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of these"), "invalid_choice": _("Choose one of these")},
    )
    email = SendForm.base_fields["email"]
    phone = SendForm.base_fields["phone"]
    name = SendForm.base_fields["name"]
    button = _("Save")

    clean_phone = SendForm.clean_phone

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("wish") == Contact.Wish.EMAIL and not data.get("email") and "email" not in self.errors:
            self.add_error("email", ValidationError(_("Write the address for our letters"), code="missing"))
        if data.get("wish") == Contact.Wish.WHATSAPP and not data.get("phone") and "phone" not in self.errors:
            self.add_error(
                "phone", ValidationError(_("Write the number staff shall write to"), code="missing")
            )
        return data
