"""What is asked about an event, one form for each screen: on the phone of a resident, and from paper at the desk."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout, Submit
from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from outreach import registering
from outreach.models import AfterUse, Event, UnderstandingItem
from outreach.models.opinion import Scale, self_made_code
from portal.shared.receipt import new_key

LONGEST_KEY = 100
TOO_OLD = _("This page was open for too long. Press Send once more, your answers are still here")
TOO_MANY = _(
    "Many answers came from this place just now. Wait %(n)s minutes and press Send again, your answers are still here"
)
CHANGED = _("Choose one of the answers, or skip the question")
CODE_UNKNOWN = _("This code does not belong to this activity. Look at it again, or leave it empty")
SHORTEST_OWN_CODE = 4


def one_of(label: Any, choices: list[tuple[Any, Any]], *, may_skip: bool = True) -> forms.TypedChoiceField:
    """A question with a few answers as cards; nothing is chosen beforehand, skipping neither."""
    return forms.TypedChoiceField(
        label=label,
        choices=[*choices, ("", _("Skip"))] if may_skip else choices,
        widget=forms.RadioSelect,
        coerce=int,
        empty_value=None,
        required=False,
        initial=0,
        error_messages={"invalid_choice": CHANGED},
    )


class OpinionForm(forms.Form):
    """What the forms have in common: a key so that two sendings are one answer, and the event."""

    form_key = forms.CharField(required=False, max_length=LONGEST_KEY, widget=forms.HiddenInput)
    scales: tuple[str, ...] = ()
    # Not when too many codes were tried from one place: then none is looked up, right or wrong.
    may_look_up = True

    def __init__(self, event: Event, *args: Any, is_paper: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.event, self.is_paper = event, is_paper
        self.fields["form_key"].initial = new_key
        self.build()
        if is_paper:
            self.fields.pop("code", None)
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": ""}
        self.helper.layout = Layout(
            *(Field(name, wrapper_class="scale" if name in self.scales else "") for name in self.fields)
        )
        self.helper.add_input(Submit("", gettext("Save, next sheet") if is_paper else gettext("Send now")))

    def build(self) -> None:
        """Adds what depends on the event."""

    @property
    def key(self) -> str:
        """The key of this form: a second sending of it is the same answer."""
        typed = self["form_key"].value()
        return str(typed)[:LONGEST_KEY] if typed else new_key()

    @property
    def said(self) -> dict[str, Any]:
        """The columns of the answer."""
        raise NotImplementedError

    @property
    def code(self) -> str:
        return ""

    def refuse(self, sentence: Any, **params: Any) -> None:
        self.add_error(None, ValidationError(sentence, code="refused", params=params or None))


class WithReceiptCode(OpinionForm):
    """Whoever has a receipt code may give it, so that it is known that a guest answered, not which one."""

    def build(self) -> None:
        self.fields["code"] = forms.CharField(
            label=_("Code of your registration (may be skipped)"),
            help_text=_(
                "Nobody sees whose answer this is. The code only keeps anybody from answering twice."
            ),
            required=False,
            max_length=40,
            widget=forms.TextInput(
                attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
            ),
        )

    def clean_code(self) -> str:
        typed = str(self.cleaned_data["code"]).strip()
        if not typed or not self.may_look_up:
            return ""
        registration = registering.find(typed)
        if registration is None or registration.event_id != self.event.pk:
            raise ValidationError(CODE_UNKNOWN, code="unknown")
        return str(registration.code_hash)

    @property
    def code(self) -> str:
        return str(self.cleaned_data.get("code") or "")


class RatingForm(WithReceiptCode):
    """Useful, clear, what was missing; each may be skipped."""

    scales = ("usefulness", "clarity")

    def build(self) -> None:
        self.fields["usefulness"] = one_of(_("Was it useful for you?"), list(Scale.choices))
        self.fields["clarity"] = one_of(_("Was it clear and easy to follow?"), list(Scale.choices))
        self.fields["missing"] = forms.CharField(
            label=_("What was missing? (may be skipped)"),
            help_text=_("One sentence is enough. Please do not write names."),
            required=False,
            max_length=500,
            widget=forms.Textarea(attrs={"rows": 3}),
            error_messages={"max_length": _("Please keep it to %(limit_value)d characters")},
        )
        super().build()

    @property
    def said(self) -> dict[str, Any]:
        return {name: self.cleaned_data.get(name) for name in self.scales} | {
            "missing": self.cleaned_data.get("missing", "")
        }


class AfterUseForm(WithReceiptCode):
    """Did you use the service, and what got in the way."""

    scales = ("answer",)

    def build(self) -> None:
        self.fields["answer"] = forms.ChoiceField(
            label=_("Have you used the service since then?"),
            choices=AfterUse.Answer.choices,
            widget=forms.RadioSelect,
            error_messages={"required": _("Choose one of the answers."), "invalid_choice": CHANGED},
        )
        self.fields["words"] = forms.CharField(
            label=_("What got in the way? (may be skipped)"),
            required=False,
            max_length=500,
            widget=forms.Textarea(attrs={"rows": 3}),
            error_messages={"max_length": _("Please keep it to %(limit_value)d characters")},
        )
        super().build()

    @property
    def said(self) -> dict[str, Any]:
        return {name: self.cleaned_data.get(name, "") for name in ("answer", "words")}


class UnderstandingForm(OpinionForm):
    """The questions before or after, and the code the person made up, the same on both sheets."""

    def __init__(self, event: Event, phase: str, *args: Any, **kwargs: Any) -> None:
        self.phase = phase
        self.items: list[UnderstandingItem] = list(event.understanding_items.all())
        self.scales = tuple(f"item_{number}" for number in range(len(self.items)))
        super().__init__(event, *args, **kwargs)

    def build(self) -> None:
        self.fields["own_code"] = forms.CharField(
            label=_("Your own code"),
            help_text=_(
                "First two letters of your mother's name and the day you were born, for example SI17. "
                "Write the same on both sheets; nobody can tell from it who you are."
            ),
            max_length=40,
            widget=forms.TextInput(
                attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
            ),
            error_messages={"required": _("Make up a code first, and use the same one afterwards")},
        )
        for number, item in enumerate(self.items):
            label = format_html("{}. {}", number + 1, item.text)
            self.fields[f"item_{number}"] = one_of(label, [*item.answers])

    def clean_own_code(self) -> str:
        code = self_made_code(self.cleaned_data["own_code"])
        if len(code) < SHORTEST_OWN_CODE:
            raise ValidationError(
                _("The code needs at least 4 letters and digits, for example SI17"), code="short"
            )
        return code

    @property
    def said(self) -> dict[str, Any]:
        return {"phase": self.phase, "answers": [self.cleaned_data.get(name) for name in self.scales]}

    @property
    def code(self) -> str:
        return str(self.cleaned_data.get("own_code") or "")
