"""What staff are asked before they write to those who registered, or look at their numbers."""

from typing import Any

from crispy_forms.layout import HTML, Field
from django import forms
from django.utils.translation import gettext_lazy as _

from outreach.forms.registration import LONGEST_KEY, OneScreen
from outreach.models import EventMessage
from portal.shared.receipt import new_key

BUTTONS = (
    '<div class="actions">{% if form.is_seen %}<button class="btn btn-primary" name="langkah" value="kirim">'
    "{{ form.send }}</button>{% endif %}"
    '<button class="btn {% if form.is_seen %}btn-outline-primary{% else %}btn-primary{% endif %}" name="langkah"'
    ' value="lihat">{{ form.button }}</button></div>'
)


class MessageForm(OneScreen):
    """To whom, and what."""

    to = forms.ChoiceField(
        label=_("To whom?"),
        choices=EventMessage.To.choices,
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Choose one of these")),
    )
    subject = forms.CharField(
        label=_("Subject"),
        help_text=_("The title of the activity is added to it."),
        max_length=100,
        error_messages={
            "required": _("Write a subject, a few words are enough"),
            "max_length": _("Shorten it to %(limit_value)d characters"),
        },
    )
    text = forms.CharField(
        label=_("Text"),
        help_text=_("Greeting, date, place and the name of your unit are added."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={
            "required": _("Write the text first"),
            "max_length": _("Shorten it to %(limit_value)d characters"),
        },
    )
    form_key = forms.CharField(required=False, max_length=LONGEST_KEY, widget=forms.HiddenInput)
    button = _("See whom it reaches")
    send = _("Send it now")

    def __init__(self, *args: Any, is_seen: bool = False, **kwargs: Any) -> None:
        self.is_seen = is_seen
        kwargs["initial"] = {"form_key": new_key()} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.helper.layout.fields[-1] = HTML(BUTTONS)

    def rows(self) -> list[Any]:
        return [Field("to"), Field("subject"), Field("text"), Field("form_key")]

    def clean_subject(self) -> str:
        return " ".join(str(self.cleaned_data["subject"]).split())

    @property
    def key(self) -> str:
        return str(self["form_key"].value() or "") or new_key()


class NumbersForm(OneScreen):
    """Why somebody needs to see numbers; it is written down."""

    to = forms.ChoiceField(
        label=_("Whose numbers?"),
        choices=EventMessage.To.choices,
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Choose one of these")),
    )
    why = forms.CharField(
        label=_("What do you need them for?"),
        help_text=_(
            "For example: the hall has changed, I write to everybody. It is logged; the auditor reads it."
        ),
        max_length=200,
        error_messages={
            "required": _("Say what it is for, in one sentence."),
            "max_length": _("Shorten it to %(limit_value)d characters"),
        },
    )
    button = _("Log it and show the numbers")
