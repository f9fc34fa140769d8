"""What staff type about surveys: paper, one line for each respondent, and files of earlier surveys."""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from feedback.forms.survey import services_of
from feedback.models.survey import Survey
from feedback.questionnaire import Education, HourBlock, Job, Sex, band_of_age
from feedback.satisfaction import ORDERS
from portal.shared.exchange.files import MAX_BYTES
from services.admin.fields import NativeDateInput

ORDER_CHOICES: Final = (
    ("questionnaire", _("the questionnaire: 8 facilities, 9 complaints")),
    ("list", _("the list of elements: 8 complaints, 9 facilities")),
)
SKIPPED: Final = "0-_"
MOST_SLIPS: Final = 60
NINE_DIGITS = _("Type nine digits from 1 to 4, in the order of the sheet; 0 or - for what was skipped")
ODD_WORD = _("“%(word)s” is not understood. Type for example: 434443344 P 35 SMA SWASTA")


@dataclass
class Sheet:
    """One paper sheet as it was typed in."""

    answers: dict[str, int | None]
    about: dict[str, Any] = field(default_factory=dict)


def sheet_in(typed: str, order: str) -> Sheet:
    """Reads “434443344 P 35 SMA SWASTA”: nine digits, then in any order sex, age, education and job.

    Raises ValidationError with the word that cannot be read.
    """
    compact = re.match(r"(?:[0-4_-][\s.,;/|]*){9}(?![0-9])", typed.strip())
    if compact is None:
        raise ValidationError(NINE_DIGITS, code="digits")
    digits = re.sub(r"[\s.,;/|]", "", compact[0])
    answers = {
        key: None if digit in SKIPPED else int(digit)
        for key, digit in zip(ORDERS[order], digits, strict=True)
    }
    if not any(answers.values()):
        raise ValidationError(_("Answer at least one question."), code="empty")
    about: dict[str, Any] = {}
    for word in typed.strip()[compact.end() :].upper().split():
        name, value = about_in(word)
        if not name or name in about:
            raise ValidationError(ODD_WORD, code="word", params={"word": word[:30]})
        about[name] = value
    return Sheet(answers, about)


def about_in(word: str) -> tuple[str, str]:
    """What a word on a sheet says of the respondent; nothing when it says nothing we ask."""
    if word in Sex.values:
        return "sex", word
    if word.isascii() and word.isdecimal() and len(word) <= 3 and 5 <= int(word) <= 120:
        return "age_band", band_of_age(int(word))
    if word in Education.values:
        return "education", word
    jobs = [job for job in Job.values if job == word or (len(word) >= 3 and job.startswith(word))]
    return ("job", jobs[0]) if len(jobs) == 1 else ("", "")


class PaperForm(forms.Form):
    """One line for each sheet; what holds for the whole pile stays as it was typed last."""

    line = forms.CharField(
        label=_("Sheet"),
        max_length=80,
        help_text=_(
            "Nine digits, then as far as the sheet says so: P or L, age, school, job. "
            "Enter saves and gives the next one."
        ),
        widget=forms.TextInput(
            attrs={
                "autofocus": True,
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "class": "survey-line",
                "enterkeyhint": "send",
            }
        ),
        error_messages={"required": NINE_DIGITS},
    )
    order = forms.ChoiceField(label=_("Order of the digits"), choices=ORDER_CHOICES)
    answered_on = forms.DateField(label=_("Day on the sheets"), widget=NativeDateInput)
    hour_block = forms.ChoiceField(
        label=_("Hour on the sheets"), choices=[("", "–"), *HourBlock.choices], required=False
    )
    service = forms.ChoiceField(label=_("Service on the sheets"), required=False)
    form_key = forms.CharField(max_length=100, widget=forms.HiddenInput)

    def __init__(self, survey: Survey, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.survey = survey
        self.sheet: Sheet | None = None
        self.services = services_of(survey)
        offered = [("", "–"), *((slug, name) for slug, name, _pk in self.services)]
        self.fields["service"].choices = offered  # type: ignore[attr-defined]
        if not self.services:
            del self.fields["service"]

    def clean_answered_on(self) -> date:
        day: date = self.cleaned_data["answered_on"]
        if day > timezone.localdate():
            raise ValidationError(_("That day has not come yet."), code="future")
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "line" in cleaned and "order" in cleaned:
            try:
                self.sheet = sheet_in(cleaned["line"], cleaned["order"])
            except ValidationError as refusal:
                self.add_error("line", refusal)
        return cleaned

    @property
    def about(self) -> dict[str, Any]:
        """What is kept of the respondent beside the answers."""
        chosen = self.cleaned_data.get("service")
        service = next((pk for slug, _name, pk in self.services if slug == chosen), None)
        return {
            **(self.sheet.about if self.sheet else {}),
            "hour_block": self.cleaned_data.get("hour_block", ""),
            "service_id": service or self.survey.service_id,
        }

    @property
    def kept(self) -> dict[str, str]:
        """What the next sheet begins with."""
        names = ("order", "answered_on", "hour_block", "service")
        return {name: str(value) for name in names if (value := self.cleaned_data.get(name))}


class TableForm(forms.Form):
    """A file of answers, and what its columns mean."""

    file = forms.FileField(
        label=_("File"),
        allow_empty_file=True,
        help_text=_(
            "CSV or XLSX, one row for each respondent. The first row names the nine elements by key, "
            "by their official name, or as U1 to U9."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,.txt"}),
        error_messages={"required": _("Choose the file first.")},
    )
    order = forms.ChoiceField(
        label=_("Order of U1 to U9"),
        choices=(("", _("Choose, if the columns are called U1 to U9")), *ORDER_CHOICES),
        required=False,
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise ValidationError(
                _("The file is larger than 5 MB. Split it into several files."), code="large"
            )
        return file


class SlipsForm(forms.Form):
    """How many codes to print."""

    count = forms.IntegerField(label=_("How many slips"), min_value=1, max_value=MOST_SLIPS, initial=30)
    form_key = forms.CharField(max_length=100, widget=forms.HiddenInput)
