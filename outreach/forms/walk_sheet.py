"""Walk lists: how many sheets to print, and the lines of one typed back by outcome."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from crispy_forms.layout import Div, Field
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from outreach.forms.visit import TRY_AGAIN, OfficerForm
from outreach.models import Visit, WalkSheet
from outreach.models.visit_round import RoundTopic
from outreach.visiting import AHEAD, Door
from outreach.walk_sheets import MOST_SHEETS, read_lines, written_lines

Outcome = Visit.Outcome


class MakeSheetsForm(OfficerForm):
    button = _("Make sheets to print")
    number = forms.IntegerField(
        label=_("Sheets"),
        min_value=1,
        max_value=MOST_SHEETS,
        initial=1,
        help_text=_("20 homes fit on each."),
        error_messages={
            "required": _("How many sheets?"),
            "invalid": _("Write a number, for example 2"),
            "min_value": _("At least one sheet"),
            "max_value": _("At most %(limit_value)d sheets at once"),
        },
    )
    client_id = forms.UUIDField(
        widget=forms.HiddenInput, error_messages={"required": TRY_AGAIN, "invalid": TRY_AGAIN}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"client_id": uuid4()} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)


class SheetForm(OfficerForm):
    """One sheet: behind each outcome the lines that have it; a sheet typed before comes filled and is mended."""

    button = _("Save this sheet")
    day = forms.DateField(
        label=_("Day of the walk"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": _("Choose the day"),
            "invalid": _("Write the date like this: 27/11/2026"),
        },
    )
    hour = forms.TimeField(
        label=_("Begun at"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={
            "required": _("About what time was it?"),
            "invalid": _("Write the time like this: 15:30"),
        },
    )

    def __init__(self, sheet: WalkSheet, *args: Any, **kwargs: Any) -> None:
        self.sheet = sheet
        self.topics: list[RoundTopic] = list(sheet.area.round.topics.all())
        typed = list(sheet.visits.live().prefetch_related("topics"))
        begun = timezone.localtime(typed[0].at if typed else sheet.made_at)
        initial: dict[str, Any] = {"day": begun.date(), "hour": begun.time() if typed else None}
        for outcome in Outcome.values:
            initial[outcome] = written_lines(visit for visit in typed if visit.outcome == outcome)
        initial["flyers"] = written_lines_only(visit for visit in typed if visit.flyers)
        for topic in self.topics:
            talked = (visit for visit in typed if topic in visit.topics.all())
            initial[f"topic_{topic.pk}"] = written_lines_only(talked)
        kwargs["initial"] = initial | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)

    def rows(self) -> list[Any]:
        for outcome in Outcome:
            self.fields[outcome.value] = lines_field(outcome.label)
        self.fields[Outcome.MET.value].help_text = _("Numbers of lines, for example 1-4, 7.")
        self.fields[Outcome.RETURN.value].help_text = _("With the house, if it is written there: 9:No. 12.")
        self.fields["flyers"] = lines_field(self.sheet.area.round.material_words or _("Material given"))
        for topic in self.topics:
            self.fields[f"topic_{topic.pk}"] = lines_field(topic.words)
        pair = Div(Field("day"), Field("hour"), css_class="pair")
        return [pair, *(name for name in self.fields if name not in ("day", "hour"))]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        lines: dict[str, dict[int, str]] = {}
        for name in set(self.fields) - {"day", "hour"}:
            try:
                lines[name] = read_lines(data.get(name, ""), self.sheet.lines)
            except ValidationError as problem:
                self.add_error(name, problem)
        seen: dict[int, str] = {}
        for outcome in Outcome.values:
            for number in lines.get(outcome, {}):
                if number in seen:
                    twice = _("Line %(number)d stands behind two outcomes")
                    self.add_error(outcome, ValidationError(twice, code="twice", params={"number": number}))
                seen[number] = outcome
        data["lines"] = lines
        if not self.errors and self.moment(data) > timezone.now() + AHEAD:
            self.add_error(
                "day", ValidationError(_("That time has not come yet. Look at the date and the hour."))
            )
        return data

    def moment(self, data: dict[str, Any]) -> datetime:
        return timezone.make_aware(datetime.combine(data["day"], data["hour"]))

    @property
    def at(self) -> datetime:
        return self.moment(self.cleaned_data)

    def doors(self) -> dict[int, Door]:
        lines = self.cleaned_data["lines"]
        return {
            number: Door(
                outcome,
                house=house,
                flyers=1 if number in lines["flyers"] else 0,
                topics=tuple(topic for topic in self.topics if number in lines[f"topic_{topic.pk}"]),
            )
            for outcome in Outcome.values
            for number, house in lines[outcome].items()
        }


def lines_field(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=600,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


def written_lines_only(visits: Any) -> str:
    return ", ".join(str(visit.line) for visit in sorted(visits, key=lambda visit: visit.line or 0))
