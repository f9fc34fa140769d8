"""What is asked of whoever wants letters, and the code they get; one form for each screen."""

from typing import Any

from crispy_forms.layout import Field
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from outreach.forms.plain import PlainForm
from portal.shared.receipt import is_written_right
from portal.subscriptions.models import Subscription
from portal.subscriptions.sending import KINDS
from services.facets import profile
from services.models import Area, Category

SLIP = _(
    "A letter of the code does not fit. It has three groups of four and one more. Compare it with the letter"
)
UNKNOWN = _("We do not know this code. It holds for two days; ask for another letter if it is older")


class AreaChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.long_name)


class TopicChoice(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.title)


class WishForm(PlainForm):
    """Where to write, about what, how often; area and topic may be skipped."""

    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("Used for these letters only. Nobody at the office sees it."),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("Write the address to which we may write"),
            "invalid": _("Something is missing in the address. Example: nama@contoh.id"),
            "max_length": _("This address is too long. Look at it again"),
        },
    )
    kinds = forms.MultipleChoiceField(
        label=_("What do you want to hear of?"),
        choices=(
            ("wants_news", _("News: closed counters, changed hours, warnings")),
            ("wants_activities", _("Activities: new ones, and those that are called off")),
            ("wants_answers", _("Answers to residents, and what changed because of them")),
        ),
        widget=forms.CheckboxSelectMultiple,
        error_messages=dict.fromkeys(
            ("required", "invalid_choice", "invalid_list"), _("Choose at least one thing you want to hear of")
        ),
    )
    area = AreaChoice(
        label=_("Which area? (may be skipped)"),
        help_text=_("What holds for everybody comes in any case."),
        queryset=Area.objects.none(),
        required=False,
        empty_label=_("Every area"),
        error_messages={
            "invalid_choice": _("Choose one of the areas in the list, or leave it at “every area”")
        },
    )
    topics = TopicChoice(
        label=_("Which topics? (may be skipped)"),
        help_text=_("Nothing ticked: all of them."),
        queryset=Category.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages=dict.fromkeys(
            ("invalid_choice", "invalid_pk_value", "invalid_list"),
            _("Choose topics of the list, or none at all"),
        ),
    )
    every = forms.ChoiceField(
        label=_("How often?"),
        choices=Subscription.Every.choices,
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), _("Choose one: every day or once a week")
        ),
    )
    button = _("Send me the code")

    def build(self) -> None:
        area, topics = self.fields["area"], self.fields["topics"]
        assert isinstance(area, AreaChoice)
        assert isinstance(topics, TopicChoice)
        area.queryset = areas_to_choose()
        topics.queryset = Category.objects.filter(parent=None)

    @property
    def chosen_kinds(self) -> frozenset[str]:
        return frozenset(kind for kind in KINDS if kind in self.cleaned_data["kinds"])


def areas_to_choose() -> Any:
    """Where the portal's people live, down to their RW; the smallest parts would say too much about who asks."""
    portal = profile()
    if portal is None or portal.area is None:
        return Area.objects.none()
    return Area.objects.within(portal.area).exclude(pk=portal.area.pk).exclude(level=Area.Level.RT)


class CodeForm(PlainForm):
    """The code of the letter."""

    code = forms.CharField(
        label=_("Code from the letter"),
        help_text=_("Thirteen letters and digits, for example 7K4M-X2C9-PQ3T-A. Small letters will do."),
        max_length=60,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"}
        ),
        error_messages={
            "required": _("Write the code that stands in the letter"),
            "max_length": _("This is longer than any code of ours. Look at the letter again"),
        },
    )
    button = _("Yes, send me these letters")

    def rows(self) -> list[Any]:
        return [Field("code")]

    def clean_code(self) -> str:
        typed = str(self.cleaned_data["code"])
        if not is_written_right(typed):
            raise ValidationError(SLIP, code="slip")
        return typed
