"""What staff are asked about a photo."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from feedback.models.photo import NOTHING_TO_COVER

# The nth column is the nth letter; the first row is 1.
COLUMNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SQUARE = re.compile(r"([A-Z])(\d{1,2})(?:-([A-Z])(\d{1,2}))?")
MOST_WRITTEN = 300


class AltForm(forms.Form):
    """What the photo shows, for those who cannot see it."""

    alt = forms.CharField(
        label=_("What does the photo show?"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One sentence for people who cannot see it. No names, no house numbers."),
        error_messages={"required": _("Write one sentence on what the photo shows.")},
    )


class ReleaseForm(AltForm):
    """The same, and a look at the picture."""

    is_looked_at = forms.BooleanField(
        label=_("I have looked: no face, number plate, house number or paper can be recognised."),
        error_messages={"required": _("Look at the photo first, and cover what can be recognised.")},
    )


class RemoveForm(forms.Form):
    reason = forms.CharField(
        label=_("Why?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_(
            "The photo is gone for good. This sentence is kept; do not describe in it what was seen."
        ),
        error_messages={"required": _("Say why, in one sentence.")},
    )


class CoverForm(forms.Form):
    """Squares ticked on the picture, or written as `B3-D5, F1`: whoever has no mouse is as quick."""

    written = forms.CharField(
        label=_("Squares to cover"),
        max_length=MOST_WRITTEN,
        required=False,
        strip=True,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
        help_text=_(
            "For example B3-D5, F1: from square B3 to square D5, and square F1. Or tick them on the picture."
        ),
    )
    ticked = forms.MultipleChoiceField(required=False)

    def __init__(self, *args: Any, columns: int, rows: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.columns, self.rows = columns, rows
        names = [name_of(column, row) for row in range(rows) for column in range(columns)]
        ticked: Any = self.fields["ticked"]
        ticked.choices = [(name, name) for name in names]

    def clean_written(self) -> list[tuple[int, int]]:
        text = re.sub(r"\s*[-–:]\s*", "-", str(self.cleaned_data["written"]).upper())
        squares: list[tuple[int, int]] = []
        for part in filter(None, re.split(r"[\s,;]+", text)):
            squares += self.squares_of(part)
        return squares

    def squares_of(self, part: str) -> list[tuple[int, int]]:
        match = SQUARE.fullmatch(part)
        ends = (
            []
            if match is None
            else [place(match[1], match[2]), place(match[3] or match[1], match[4] or match[2])]
        )
        if not ends or not all(0 <= column < self.columns and 0 <= row < self.rows for column, row in ends):
            last = name_of(self.columns - 1, self.rows - 1)
            words = {"part": part, "last": last}
            raise ValidationError(
                _("“%(part)s” is no square of this picture. They go from A1 to %(last)s."),
                code="square",
                params=words,
            )
        columns, numbers = zip(*ends, strict=True)
        across = range(min(columns), max(columns) + 1)
        down = range(min(numbers), max(numbers) + 1)
        return [(column, row) for row in down for column in across]

    def clean(self) -> dict[str, Any]:
        ticked = [place(name[0], name[1:]) for name in self.cleaned_data.get("ticked", ())]
        squares = sorted({*ticked, *self.cleaned_data.get("written", ())})
        if not squares and not self.errors:
            raise ValidationError(NOTHING_TO_COVER, code="nothing")
        return {"squares": squares}

    def lines(self) -> list[tuple[int, list[tuple[str, bool]]]]:
        """The picture's squares row by row, each with whether it is ticked."""
        sent: Any = self.data
        chosen = set(sent.getlist("ticked")) if self.is_bound else set()
        return [
            (
                row + 1,
                [(name, name in chosen) for name in (name_of(column, row) for column in range(self.columns))],
            )
            for row in range(self.rows)
        ]


def name_of(column: int, row: int) -> str:
    return f"{COLUMNS[column]}{row + 1}"


def place(letter: str, number: str) -> tuple[int, int]:
    return COLUMNS.index(letter), int(number) - 1
