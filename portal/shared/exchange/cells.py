"""What stands in one cell: how each kind is read, and how it is written so that reading gives it back.

Every refusal is a ValueError whose sentence names the damage and the cure. An empty cell means “not known”.
"""

import re
from collections.abc import Callable, Iterable
from datetime import date, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _
from import_export.widgets import Widget

from portal.shared.exchange.files import Broken, Cell, Formula

# Day 1 of a spreadsheet's calendar; the day it wrongly believes in (29 February 1900) is long past.
SPREADSHEET_EPOCH = date(1899, 12, 30)
SHORTENED = re.compile(r"[+-]?\d([.,]\d+)?[eE]\+?\d+")
SPREADSHEET_ERROR = re.compile(r"#(REF!|N/A|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!|#+)", re.IGNORECASE)
UNREADABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ufffd\ud800-\udfff]")
YES = frozenset({"yes", "ya", "y", "true", "1", "benar"})
NO = frozenset({"no", "tidak", "t", "n", "false", "0", "salah"})


class Kind(Widget):
    """A kind of cell; `hint` tells the clerk what to write."""

    # A number may begin with a minus; a text that does would be computed.
    is_number = False

    def hint(self) -> str:
        return ""

    def clean(self, value: Cell, row: Any = None, **kwargs: Any) -> Any:
        return self.read(undamaged(value), row or {})

    def read(self, text: str, row: dict[str, Any]) -> Any:
        return text

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "" if value is None else str(value)

    def typed(self, text: str) -> Any:
        """The value as a workbook keeps it; text unless the kind is a number."""
        return text


def undamaged(cell: Cell) -> str:
    """The text, if no spreadsheet program has visibly spoilt it and every letter can be kept."""
    if isinstance(cell, Formula):
        raise ValueError(_("The cell holds a formula. Copy it and paste it back as a value."))
    text = cell.text if isinstance(cell, Broken) else cell
    if SPREADSHEET_ERROR.fullmatch(text):
        raise ValueError(
            _("“%(text)s” is an error of the spreadsheet. Type the value again.") % {"text": text}
        )
    if UNREADABLE.search(text):
        raise ValueError(_("The cell holds signs that cannot be read. Delete it and type the value again."))
    return text.replace("\r\n", "\n").replace("\r", "\n")


def refuse_shortened(text: str) -> None:
    if SHORTENED.fullmatch(text):
        sentence = _(
            "“%(text)s” is a long number that the spreadsheet shortened. "
            "Make the column text and type the number again."
        )
        raise ValueError(sentence % {"text": text})


class Text(Kind):
    def read(self, text: str, row: dict[str, Any]) -> str:
        refuse_shortened(text)
        return text

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        # Forms save line ends their own way, and nobody sees a space at the end of a cell.
        return super().render(value).replace("\r\n", "\n").replace("\r", "\n").strip()


class Word(Text):
    """A code, an address word: no spaces, small letters."""

    def hint(self) -> str:
        return _("Small letters, digits and hyphens, for example surat-pindah. It never changes.")

    def read(self, text: str, row: dict[str, Any]) -> str:
        text = super().read(text, row)
        if re.fullmatch(r"\d{5}", text) and is_plausible_day(int(text)):
            raise ValueError(turned_into_number(text))
        return text


class Phone(Text):
    def hint(self) -> str:
        return _("As people dial it, for example 021 781 2345 or 0812 3456 7890.")

    def read(self, text: str, row: dict[str, Any]) -> str:
        text = super().read(text, row)
        digits = text.removeprefix("+")
        if digits.isdecimal() and len(digits) >= 9 and not digits.startswith(("0", "62", "1")):
            sentence = _("“%(text)s” has lost the 0 at its start. Make the column text and write 0%(text)s.")
            raise ValueError(sentence % {"text": text})
        return text


class Digits(Text):
    """A code of digits in groups, whose shape shows when a spreadsheet has cut it."""

    def __init__(self, shape: str, example: str) -> None:
        super().__init__()
        self.shape, self.example = re.compile(shape), example

    def hint(self) -> str:
        return _("For example: %(example)s") % {"example": self.example}

    def read(self, text: str, row: dict[str, Any]) -> str:
        text = super().read(text, row)
        if text and not self.shape.fullmatch(text):
            sentence = _("“%(text)s” is not a whole code; zeros may be lost. Write it like %(example)s.")
            raise ValueError(sentence % {"text": text, "example": self.example})
        return text


class Whole(Kind):
    is_number = True

    def hint(self) -> str:
        return _("A whole number. Leave empty what is not known; 0 means none.")

    def read(self, text: str, row: dict[str, Any]) -> int | None:
        if not text:
            return None
        refuse_shortened(text)
        if not re.fullmatch(r"\d{1,9}|\d{1,3}(\.\d{3}){1,2}", text, re.ASCII):
            raise ValueError(
                _("“%(text)s” is not a whole number. Write digits only.") % {"text": shown(text)}
            )
        return int(text.replace(".", ""))

    def typed(self, text: str) -> Any:
        return int(text)


