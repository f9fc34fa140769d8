"""Form fields in the editor's words: days as boxes to tick, searches as lines, the phone's own calendar."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from portal.shared.templatetags.indonesia import rupiah

AMOUNT_TRIMMINGS = re.compile(r"^\s*rp\.?|\s|,-$", re.IGNORECASE)
AMOUNT = re.compile(r"-?(\d+|\d{1,3}(\.\d{3})+)(,\d{1,2})?")
WEEKDAY_CHOICES = [(str(number + 1), name) for number, name in WEEKDAYS.items()]


class NativeDateInput(forms.DateInput):
    """The phone's own calendar; it speaks ISO whatever the language of the page."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs={"type": "date", **(attrs or {})}, format="%Y-%m-%d")


class NativeTimeInput(forms.TimeInput):
    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs={"type": "time", **(attrs or {})}, format="%H:%M")


class NativeMomentInput(forms.DateTimeInput):
    """Day and hour in one field of the phone's own; it speaks ISO whatever the language of the page."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs={"type": "datetime-local", **(attrs or {})}, format="%Y-%m-%dT%H:%M")


class RupiahField(forms.DecimalField):
    """An amount as it stands on a decree: 25000, 25.000, Rp25.000,00. A dot parts thousands, never sen."""

    default_error_messages = {"invalid": _("Write the amount in digits, for example: 25.000")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"widget": forms.TextInput(attrs={"inputmode": "numeric"}), **kwargs})

    def prepare_value(self, value: Any) -> Any:
        return rupiah(value).removeprefix("Rp") if isinstance(value, Decimal) else value

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = AMOUNT_TRIMMINGS.sub("", value)
            if value and not AMOUNT.fullmatch(value):
                raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
            value = value.replace(".", "").replace(",", ".")
        return super().to_python(value)


class DaysField(forms.MultipleChoiceField):
    """Days of the week to tick, stored as the digits of `OpeningHours.days`: Monday to Friday is "12345"."""

    default_error_messages = {"required": _("Tick at least one day.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            choices=WEEKDAY_CHOICES,
            widget=forms.CheckboxSelectMultiple(attrs={"class": "radiolist inline"}),
            **kwargs,
        )

    def prepare_value(self, value: Any) -> Any:
        return list(value) if isinstance(value, str) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(list(initial or ""), data)

    def clean(self, value: Any) -> str:
        return "".join(sorted(super().clean(value)))


class SearchesField(forms.CharField):
    """Searches offered to residents, one on each line: what they see = what is searched for them."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 5}), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(map(as_line, value)) if isinstance(value, list) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return list(initial or []) != searches_in(data or "")

    def clean(self, value: Any) -> list[dict[str, str]]:
        return searches_in(super().clean(value))


def as_line(search: dict[str, str]) -> str:
    label, query = search["label"], search["query"]
    return label if label == query else f"{label} = {query}"


def searches_in(text: str) -> list[dict[str, str]]:
    """A line without “=” is searched for as it is shown; empty lines are left out."""
    pairs = (line.partition("=") for line in text.splitlines())
    halves = ((label.strip(), query.strip()) for label, _equals, query in pairs)
    return [{"label": label or query, "query": query or label} for label, query in halves if label or query]
