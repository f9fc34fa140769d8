"""What the office decides about an activity, as buttons: publish, cancel, postpone, another date, held, copies."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from outreach.admin.base import MADE, NativeMomentInput
from outreach.copying import MOST_DATES, at_the_hour_of, copy_event, following, make_series, next_beginning
from outreach.models import Event
from outreach.models.deciding import Decision, Phase
from services.admin.verbs import Verb, WhyForm


class ToldForm(WhyForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["reason"]
        field.max_length = 250
        field.help_text = _("Residents read this sentence, and everybody who registered is told it.")


class MomentsForm(forms.Form):
    starts_at = forms.DateTimeField(
        label=_("Begins"),
        widget=NativeMomentInput,
        error_messages={"required": _("Choose day and hour."), "invalid": _("Choose day and hour.")},
    )

    @classmethod
    def beginning(cls, event: Event) -> dict[str, Any]:
        return {"starts_at": event.starts_at, "ends_at": event.ends_at}


class ReschedulingForm(MomentsForm):
    ends_at = forms.DateTimeField(
        label=_("Ends"),
        widget=NativeMomentInput,
        error_messages={"required": _("Choose day and hour."), "invalid": _("Choose day and hour.")},
    )
    reason = forms.CharField(
        label=_("Why?"),
        max_length=250,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("May be left empty. Everybody who registered is told the new time, and this."),
    )

    def clean_ends_at(self) -> datetime:
        starts_at, ends_at = self.cleaned_data.get("starts_at"), self.cleaned_data["ends_at"]
        if starts_at and ends_at <= starts_at:
            raise ValidationError(_("An activity ends after it begins. Check the two times."), code="times")
        return ends_at


class CopyForm(MomentsForm):
    """Another time for the same activity."""

    @classmethod
    def beginning(cls, event: Event) -> dict[str, Any]:
        return {"starts_at": next_beginning(event, timezone.now())}


class SeriesForm(forms.Form):
    rhythm = forms.ChoiceField(
        label=_("It comes back"),
        choices=(
            ("week", _("every week")),
            ("fortnight", _("every two weeks")),
            ("month", _("every month on the same weekday")),
        ),
        initial="month",
        widget=forms.RadioSelect(attrs={"class": "radiolist"}),
    )
    count = forms.IntegerField(
        label=_("How many more times"),
        min_value=1,
        max_value=MOST_DATES,
        initial=3,
        required=False,
    )
    dates = forms.CharField(
        label=_("Or on these days"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "placeholder": "05-12-2026"}),
        help_text=_(
            "One day on each line, for example 05-12-2026. Then the answers above do not count. "
            "The hour stays the same."
        ),
    )

    def clean_dates(self) -> list[date]:
        days = []
        for line in self.cleaned_data["dates"].split("\n"):
            if written := line.strip():
                days.append(day_of(written))
        return list(dict.fromkeys(days))

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        if "dates" in answers and not answers["dates"] and not answers.get("count"):
            self.add_error("count", ValidationError(_("Say how many times, or name the days."), code="none"))
        return answers


def day_of(written: str) -> date:
    for shape in ("%d-%m-%Y", "%d/%m/%Y", "%d.%m.%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(written, shape).date()
        except ValueError:
            continue
    words = {"text": written[:40]}
    raise ValidationError(_("“%(text)s” is no day. Write it like 05-12-2026."), code="day", params=words)


def copied(event: Event, user: Any, answers: dict[str, Any]) -> None:
    answers[MADE] = [copy_event(event, answers["starts_at"], by=user)]


def repeated(event: Event, user: Any, answers: dict[str, Any]) -> None:
    if answers["dates"]:
        starts = [at_the_hour_of(event.starts_at, day) for day in answers["dates"]]
    else:
        starts = following(event.starts_at, answers["rhythm"], answers["count"])
    answers[MADE] = make_series(event, starts, by=user)


def may_be_called_off(event: Event) -> bool:
    return event.phase(timezone.now()) in (Phase.COMING, Phase.NOW)


PUBLISH = Verb(
    name="publish",
    right="publish",
    label=_("Publish"),
    explanation=_("Residents find it from now on, and can register if it takes registrations."),
    do=lambda row, user, answers: row.publish(by=user),
    done=lambda n: ngettext("%(n)s activity published.", "%(n)s activities published.", n) % {"n": n},
    suits=lambda row: row.decision == Decision.DRAFT,
)
CANCEL = Verb(
    name="cancel",
    right="publish",
    label=_("Cancel"),
    explanation=_(
        "It does not take place. Its page stays and says why; everybody who registered is told, "
        "and calendars show it as cancelled."
    ),
    do=lambda row, user, answers: row.cancel(answers["reason"], by=user),
    done=lambda n: ngettext("%(n)s activity cancelled.", "%(n)s activities cancelled.", n) % {"n": n},
    suits=lambda row: may_be_called_off(row) or row.decision == Decision.POSTPONED,
    form=ToldForm,
)
POSTPONE = Verb(
    name="postpone",
    right="publish",
    label=_("Postpone"),
    explanation=_(
        "It takes place later, but nobody knows yet when. Registrations stay and everybody is told. "
        "Give it its new date with “New date” once you know it."
    ),
    do=lambda row, user, answers: row.postpone(answers["reason"], by=user),
    done=lambda n: ngettext("%(n)s activity postponed.", "%(n)s activities postponed.", n) % {"n": n},
    suits=may_be_called_off,
    form=ToldForm,
)
RESCHEDULE = Verb(
    name="reschedule",
    right="publish",
    label=_("New date"),
    explanation=_("Registrations stay; everybody who registered is told the new time."),
    do=lambda row, user, answers: row.reschedule(
        answers["starts_at"], answers["ends_at"], by=user, reason=answers["reason"]
    ),
    done=lambda n: (
        ngettext("%(n)s activity has a new date.", "%(n)s activities have a new date.", n) % {"n": n}
    ),
    suits=lambda row: row.decision == Decision.POSTPONED or row.phase(timezone.now()) == Phase.COMING,
    form=ReschedulingForm,
)
CLOSE = Verb(
    name="close",
    right="publish",
    label=_("It took place"),
    explanation=_("From here on its page tells what came of it: photos, minutes, promises."),
    do=lambda row, user, answers: row.close(by=user),
    done=lambda n: ngettext("%(n)s activity closed.", "%(n)s activities closed.", n) % {"n": n},
    suits=lambda row: row.decision == Decision.PUBLISHED and row.starts_at <= timezone.now(),
)
COPY = Verb(
    name="copy",
    right="add",
    label=_("Copy"),
    explanation=_(
        "Makes a draft of the same activity at another time, with its agenda, speakers, places, questions "
        "and partners. Nobody who registered comes along."
    ),
    do=copied,
    done=lambda n: (
        ngettext("%(n)s copy made. It is a draft.", "%(n)s copies made. They are drafts.", n) % {"n": n}
    ),
    form=CopyForm,
)
REPEAT = Verb(
    name="repeat",
    right="add",
    label=_("Series of dates"),
    explanation=_("Makes a draft for each further date and joins them in a series."),
    do=repeated,
    done=lambda n: gettext("The further dates are there, as drafts."),
    form=SeriesForm,
)
EVENT_VERBS = (PUBLISH, RESCHEDULE, POSTPONE, CANCEL, CLOSE, COPY, REPEAT)
