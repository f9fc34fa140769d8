"""The words of the official questionnaire: what each element is called, how it is asked and what can be answered.

The Indonesian words are those of the form that belongs to Permenpan RB 14/2017; this file holds their English.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from feedback.satisfaction import LIST_ORDER, QUESTIONNAIRE_ORDER

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as Words


@dataclass(frozen=True)
class Element:
    """One of the nine; `answers` from the worst (1) to the best (4)."""

    key: str
    name: "Words"
    question: "Words"
    answers: "tuple[Words, Words, Words, Words]"

    @property
    def number_in_list(self) -> int:
        return LIST_ORDER.index(self.key) + 1

    @property
    def number_in_questionnaire(self) -> int:
        return QUESTIONNAIRE_ORDER.index(self.key) + 1


FITS: Final = (
    pgettext_lazy("satisfaction survey", "Does not fit"),
    pgettext_lazy("satisfaction survey", "Fits poorly"),
    pgettext_lazy("satisfaction survey", "Fits"),
    pgettext_lazy("satisfaction survey", "Fits very well"),
)
ELEMENTS: Final = {
    one.key: one
    for one in (
        Element(
            "requirements",
            pgettext_lazy("satisfaction survey", "Requirements"),
            pgettext_lazy("satisfaction survey", "Do the requirements fit the kind of service?"),
            FITS,
        ),
        Element(
            "procedure",
            pgettext_lazy("satisfaction survey", "System, mechanism and procedure"),
            pgettext_lazy("satisfaction survey", "How easy is the procedure of this unit?"),
            (
                pgettext_lazy("satisfaction survey", "Not easy"),
                pgettext_lazy("satisfaction survey", "Less easy"),
                pgettext_lazy("satisfaction survey", "Easy"),
                pgettext_lazy("satisfaction survey", "Very easy"),
            ),
        ),
        Element(
            "time",
            pgettext_lazy("satisfaction survey", "Completion time"),
            pgettext_lazy("satisfaction survey", "How quickly was the service given?"),
            (
                pgettext_lazy("satisfaction survey", "Not quick"),
                pgettext_lazy("satisfaction survey", "Less quick"),
                pgettext_lazy("satisfaction survey", "Quick"),
                pgettext_lazy("satisfaction survey", "Very quick"),
            ),
        ),
        Element(
            "cost",
            pgettext_lazy("satisfaction survey", "Cost or tariff"),
            pgettext_lazy("satisfaction survey", "How reasonable was what you paid?"),
            (
                pgettext_lazy("satisfaction survey", "Very expensive"),
                pgettext_lazy("satisfaction survey", "Rather expensive"),
                pgettext_lazy("satisfaction survey", "Cheap"),
                pgettext_lazy("satisfaction survey", "Free of charge"),
            ),
        ),
        Element(
            "product",
            pgettext_lazy("satisfaction survey", "Product of the service"),
            pgettext_lazy("satisfaction survey", "Does what you got fit what the service standard says?"),
            FITS,
        ),
        Element(
            "competence",
            pgettext_lazy("satisfaction survey", "Competence of staff"),
            pgettext_lazy("satisfaction survey", "How able were the staff?"),
            (
                pgettext_lazy("satisfaction survey", "Not competent"),
                pgettext_lazy("satisfaction survey", "Less competent"),
                pgettext_lazy("satisfaction survey", "Competent"),
                pgettext_lazy("satisfaction survey", "Very competent"),
            ),
        ),
        Element(
            "conduct",
            pgettext_lazy("satisfaction survey", "Conduct of staff"),
            pgettext_lazy("satisfaction survey", "How polite and friendly were the staff?"),
            (
                pgettext_lazy("satisfaction survey", "Not polite and friendly"),
                pgettext_lazy("satisfaction survey", "Less polite and friendly"),
                pgettext_lazy("satisfaction survey", "Polite and friendly"),
                pgettext_lazy("satisfaction survey", "Very polite and friendly"),
            ),
        ),
        Element(
            "complaints",
            pgettext_lazy("satisfaction survey", "Handling of complaints, suggestions and input"),
            pgettext_lazy("satisfaction survey", "How are complaints of users handled?"),
            (
                pgettext_lazy("satisfaction survey", "There is nothing"),
                pgettext_lazy("satisfaction survey", "There is something, but it does not work"),
                pgettext_lazy("satisfaction survey", "It works, but not fully"),
                pgettext_lazy("satisfaction survey", "It is managed well"),
            ),
        ),
        Element(
            "facilities",
            pgettext_lazy("satisfaction survey", "Facilities"),
            pgettext_lazy("satisfaction survey", "How good are building and equipment?"),
            (
                pgettext_lazy("satisfaction survey", "Bad"),
                pgettext_lazy("satisfaction survey", "Fair"),
                pgettext_lazy("satisfaction survey", "Good"),
                pgettext_lazy("satisfaction survey", "Very good"),
            ),
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
    OTHER = "LAINNYA", pgettext_lazy("satisfaction survey", "other")


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
