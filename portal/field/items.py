"""What a phone may say: each kind of thing it brings read by a form of its own, strangers' JSON taken apart first."""

import json
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from outreach.forms.visit import MOST_FLYERS, CountsForm
from outreach.models import Attendance, Visit
from outreach.models.home_visit import house_key
from outreach.visiting import Door
from portal.field.models import Kind

MOST_ITEMS: Final = 50
MOST_LETTERS: Final = 2_000_000
MOST_KEYS: Final = 50
LARGEST_KEY: Final = 2**62
NOT_UNDERSTOOD: Final = _("This was not understood. It stays on the phone; show it to your supervisor.")
PHONE_WAYS: Final = (Attendance.Way.SCAN, Attendance.Way.TYPED, Attendance.Way.TICK)


class Unreadable(ValueError):
    """Not what a phone of ours sends; the sentence says so to whoever wrote that program."""


def read(text: str) -> list[dict[str, Any]]:
    """The things in a sending, not looked into yet."""
    if len(text) > MOST_LETTERS:
        raise Unreadable("At most 2 MB at once.")
    try:
        found = json.loads(text, parse_constant=lambda name: None)
    except (ValueError, RecursionError) as broken:
        raise Unreadable("`items` is not JSON.") from broken
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise Unreadable("`items` is not a list of objects.")
    if not 0 < len(found) <= MOST_ITEMS:
        raise Unreadable(f"Between 1 and {MOST_ITEMS} items at once.")
    return found


def is_plain(value: Any, depth: int = 0) -> bool:
    """Whether every database can keep it: no null bytes, no halves of letters, no numbers without end."""
    if isinstance(value, str):
        return "\0" not in value and not any("\ud800" <= letter <= "\udfff" for letter in value)
    if isinstance(value, int | None):
        return value is None or -LARGEST_KEY < value < LARGEST_KEY
    if depth > 2:
        return False
    if isinstance(value, list):
        return len(value) <= MOST_KEYS and all(is_plain(one, depth + 1) for one in value)
    if isinstance(value, dict):
        return len(value) <= MOST_KEYS and all(
            is_plain(part, depth + 1) for pair in value.items() for part in pair
        )
    return False


class KeysField(forms.Field):
    """A list of keys of rows; whether they are there is asked later."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> tuple[int, ...]:
        if value in (None, ""):
            return ()
        if not isinstance(value, list) or not all(type(one) is int and one > 0 for one in value):
            raise ValidationError(NOT_UNDERSTOOD, code="invalid")
        return tuple(dict.fromkeys(value))


def key_field(**more: Any) -> forms.IntegerField:
    return forms.IntegerField(min_value=1, max_value=LARGEST_KEY, **more)


class MomentField(forms.DateTimeField):
    """A moment no clock of a phone is too wrong for and every database can keep."""

    def clean(self, value: Any) -> datetime | None:
        found: datetime | None = super().clean(value)
        if found is not None and not 1970 <= found.year <= 2100:
            raise ValidationError(NOT_UNDERSTOOD, code="invalid")
        return found


class Envelope(forms.Form):
    """What every kind has: which it is, its own name, and when it was by the clock of the phone."""

    client_id = forms.UUIDField()
    kind = forms.ChoiceField(choices=Kind.choices)
    at = MomentField()

    @property
    def key(self) -> UUID:
        found: UUID = self.cleaned_data["client_id"]
        return found

    @property
    def said_at(self) -> datetime:
        found: datetime = self.cleaned_data["at"]
        return found


class DoorForm(forms.Form):
    """How it went at one door."""

    outcome = forms.ChoiceField(choices=Visit.Outcome.choices)
    house = forms.CharField(required=False, max_length=40)
    return_at = MomentField(required=False)
    topics = KeysField(required=False)
    flyers = forms.IntegerField(required=False, min_value=0, max_value=MOST_FLYERS)
    before = forms.IntegerField(required=False, min_value=1, max_value=4)
    after = forms.IntegerField(required=False, min_value=1, max_value=4)
    note = forms.CharField(required=False, max_length=200)

    def door(self, **more: Any) -> Door:
        """Without topics, which are rows."""
        data = self.cleaned_data
        return Door(
            data["outcome"],
            house=data["house"],
            return_at=data["return_at"],
            flyers=data["flyers"] or 0,
            before=data["before"],
            after=data["after"],
            note=data["note"],
            **more,
        )


class VisitForm(DoorForm):
    area = key_field()
    follows = key_field(required=False)
    follows_client = forms.UUIDField(required=False)


class CorrectionForm(DoorForm):
    target = forms.UUIDField()


class UndoForm(forms.Form):
    target = forms.UUIDField()


class KeepAwayForm(forms.Form):
    area = key_field()
    house = forms.CharField(max_length=40)

    def clean_house(self) -> str:
        house: str = self.cleaned_data["house"]
        if not house_key(house):
            raise ValidationError(_("Write the number or the mark of the house."), code="no_number")
        return house


class CountForm(forms.Form):
    area = key_field()
    # An object already, not its text.
    counts = forms.Field()

    def clean_counts(self) -> dict[str, int]:
        """Checked by the form of the same page with signal."""
        said = self.cleaned_data["counts"]
        if not isinstance(said, dict):
            raise ValidationError(NOT_UNDERSTOOD, code="invalid")
        form = CountsForm({**said, "client_id": UUID(int=0)})
        if not form.is_valid():
            raise ValidationError([sentence for errors in form.errors.values() for sentence in errors])
        return form.counts()


class CheckInForm(forms.Form):
    """A code, a line of the roster, or people without either."""

    event = key_field()
    code = forms.CharField(required=False, max_length=40)
    registration = key_field(required=False)
    people = forms.IntegerField(required=False, min_value=1, max_value=500)
    way = forms.ChoiceField(required=False, choices=[(way.value, way.value) for way in PHONE_WAYS])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not any(data.get(name) for name in ("code", "registration", "people")):
            raise ValidationError(NOT_UNDERSTOOD, code="nobody")
        return data


FORMS: Final[dict[str, type[forms.Form]]] = {
    Kind.VISIT: VisitForm,
    Kind.CORRECTION: CorrectionForm,
    Kind.UNDO: UndoForm,
    Kind.KEEP_AWAY: KeepAwayForm,
    Kind.COUNT: CountForm,
    Kind.CHECK_IN: CheckInForm,
}


class Said:
    """One thing a phone says, understood: `form` is the one of its kind; a case has none here."""

    def __init__(self, item: dict[str, Any]) -> None:
        if not is_plain(item):
            raise ValidationError(NOT_UNDERSTOOD, code="invalid")
        envelope = Envelope(item)
        if not envelope.is_valid():
            raise ValidationError(NOT_UNDERSTOOD, code="invalid")
        self.item = item
        self.key, self.said_at = envelope.key, envelope.said_at
        self.kind: str = envelope.cleaned_data["kind"]
        self.form: Any = None
        if self.kind in FORMS:
            self.form = understood(self.kind, item)

    @property
    def data(self) -> dict[str, Any]:
        found: dict[str, Any] = self.form.cleaned_data
        return found


def understood(kind: str, item: dict[str, Any]) -> Any:
    form = FORMS[kind](item)
    if not form.is_valid():
        sentences = [sentence for errors in form.errors.values() for sentence in errors]
        raise ValidationError(sentences)
    return form
