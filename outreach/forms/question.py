"""Asking about an event; and what a moderator writes: the words everybody reads, the answer, why not."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from outreach.forms.plain import LONGEST_KEY, PlainForm
from outreach.models import Question
from outreach.models.question import NO_WORDS
from portal.shared.leaks import SecondLook
from portal.shared.receipt import new_key

LONGEST = 500
TOO_LONG = _("Please keep it to %(limit_value)d characters")


class AskForm(PlainForm):
    """One question, nothing else."""

    text = forms.CharField(
        label=_("Your question"),
        help_text=_("For example: must I register again every year? Please do not write names."),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": NO_WORDS, "max_length": TOO_LONG},
    )
    button = _("Send the question")


class DeskForm(forms.Form):
    """A form of the moderator: one button, said by the form."""

    button: Any = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_action = ""
        self.helper.attrs = {"novalidate": ""}
        self.helper.add_input(Submit("", str(self.button)))


class AloudForm(DeskForm):
    """A question that was asked aloud or handed in on paper."""

    text = forms.CharField(
        label=_("The question"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write down the question first"), "max_length": TOO_LONG},
    )
    way = forms.ChoiceField(
        label=_("How did it come in?"),
        choices=[one for one in Question.Way.choices if one[0] != Question.Way.SITE],
        widget=forms.RadioSelect,
        initial=Question.Way.ALOUD,
        error_messages={"required": _("Choose one"), "invalid_choice": _("Choose one")},
    )
    form_key = forms.CharField(max_length=LONGEST_KEY, widget=forms.HiddenInput, initial=new_key)
    button = _("Write it down")


class AnswerForm(SecondLook, DeskForm):
    """One question as everybody reads it, and its answer; without an answer it is only shown."""

    shown = forms.CharField(
        label=_("The question as everybody reads it"),
        help_text=_("Short, and without anything that tells who asked or about whom."),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": _("Write the question as everybody will read it."),
            "max_length": TOO_LONG,
        },
    )
    answer = forms.CharField(
        label=_("The answer (may follow later)"),
        required=False,
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"max_length": TOO_LONG},
    )
    who = forms.CharField(
        label=_("Who answers (may be skipped)"),
        help_text=_("The function, for example: Puskesmas."),
        required=False,
        max_length=120,
    )
    live = forms.BooleanField(label=_("It was answered at the activity"), required=False)
    field_order = ("shown", "answer", "who", "live", "is_sure")
    button = _("Save and show it")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self.look_again(cleaned, "\n".join(cleaned.get(name, "") for name in ("shown", "answer")))
        return cleaned


class HideForm(DeskForm):
    """Why a question is not shown."""

    reason = forms.CharField(
        label=_("Why is it not shown?"),
        help_text=_("Only staff read it. For example: names somebody, asked twice, not about this."),
        max_length=250,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say why it is not shown. Only staff read it.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.button = gettext("Do not show it")
        super().__init__(*args, **kwargs)
