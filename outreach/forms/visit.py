"""What officers write down at the doors: one tap, its details, doors counted at once, homes to pass by."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Field, Layout, Submit
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from outreach.models import DoNotVisit, RoundArea, RoundTopic, Visit
from outreach.models.home_visit import MOST_HOMES, house_key
from outreach.visiting import AHEAD, Door

Outcome = Visit.Outcome
MOST_FLYERS = 50
SCALE = (
    ("", "–"),
    ("1", pgettext_lazy("understood", "1 not at all")),
    ("2", pgettext_lazy("understood", "2 a little")),
    ("3", pgettext_lazy("understood", "3 mostly")),
    ("4", pgettext_lazy("understood", "4 well")),
)
TRY_AGAIN = _("That did not arrive whole. Press the button once more.")


# What is asked before and after, above the two answers.
QUESTION = "<h2>{{ round.understanding_question }}</h2>"


class OfficerForm(forms.Form):
    """One screen for a thumb: a layout of its own fields, one large button below."""

    button: Any = _("Save")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": ""}
        self.helper.layout = Layout(*self.rows())
        self.helper.add_input(Submit("", gettext(self.button)))

    def rows(self) -> list[Any]:
        return list(self.fields)


class TapForm(forms.Form):
    """The outcome buttons of an RT; the house number only where somebody has to find it again."""

    client_id = forms.UUIDField(error_messages={"required": TRY_AGAIN, "invalid": TRY_AGAIN})
    outcome = forms.ChoiceField(
        choices=Outcome.choices, error_messages={"required": TRY_AGAIN, "invalid_choice": TRY_AGAIN}
    )
    house = forms.CharField(
        label=_("House number (may be skipped)"),
        required=False,
        max_length=40,
        error_messages={"max_length": _("Only the number of the house, 40 characters at most")},
    )
    follows = forms.ModelChoiceField(
        Visit.objects.none(), required=False, error_messages={"invalid_choice": TRY_AGAIN}
    )

    def __init__(self, area: RoundArea, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["follows"].queryset = area.visits.live()  # type: ignore[attr-defined]

    def door(self) -> Door:
        data = self.cleaned_data
        follows: Visit | None = data["follows"]
        house = data["house"] or (follows.house if follows else "")
        return Door(data["outcome"], house=house, follows=follows)


class DetailsForm(OfficerForm):
    """More about a visit already written down; its fields are those its outcome has room for."""

    outcome = forms.ChoiceField(label=_("How it went"), choices=Outcome.choices)
    topics = forms.ModelMultipleChoiceField(
        RoundTopic.objects.none(),
        label=_("Talked about"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    flyers = forms.IntegerField(label=_("Material given"), required=False, min_value=0, max_value=MOST_FLYERS)
    before = forms.TypedChoiceField(
        label=_("Before"), choices=SCALE, coerce=int, empty_value=None, required=False
    )
    after = forms.TypedChoiceField(
        label=_("After"), choices=SCALE, coerce=int, empty_value=None, required=False
    )
    house = forms.CharField(label=_("House number"), required=False, max_length=40)
    return_at = forms.DateTimeField(
        label=_("Come back at (may be skipped)"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"invalid": _("Choose a day and an hour")},
    )
    keep_away = forms.BooleanField(label=_("Asked not to be visited again"), required=False)
    note = forms.CharField(
        label=_("Note (may be skipped)"),
        required=False,
        max_length=200,
        help_text=_("No names, no telephone numbers."),
    )

    def __init__(self, visit: Visit, *args: Any, may_turn: bool = False, **kwargs: Any) -> None:
        """`may_turn`: whoever oversees the round may say that it went otherwise; an officer takes back, taps anew."""
        self.visit, self.may_turn = visit, may_turn
        kwargs["initial"] = {
            "outcome": visit.outcome,
            "topics": [topic.pk for topic in visit.topics.all()],
            "flyers": visit.flyers,
            "before": visit.before,
            "after": visit.after,
            "house": visit.house,
            "return_at": visit.return_at,
            "note": visit.note,
        } | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)

    def rows(self) -> list[Any]:
        round_ = self.visit.area.round
        self.fields["topics"].queryset = round_.topics.all()  # type: ignore[attr-defined]
        self.fields["flyers"].label = round_.material_words or self.fields["flyers"].label
        wanted = self.wanted()
        for name in set(self.fields) - wanted:
            del self.fields[name]
        rows: list[Any] = [name for name in self.fields if name not in ("before", "after")]
        if "before" in wanted:
            pair = Div(Field("before"), Field("after"), css_class="pair")
            rows[rows.index("note") : rows.index("note")] = [HTML(QUESTION), pair]
        return rows

    def wanted(self) -> set[str]:
        """Eight controls at most, buttons counted: what is asked depends on what happened at the door."""
        round_, outcome = self.visit.area.round, self.visit.outcome
        names = {"note"} | ({"outcome"} if self.may_turn else set())
        if outcome == Outcome.MET:
            names |= {"flyers"} | ({"topics"} if round_.topics.exists() else set())
            names |= {"before", "after"} if round_.understanding_question else set()
        if outcome in (Outcome.NOT_HOME, Outcome.RETURN) and self.visit.households == 1:
            names |= {"house"}
        if outcome == Outcome.RETURN and self.visit.households == 1:
            names |= {"return_at"}
        if outcome == Outcome.NOT_HOME:
            names |= {"flyers"}
        if outcome == Outcome.REFUSED:
            names |= {"keep_away", "house"}
        return names

    def clean_return_at(self) -> datetime | None:
        moment: datetime | None = self.cleaned_data["return_at"]
        if moment and moment < timezone.now() - AHEAD:
            raise ValidationError(_("That time has passed. Choose a later one."), code="past")
        return moment

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("keep_away") and not house_key(data.get("house", "")):
            self.add_error(
                "house", ValidationError(_("Write the house number, so that nobody knocks there again"))
            )
        return data

    def door(self) -> Door:
        data, visit = self.cleaned_data, self.visit
        return Door(
            outcome=data.get("outcome", visit.outcome),
            households=visit.households,
            house=data.get("house", visit.house),
            return_at=data.get("return_at"),
            topics=tuple(data.get("topics") or ()),
            flyers=data.get("flyers") or 0,
            before=data.get("before"),
            after=data.get("after"),
            note=data["note"],
        )


class CountsForm(OfficerForm):
    """Doors counted by outcome: a row of closed doors, or a whole street where nothing else is written down."""

    button = _("Save these homes")
    not_home = forms.IntegerField(label=Outcome.NOT_HOME.label, required=False)
    met = forms.IntegerField(label=Outcome.MET.label, required=False)
    refused = forms.IntegerField(label=Outcome.REFUSED.label, required=False)
    empty = forms.IntegerField(label=Outcome.EMPTY.label, required=False)
    at = forms.DateTimeField(
        label=_("When (may be skipped)"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("Empty: just now."),
        error_messages={"invalid": _("Choose a day and an hour")},
    )
    client_id = forms.UUIDField(
        widget=forms.HiddenInput, error_messages={"required": TRY_AGAIN, "invalid": TRY_AGAIN}
    )
    counted = (Outcome.NOT_HOME, Outcome.MET, Outcome.REFUSED, Outcome.EMPTY)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"client_id": uuid4()} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        for outcome in self.counted:
            field = self.fields[outcome.value]
            field.min_value, field.max_value = 0, MOST_HOMES  # type: ignore[attr-defined]
            field.validators += [at_least_none, at_most_many]
            field.widget.attrs |= {"min": 0, "max": MOST_HOMES, "inputmode": "numeric"}
            field.error_messages["invalid"] = _("Write a number, for example 4")

    def rows(self) -> list[Any]:
        counts = [Field(outcome.value) for outcome in self.counted]
        return [Div(*counts[:2], css_class="pair"), Div(*counts[2:], css_class="pair"), "at", "client_id"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not any(data.get(outcome.value) for outcome in self.counted):
            self.add_error("not_home", ValidationError(_("Write at least one number"), code="none"))
        return data

    def counts(self) -> dict[str, int]:
        return {outcome.value: self.cleaned_data[outcome.value] or 0 for outcome in self.counted}

    @property
    def key(self) -> UUID:
        found: UUID = self.cleaned_data["client_id"]
        return found


def at_least_none(number: int) -> None:
    if number < 0:
        raise ValidationError(_("Write 0 or more"), code="negative")


def at_most_many(number: int) -> None:
    if number > MOST_HOMES:
        raise ValidationError(_("At most %(most)d homes at once"), code="many", params={"most": MOST_HOMES})


class PassByForm(OfficerForm):
    """A home that asked not to be visited."""

    button = _("Put on the list")
    house = forms.CharField(
        label=_("House number"),
        max_length=40,
        help_text=DoNotVisit._meta.get_field("house").help_text,
        error_messages={"required": _("Write the number or the mark of the house.")},
    )

    def clean_house(self) -> str:
        house: str = self.cleaned_data["house"]
        if not house_key(house):
            raise ValidationError(_("Write the number or the mark of the house."), code="no_number")
        return house


class LiftForm(OfficerForm):
    """Why a home may be visited again."""

    button = _("May be visited again")
    reason = forms.CharField(
        label=_("Who told you so?"),
        max_length=200,
        help_text=_("For example: they called us. No names."),
        error_messages={"required": _("Say in one sentence who told you so.")},
    )
