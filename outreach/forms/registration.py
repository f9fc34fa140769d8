"""What is asked of those who want to come, and what they may change afterwards; one form for each screen."""

import re
from typing import Any, Final

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Field, Fieldset, Layout
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from outreach.channels import Channel
from outreach.models import Event, RegistrationQuestion
from outreach.registering import Wish, is_written_right
from portal.shared.receipt import new_key

Text = str | Promise
Kind = RegistrationQuestion.Kind
LONGEST_KEY: Final = 100
LONGEST_ANSWER: Final = 300
FEWEST_DIGITS, MOST_DIGITS = 9, 15
TOO_OLD = _("This page was open for too long. Press the button once more, your words are still here")
TOO_MANY = _("Many wrote from this place just now. Wait %(n)s minutes and press the button again")
TRAPPED = _("Please leave the hidden field empty, and press the button once more")
SLIP = _("A letter of the code does not fit. It has two groups of four. Compare it with your receipt")
UNKNOWN = _(
    "We have not found this code yet. Look at it again on your receipt, or ask us and we help you find it"
)
BUTTON = '<div class="actions"><button class="btn btn-primary">{{ form.button }}</button></div>'
CODE_INPUT = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}


class OneScreen(forms.Form):
    """A form with one button, given back filled when it cannot be taken."""

    button: Text = _("Save")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_action = ""
        self.helper.attrs = {"novalidate": ""}
        self.helper.layout = Layout(*self.rows(), HTML(BUTTON))

    def rows(self) -> list[Any]:
        return [Field(name) for name in self.fields]

    def refuse(self, sentence: Any, **params: Any) -> None:
        self.add_error(None, ValidationError(sentence, code="refused", params=params or None))

    def take_refusal(self, refusal: ValidationError) -> None:
        """A sentence of a verb, beside the field it is about."""
        name = "party_size" if refusal.code in ("size", "full") and "party_size" in self.fields else None
        self.add_error(name, refusal)


def whatsapp_number(typed: str) -> str:
    """The number without blanks and dashes; empty when nothing was typed, a sentence when it is none."""
    digits = re.sub(r"[\s().\-/]", "", typed)
    bare = digits.removeprefix("+")
    if bare and not (bare.isascii() and bare.isdecimal()):
        raise ValidationError(_("Digits only, please. Example: 0812 3456 7890"), code="letters")
    if bare and len(bare) < FEWEST_DIGITS:
        raise ValidationError(_("Digits are missing in this number. Example: 0812 3456 7890"), code="short")
    if len(bare) > MOST_DIGITS:
        raise ValidationError(_("This number has too many digits. Example: 0812 3456 7890"), code="long")
    return digits


def people_field(most: int) -> forms.IntegerField:
    sentence = _("Write a number from 1 to %(most)d") % {"most": most}
    return forms.IntegerField(
        label=_("How many of you come?"),
        help_text=_("Count yourself and children too."),
        min_value=1,
        max_value=most,
        initial=1,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), sentence),
    )


def most_of(event: Event) -> int:
    return event.most_at_once if event.capacity is None else min(event.most_at_once, event.capacity)