class Number(Kind):
    """A number with a fraction; point or comma parts it."""

    is_number = True

    def hint(self) -> str:
        return _("A number, for example -6.307915.")

    def read(self, text: str, row: dict[str, Any]) -> Decimal | None:
        if not text:
            return None
        refuse_shortened(text)
        try:
            if not re.fullmatch(r"[+-]?\d{1,12}([.,]\d{1,15})?", text, re.ASCII):
                raise InvalidOperation
            return Decimal(text.replace(",", "."))
        except InvalidOperation:
            sentence = _("“%(text)s” is not a number. Write it like -6.307915.")
            raise ValueError(sentence % {"text": shown(text)}) from None

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "" if value is None else f"{Decimal(value).normalize():f}"

    def typed(self, text: str) -> Any:
        return float(text)


class Day(Kind):
    """A day: ISO, or day/month/year where that cannot be read in two ways."""

    def hint(self) -> str:
        return _("Year-month-day, for example 2026-11-21.")

    def read(self, text: str, row: dict[str, Any]) -> date | None:
        if not text:
            return None
        if re.fullmatch(r"\d{5}([.,]0+)?", text) and is_plausible_day(int(text[:5])):
            raise ValueError(turned_into_number(text))
        if match := re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-]([12]\d{3})", text, re.ASCII):
            return self.in_words_of_people(text, *map(int, match.groups()))
        try:
            return date.fromisoformat(text.removesuffix(" 00:00"))
        except ValueError:
            sentence = _("“%(text)s” is not a date. Write it like 2026-11-21.")
            raise ValueError(sentence % {"text": shown(text)}) from None

    def in_words_of_people(self, text: str, first: int, second: int, year: int) -> date:
        if first <= 12 and second <= 12 and first != second:
            sentence = _(
                "“%(text)s” can be read in two ways. Write %(one)s or %(other)s, whichever you mean."
            )
            one, other = date(year, second, first), date(year, first, second)
            raise ValueError(sentence % {"text": text, "one": one, "other": other})
        day, month = (first, second) if second <= 12 else (second, first)
        try:
            return date(year, month, day)
        except ValueError:
            raise ValueError(
                _("“%(text)s” is not in the calendar. Write it like 2026-11-21.") % {"text": text}
            ) from None

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "" if value is None else value.isoformat()


def is_plausible_day(number: int) -> bool:
    """Whether a number of five digits is what a spreadsheet makes of a date of our time (1954 to 2119)."""
    return 20_000 <= number <= 80_000


def turned_into_number(text: str) -> str:
    day = SPREADSHEET_EPOCH + timedelta(days=int(text[:5]))
    sentence = _("“%(text)s” is a date that the spreadsheet turned into a number. Did you mean %(day)s?")
    return sentence % {"text": text, "day": day.isoformat()}


class Clock(Kind):
    def hint(self) -> str:
        return _("Hours and minutes, for example 07:30.")

    def read(self, text: str, row: dict[str, Any]) -> time | None:
        return clock(text) if text else None

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "" if value is None else f"{value:%H:%M}"


def clock(text: str) -> time:
    match = re.fullmatch(r"(\d{1,2})[:.](\d{2})([:.]00)?", text, re.ASCII)
    try:
        if match is None:
            raise ValueError
        return time(int(match[1]), int(match[2]))
    except ValueError:
        raise ValueError(
            _("“%(text)s” is not a time. Write it like 07:30.") % {"text": shown(text)}
        ) from None


class YesNo(Kind):
    """Yes, no, or nobody knows; where `unknown` is a value, an empty cell means it."""

    def __init__(self, unknown: bool | None = None) -> None:
        super().__init__()
        self.unknown = unknown

    def hint(self) -> str:
        return _("yes or no; leave empty what is not known.")

    def read(self, text: str, row: dict[str, Any]) -> bool | None:
        word = text.casefold()
        if not word:
            return self.unknown
        if word in YES:
            return True
        if word in NO:
            return False
        raise ValueError(_("“%(text)s” is neither yes nor no.") % {"text": shown(text)})

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return "" if value is None else (_("yes") if value else _("no"))


class Choice(Kind):
    """One of a few words: the stored key, or its label in either language."""

    def __init__(self, choices: Iterable[tuple[Any, Any]], labels: Callable[[Any], Iterable[str]]) -> None:
        super().__init__()
        self.choices = dict(choices)
        self.labels = labels

    def hint(self) -> str:
        return _("One of: %(words)s") % {"words": ", ".join(map(str, self.choices.values()))}

    def read(self, text: str, row: dict[str, Any]) -> str:
        word = " ".join(text.casefold().split())
        if not word:
            return ""
        for key, label in self.choices.items():
            if word == key or word in self.labels(label):
                return str(key)
        raise ValueError(
            _("“%(text)s” is not known here. Write one of: %(words)s")
            % {"text": shown(text), "words": ", ".join(map(str, self.choices.values()))}
        )

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return str(self.choices.get(value, value or ""))


def shown(text: str) -> str:
    """The beginning of what stood in the cell: enough to find it again."""
    return text if len(text) <= 60 else f"{text[:57]}…"
