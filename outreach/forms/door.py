"""What is typed at the door: a code, people without one, heads by group, lines of the paper sheet."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, cast

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from outreach.attending import MOST_PEOPLE, Covers, Group
from outreach.models import Attendance, Event, HeadCount, RemoteSite
from portal.shared.receipt import new_key
from services.models import Area

LONGEST_KEY: Final = 100
# More than one phone lets in at once by tapping; a coach comes in twice.
MOST_AT_ONCE: Final = 200
LINE: Final = re.compile(r"(\d{1,5})(?:-(\d{1,5})|[x*×](\d{1,3}))?", re.IGNORECASE)
MOST_LINES: Final = 5_000
AREAS_OFFERED: Final = 60


class DoorForm(forms.Form):
    """Carries a key, so that a form sent twice, as phones do, counts once."""

    nonce = forms.CharField(required=False, max_length=LONGEST_KEY, widget=forms.HiddenInput)
    send: Any = _("Save")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["nonce"].initial = new_key
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": ""}
        self.helper.layout = Layout(*self.fields)
        self.helper.add_input(Submit("", self.send))

    @property
    def key(self) -> str:
        typed = self["nonce"].value()
        return str(typed)[:LONGEST_KEY] if typed else new_key()


class CodeForm(DoorForm):
    """One code, however it is written; the camera sends the same form and says so."""

    send = _("Check")
    code = forms.CharField(
        label=_("Code"),
        help_text=_("Eight letters and digits, as on the receipt: K7MX-2CQ4. Small letters are fine."),
        max_length=60,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "class": "door-code",
                "enterkeyhint": "go",
            }
        ),
        error_messages={"required": _("Type the code from the receipt")},
    )
    way = forms.CharField(required=False, max_length=8, widget=forms.HiddenInput)

    @property
    def how(self) -> str:
        """Whoever reads by camera says so; anything else was typed."""
        is_scan = self.cleaned_data.get("way") == Attendance.Way.SCAN
        return Attendance.Way.SCAN if is_scan else Attendance.Way.TYPED


class WalkInForm(DoorForm):
    """People without a registration: how many; a name only if they want a certificate or a code."""

    send = _("Let in")
    people = forms.IntegerField(
        label=_("How many people?"),
        min_value=1,
        max_value=MOST_AT_ONCE,
        initial=1,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "required": _("Type how many people came"),
            "invalid": _("Type how many people came, as a number"),
            "min_value": _("Type 1 or more"),
            "max_value": _("Type up to 200 people at once"),
        },
    )
    nickname = forms.CharField(
        label=_("Name to be called (may be skipped)"),
        help_text=_("Only for those who want a receipt code, for example for a certificate."),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class EntryForm(DoorForm):
    """How many of a registered party came."""

    people = forms.IntegerField(min_value=1, max_value=MOST_AT_ONCE)


class HeadCountForm(DoorForm):
    """Heads by age (rows) and sex (columns); a second grid for those of them with a disability."""

    send = _("Save the count")
    covers = forms.ChoiceField(
        label=_("Whom did you count?"),
        choices=Covers.choices,
        initial=Covers.EVERYBODY,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Choose whom you counted")},
    )
    remote_site = forms.ModelChoiceField(
        label=_("Where did you count? (may be skipped)"),
        queryset=RemoteSite.objects.none(),
        required=False,
        empty_label=_("In the main room"),
        error_messages={"invalid_choice": _("Choose one of the places")},
    )
    area = forms.ModelChoiceField(
        label=_("Area they come from (may be skipped)"),
        queryset=Area.objects.none(),
        required=False,
        error_messages={"invalid_choice": _("Choose one of the areas")},
    )
    from_words = forms.CharField(
        label=_("RT / RW in words (may be skipped)"),
        help_text=_("Only if all you count now come from there. Count the next RW on a new form."),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    is_more = forms.ChoiceField(
        label=_("There is a count of this kind already"),
        choices=[
            ("", _("This one takes its place: the room was counted again")),
            ("1", _("This one is added: other people")),
        ],
        required=False,
        initial="",
        widget=forms.RadioSelect,
    )

    def __init__(self, event: Event, *args: Any, has_count: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.event = event
        sites, areas = event.remote_sites.all(), areas_of(event)
        offered: dict[str, Any] = {"remote_site": sites, "area": areas}
        for name, rows in offered.items():
            cast(forms.ModelChoiceField, self.fields[name]).queryset = rows
        if not sites:
            del self.fields["remote_site"]
        if not areas:
            del self.fields["area"]
        if not has_count:
            del self.fields["is_more"]
        for name, words in self.names():
            self.fields[name] = forms.IntegerField(
                label=words,
                required=False,
                min_value=0,
                max_value=MOST_PEOPLE,
                widget=forms.NumberInput(
                    attrs={"inputmode": "numeric", "class": "heads", "aria-label": words}
                ),
                error_messages={
                    "invalid": _("Type whole numbers only"),
                    "min_value": _("Type 0 or more"),
                    "max_value": _("Type smaller numbers"),
                },
            )

    @staticmethod
    def names() -> Iterator[tuple[str, str]]:
        """The names of the boxes and their words: first everybody, then those with a disability."""
        disabled = HeadCount._meta.get_field("has_disability").verbose_name
        for part, more in (("all", ""), ("dis", f", {disabled}")):
            for age in HeadCount.Age:
                for sex in HeadCount.Sex:
                    yield f"{part}_{age.value or 'x'}_{sex.value or 'x'}", f"{age.label}, {sex.label}{more}"

    def grid(self, part: str) -> list[tuple[str, list[Any]]]:
        """The rows of one of the two grids: the age, and a box for each sex."""
        return [
            (str(age.label), [self[f"{part}_{age.value or 'x'}_{sex.value or 'x'}"] for sex in HeadCount.Sex])
            for age in HeadCount.Age
        ]

    @property
    def grids(self) -> list[tuple[str, list[tuple[str, list[Any]]]]]:
        return [("all", self.grid("all")), ("dis", self.grid("dis"))]

    @property
    def sexes(self) -> list[str]:
        return [str(sex.label) for sex in HeadCount.Sex]

    @property
    def shows_disability(self) -> bool:
        """Whether anything stands in the second grid, which is folded otherwise."""
        return any(box.value() or box.errors for _age, boxes in self.grid("dis") for box in boxes)

    @property
    def box_errors(self) -> list[str]:
        """What is wrong inside the grids, each sentence with its box."""
        return [
            f"{self.fields[name].label}: {error}"
            for name, _words in self.names()
            for error in self.errors.get(name, [])
        ]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and not self.groups:
            raise ValidationError(_("Type at least one number."), code="nobody")
        return cleaned

    @property
    def groups(self) -> dict[Group, int]:
        """What `count_heads` keeps: those with a disability are part of the first grid, so they are taken out of it.

        Where only the second grid was filled, its people are all there were.
        """
        found: dict[Group, int] = {}
        for age in HeadCount.Age:
            for sex in HeadCount.Sex:
                name = f"{age.value or 'x'}_{sex.value or 'x'}"
                disabled = self.cleaned_data.get(f"dis_{name}") or 0
                others = max((self.cleaned_data.get(f"all_{name}") or 0) - disabled, 0)
                found[(sex.value, age.value, True)] = disabled
                found[(sex.value, age.value, False)] = others
        return {group: people for group, people in found.items() if people}

    @property
    def where(self) -> dict[str, Any]:
        return {
            name: self.cleaned_data[name]
            for name in ("remote_site", "area", "from_words")
            if self.cleaned_data.get(name)
        }


def areas_of(event: Event) -> Any:
    """The areas an event is for, and what lies in them; few enough for a list."""
    chosen = list(event.areas.values_list("pk", flat=True))
    inside = Area.objects.filter(pk__in=chosen) | Area.objects.filter(parent__in=chosen)
    return Area.objects.filter(pk__in=inside.values_list("pk", flat=True)[:AREAS_OFFERED])


@dataclass(frozen=True)
class Line:
    """A line of the sheet somebody signed, and how many came if fewer than registered."""

    number: int
    people: int | None = None


class SheetForm(DoorForm):
    """The paper sheet typed back: the numbers of the signed lines, and how many wrote themselves in below."""

    send = _("Save the sheet")
    lines = forms.CharField(
        label=_("Numbers of the signed lines"),
        help_text=_("For example: 1-4 6 8 9x2. The last one means that two people came on line 9."),
        required=False,
        max_length=2_000,
        widget=forms.TextInput(
            attrs={"autofocus": True, "autocomplete": "off", "spellcheck": "false", "inputmode": "text"}
        ),
    )
    others = forms.IntegerField(
        label=_("People on the empty lines (may be skipped)"),
        required=False,
        min_value=0,
        max_value=MOST_PEOPLE,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "invalid": _("Type how many people came, as a number"),
            "min_value": _("Type 0 or more"),
            "max_value": _("Type smaller numbers"),
        },
    )

    def __init__(self, last: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.last = last

    def clean_lines(self) -> list[Line]:
        found: dict[int, Line] = {}
        typed = re.sub(r"\s*([-x*×])\s*", r"\1", self.cleaned_data["lines"].replace("–", "-"))
        for word in re.split(r"[\s,;.]+", typed):
            for line in self.read(word) if word else ():
                found[line.number] = line
        unknown = [number for number in found if not 1 <= number <= self.last]
        if unknown:
            raise ValidationError(
                _("There is no line %(line)s. The sheet ends with line %(last)s."),
                code="no_line",
                params={"line": unknown[0], "last": self.last},
            )
        return sorted(found.values(), key=lambda line: line.number)

    def read(self, word: str) -> list[Line]:
        parts = LINE.fullmatch(word)
        if parts is None:
            raise ValidationError(
                _("“%(word)s” is no line. Write numbers like 1-4 6 8 9x2."),
                code="no_number",
                params={"word": word[:20]},
            )
        first, last, people = (int(part) if part else None for part in parts.groups())
        assert first is not None
        if last is None:
            return [Line(first, people)]
        if not first <= last < first + MOST_LINES:
            raise ValidationError(
                _("Begin “%(word)s” with the smaller number."), code="order", params={"word": word[:20]}
            )
        return [Line(number) for number in range(first, last + 1)]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and not (cleaned.get("lines") or cleaned.get("others")):
            raise ValidationError(_("Type the numbers of the signed lines."), code="nobody")
        return cleaned