class RegistrationForm(OneScreen):
    """Who comes; everything but the number of people may be skipped."""

    nickname = forms.CharField(
        label=pgettext_lazy("of somebody who registers", "Name to call you by (may be skipped)"),
        help_text=_("For the officers at the door. It is not shown anywhere."),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
        error_messages={"max_length": _("Shorten the name to %(limit_value)d characters")},
    )
    party_size = people_field(6)
    needs_wheelchair = forms.BooleanField(label=_("Room for a wheelchair"), required=False)
    needs_interpreter = forms.BooleanField(label=_("A sign language interpreter"), required=False)
    needs_child_care = forms.BooleanField(label=_("Somebody to mind the children"), required=False)
    needs_words = forms.CharField(
        label=_("Something else we should know (may be skipped)"),
        required=False,
        max_length=200,
        error_messages={"max_length": _("Shorten it to %(limit_value)d characters")},
    )
    email = forms.EmailField(
        label=_("E-mail (may be skipped)"),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "invalid": _("Something is missing in the address. Example: nama@contoh.id"),
            "max_length": _("This address is too long. Look at it again, or leave it empty"),
        },
    )
    whatsapp = forms.CharField(
        label=_("WhatsApp number (may be skipped)"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
    )
    heard_from = forms.ChoiceField(
        label=_("Where did you hear of it? (may be skipped)"),
        choices=[("", _("I don't remember")), *Channel.choices],
        required=False,
        error_messages={"invalid_choice": _("Choose one of these, or leave it empty")},
    )
    website = forms.CharField(
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    form_key = forms.CharField(required=False, max_length=LONGEST_KEY, widget=forms.HiddenInput)

    def __init__(self, event: Event, *args: Any, by_staff: bool = False, **kwargs: Any) -> None:
        self.event, self.by_staff = event, by_staff
        self.asked = {f"q{question.pk}": question for question in event.questions_asked.all()}
        kwargs["initial"] = {"form_key": new_key()} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)

    def rows(self) -> list[Any]:
        self.fields["party_size"] = people_field(most_of(self.event))
        self.fields["website"].label = gettext("Leave this empty")
        self.fields |= {name: field_of(question) for name, question in self.asked.items()}
        needs = Fieldset(
            gettext("What do you need?"),
            *("needs_wheelchair", "needs_interpreter", "needs_child_care", "needs_words"),
            css_class="field",
        )
        contact = Fieldset(
            gettext("Where do we tell you when something changes?"),
            HTML(CONTACT_HINT),
            *("whatsapp", "email"),
            css_class="field",
        )
        trap = Div(Field("website"), css_class="trap", aria_hidden="true")
        asked = [Field(name) for name in self.asked]
        return [
            *(Field(name) for name in ("party_size", "nickname")),
            *(*asked, needs, contact, Field("heard_from")),
            *(trap, Field("form_key")),
        ]

    @property
    def button(self) -> Text:  # type: ignore[override]
        if self.by_staff:
            return _("Write them down")
        if self.event.places_left == 0:
            return pgettext_lazy("button", "Join the waiting list")
        return pgettext_lazy("button", "Register")

    @property
    def contact_hint(self) -> str:
        return gettext(
            "Both may be skipped: the code of your receipt shows you everything. Letters go out by e-mail; to a number"
            " an officer writes. Both are erased %(days)d days after the activity."
        ) % {"days": settings.OUTREACH_CONTACT_DAYS}

    @property
    def key(self) -> str:
        """The key of this form: a second sending of it brings the same receipt."""
        return str(self["form_key"].value() or "").strip()

    def clean_whatsapp(self) -> str:
        return whatsapp_number(str(self.cleaned_data["whatsapp"]))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("website"):
            self.refuse(TRAPPED)
        return data

    def wish(self, language: str, link_code: str = "") -> Wish:
        data = self.cleaned_data
        own = ("needs_wheelchair", "needs_interpreter", "needs_child_care", "needs_words")
        contact = {name: data[name] for name in ("email", "whatsapp") if data[name]}
        answers = {
            question.pk: str(data[name]) for name, question in self.asked.items() if data[name] is not None
        }
        return Wish(
            **{name: data[name] for name in (*own, "nickname", "party_size", "heard_from")},
            contact=contact,
            answers=answers,
            language=language,
            link_code=link_code,
        )


CONTACT_HINT = '<p class="hint">{{ form.contact_hint }}</p>'


def field_of(question: RegistrationQuestion) -> forms.Field:
    """The question of an event as a field of the form."""
    label = (
        question.text
        if question.is_needed
        else gettext("%(question)s (may be skipped)") % {"question": question}
    )
    common: dict[str, Any] = {"label": label, "required": question.is_needed}
    if question.kind == Kind.NUMBER:
        sentence = _("Write a number, for example 3")
        return forms.IntegerField(
            **common,
            min_value=0,
            max_value=1_000_000,
            widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
            error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), sentence),
        )
    if question.kind == Kind.CHOICE:
        return forms.ChoiceField(
            **common,
            choices=[
                ("", gettext("Choose one")),
                *((line[:LONGEST_ANSWER], line) for line in question.lines),
            ],
            error_messages=dict.fromkeys(("required", "invalid_choice"), _("Choose one of these")),
        )
    return forms.CharField(
        **common,
        max_length=LONGEST_ANSWER,
        error_messages={
            "required": _("Write a few words first"),
            "max_length": _("Shorten it to %(limit_value)d characters"),
        },
    )


class CodeForm(OneScreen):
    """The code of a receipt."""

    code = forms.CharField(
        label=_("Code of your registration"),
        help_text=_("Eight letters and digits, for example 7K4M-X2C9. Small letters will do."),
        max_length=40,
        widget=forms.TextInput(attrs=CODE_INPUT),
        error_messages={
            "required": _("Write the code of your receipt"),
            "max_length": _("This is longer than any code of ours. Look at your receipt again"),
        },
    )
    button = _("Look")

    def clean_code(self) -> str:
        typed = str(self.cleaned_data["code"])
        if not is_written_right(typed):
            raise ValidationError(SLIP, code="slip")
        return typed


class PartyForm(OneScreen):
    """How many come after all."""

    party_size = people_field(6)
    button = _("Change the number")

    def __init__(self, event: Event, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["party_size"] = people_field(most_of(event))


class ConfirmForm(OneScreen):
    """Nothing but a button, so that a page that was open for too long can be given back."""
