"""The words of the official questionnaire: what each element is called, how it is asked and what can be answered.

The Indonesian words are those of the form that belongs to Permenpan RB 14/2017; this file holds their English.
"""

from dataclasses import dataclass
from typing import Final

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from feedback.satisfaction import LIST_ORDER, QUESTIONNAIRE_ORDER

Words = Promise


@dataclass(frozen=True)
class Element:
    """One of the nine; `answers` from the worst (1) to the best (4)."""

    key: str
    name: Words
    question: Words
    answers: tuple[Words, Words, Words, Words]

    @property
    def number_in_list(self) -> int:
        return LIST_ORDER.index(self.key) + 1

    @property
    def number_in_questionnaire(self) -> int:
        return QUESTIONNAIRE_ORDER.index(self.key) + 1


def suits(context: str) -> tuple[Words, Words, Words, Words]:
    return (
        pgettext_lazy(context, "Does not fit"),
        pgettext_lazy(context, "Fits poorly"),
        pgettext_lazy(context, "Fits"),
        pgettext_lazy(context, "Fits very well"),
    )


SKM = "satisfaction survey"
ELEMENTS: Final = {
    one.key: one
    for one in (
        Element(
            "requirements",
            _("Requirements"),
            _("Do the requirements fit the kind of service?"),
            suits(SKM),
        ),
        Element(
            "procedure",
            _("System, mechanism and procedure"),
            _("How easy is the procedure of this unit?"),
            (_("Not easy"), _("Less easy"), _("Easy"), _("Very easy")),
        ),
        Element(
            "time",
            _("Completion time"),
            _("How quickly was the service given?"),
            (_("Not quick"), _("Less quick"), _("Quick"), _("Very quick")),
        ),
        Element(
            "cost",
            _("Cost or tariff"),
            _("How reasonable was what you paid?"),
            (_("Very expensive"), _("Rather expensive"), _("Cheap"), _("Free of charge")),
        ),
        Element(
            "product",
            _("Product of the service"),
            _("Does what you got fit what the service standard says?"),
            suits(SKM),
        ),
        Element(
            "competence",
            _("Competence of staff"),
            _("How able were the staff?"),
            (_("Not competent"), _("Less competent"), _("Competent"), _("Very competent")),
        ),
        Element(
            "conduct",
            _("Conduct of staff"),
            _("How polite and friendly were the staff?"),
            (
                _("Not polite and friendly"),
                _("Less polite and friendly"),
                _("Polite and friendly"),
                _("Very polite and friendly"),
            ),
        ),
        Element(
            "complaints",
            _("Handling of complaints, suggestions and input"),
            _("How are complaints of users handled?"),
            (
                _("There is nothing"),
                _("There is something, but it does not work"),
                _("It works, but not fully"),
                _("It is managed well"),
            ),
        ),
        Element(
            "facilities",
            _("Facilities"),
            _("How good are building and equipment?"),
            (_("Bad"), _("Fair"), _("Good"), _("Very good")),
        ),
    )
}
AS_LISTED: Final = tuple(ELEMENTS[key] for key in LIST_ORDER)
AS_ASKED: Final = tuple(ELEMENTS[key] for key in QUESTIONNAIRE_ORDER)

# What each grade means; the official words are Tidak baik, Kurang baik, Baik, Sangat baik.
PERFORMANCE: Final = {
    "A": pgettext_lazy("performance of a unit", "Very good"),
    "B": pgettext_lazy("performance of a unit", "Good"),
    "C": pgettext_lazy("performance of a unit", "Less good"),
    "D": pgettext_lazy("performance of a unit", "Not good"),
}


class Sex(models.TextChoices):
    FEMALE = "P", _("Woman")
    MALE = "L", _("Man")


class AgeBand(models.TextChoices):
    UNDER_17 = "-17", _("under 17")
    TO_25 = "17-25", "17–25"
    TO_35 = "26-35", "26–35"
    TO_45 = "36-45", "36–45"
    TO_55 = "46-55", "46–55"
    FROM_56 = "56-", _("56 and older")


class Education(models.TextChoices):
    SD = "SD", "SD"
    SMP = "SMP", "SMP"
    SMA = "SMA", "SMA"
    S1 = "S1", "S1"
    S2 = "S2", "S2"
    S3 = "S3", "S3"


class Job(models.TextChoices):
    PNS = "PNS", "PNS"
    TNI = "TNI", "TNI"
    POLRI = "POLRI", "POLRI"
    PRIVATE = "SWASTA", _("private company")
    OWN_BUSINESS = "WIRAUSAHA", _("own business")
    OTHER = "LAINNYA", _("other")


class HourBlock(models.TextChoices):
    MORNING = "08-12", "08.00–12.00"
    AFTERNOON = "13-17", "13.00–17.00"


def band_of_age(age: int) -> str:
    """The band an age falls into."""
    for highest, band in ((16, AgeBand.UNDER_17), (25, AgeBand.TO_25), (35, AgeBand.TO_35)):
        if age <= highest:
            return band
    for highest, band in ((45, AgeBand.TO_45), (55, AgeBand.TO_55)):
        if age <= highest:
            return band
    return AgeBand.FROM_56
