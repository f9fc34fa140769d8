"""Form fields in the editor's words: days as boxes to tick, lists as lines, the phone's own calendar."""

from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

WEEKDAY_CHOICES = [(str(number + 1), name) for number, name in WEEKDAYS.items()]


class NativeDateInput(forms.DateInput):
    """The phone's own calendar; it speaks ISO whatever the language of the page."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs={"type": "date", **(attrs or {})}, format="%Y-%m-%d")


class NativeTimeInput(forms.TimeInput):
    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs={"type": "time", **(attrs or {})}, format="%H:%M")


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


class LinesField(forms.CharField):
    """A list of words, one on each line."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 5}), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return list(initial or []) != self.to_lines(data or "")

    def clean(self, value: Any) -> list[str]:
        return self.to_lines(super().clean(value))

    @staticmethod
    def to_lines(text: str) -> list[str]:
        return [line.strip() for line in text.splitlines() if line.strip()]
