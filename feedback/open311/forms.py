"""What other programs may ask and send, in the parameters of the standard."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.timezone import get_default_timezone
from django.utils.translation import gettext_lazy as _

from feedback.intake import Told
from feedback.models import Contact, Submission
from feedback.open311.mapping import CLOSED, KINDS, OPEN, OTHER
from portal.shared import receipt
from services.models import Category

# Of the standard: what is asked without dates reaches ninety days back, and no answer is longer than this.
LONGEST_SPAN = timedelta(days=90)
MOST_ROWS = 1000
LONGEST_DESCRIPTION = 4000
MOST_NUMBERS = 100

NO_TIME = _("Write a date and time as in 2026-11-22T09:00:00+07:00.")


class MomentField(forms.CharField):
    """A time as W3C writes it; a date alone is its midnight here, a time without zone is ours."""

    def __init__(self) -> None:
        super().__init__(required=False, max_length=40)

    def clean(self, value: Any) -> datetime | None:
        text = str(super().clean(value))
        if not text:
            return None
        try:
            # A plus sign that was not escaped arrives as a blank.
            at = parse_datetime(text.replace(" ", "+") if "T" in text else text)
            if at is None and (day := parse_date(text)):
                at = datetime.combine(day, datetime.min.time())
            if at is None:
                raise ValueError
            at = at if at.tzinfo else at.replace(tzinfo=get_default_timezone())
            # The first and the last year have hours that exist in no other zone.
            at - LONGEST_SPAN, at + LONGEST_SPAN
            return at.astimezone(get_default_timezone())
        except (ValueError, OverflowError):
            raise ValidationError(NO_TIME, code="time") from None


def listed(text: str) -> list[str]:
    return [one.strip() for one in text.split(",") if one.strip()]


class AskingForm(forms.Form):
    """The filters of the list of requests."""

    service_request_id = forms.CharField(required=False, max_length=2000)
    service_code = forms.CharField(required=False, max_length=2000)
    start_date = MomentField()
    end_date = MomentField()
    status = forms.CharField(required=False, max_length=40)

    def clean_service_request_id(self) -> list[str]:
        typed = listed(self.cleaned_data["service_request_id"])
        if len(typed) > MOST_NUMBERS:
            raise ValidationError(
                _("Ask for at most %(n)s numbers at once."), code="many", params={"n": MOST_NUMBERS}
            )
        return [receipt.number_of(one) for one in typed]

    def clean_service_code(self) -> list[str]:
        return listed(self.cleaned_data["service_code"])

    def clean_status(self) -> set[str]:
        asked = set(listed(self.cleaned_data["status"]))
        if asked - {OPEN, CLOSED}:
            raise ValidationError(_("“status” is open, closed, or both with a comma."), code="status")
        return asked

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        start, end = data.get("start_date"), data.get("end_date")
        if start and end and not timedelta(0) <= end - start <= LONGEST_SPAN:
            raise ValidationError(
                _("The end lies after the start, by at most 90 days. Ask in several steps."), code="span"
            )
        return data


class WritingForm(forms.Form):
    """A new request; who answers for the key answers for what it sends."""

    service_code = forms.CharField(
        max_length=60, error_messages={"required": _("“service_code” says what it is about.")}
    )
    description = forms.CharField(
        max_length=LONGEST_DESCRIPTION,
        error_messages={
            "required": _("“description” says what happened."),
            "max_length": _("“description” has at most %(limit_value)s characters."),
        },
    )
    lat = forms.DecimalField(required=False, min_value=-90, max_value=90)
    long = forms.DecimalField(required=False, min_value=-180, max_value=180)
    address_string = forms.CharField(required=False, max_length=300)
    address_id = forms.CharField(required=False, max_length=60)
    kind = forms.ChoiceField(required=False, choices=[(one.value, one.label) for one in KINDS])
    email = forms.EmailField(required=False, max_length=254)
    first_name = forms.CharField(required=False, max_length=40)
    last_name = forms.CharField(required=False, max_length=39)
    phone = forms.CharField(required=False, max_length=30)
    media_url = forms.URLField(required=False, max_length=500, assume_scheme="https")

    topic: Category | None = None

    def clean_service_code(self) -> str:
        code = str(self.cleaned_data["service_code"])
        if code != OTHER:
            self.topic = Category.objects.filter(parent__isnull=False, slug=code).first()
            if self.topic is None:
                raise ValidationError(
                    _("There is no service with this code. Ask for the list of services."),
                    code="unknown_service",
                )
        return code

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        has_point = data.get("lat") is not None and data.get("long") is not None
        if (data.get("lat") is None) != (data.get("long") is None) and not {"lat", "long"} & set(self.errors):
            raise ValidationError(_("Send “lat” and “long”, or neither."), code="point")
        if not (has_point or data.get("address_string") or data.get("address_id")) and not self.errors:
            raise ValidationError(
                _("Say where: “lat” and “long”, “address_string” or “address_id”."), code="where"
            )
        return data

    def told(self) -> Told:
        """The case as `receive` takes it. A picture's address is never fetched: the clerk sees it as text."""
        data = self.cleaned_data
        place = data["address_string"] or data["address_id"]
        kind = data["kind"] or Submission.Kind.UNDECIDED
        submission = {
            "kind": kind,
            "channel": Submission.Channel.OPEN311,
            "story": data["description"],
            "place_words": place,
            "latitude": rounded(data["lat"]),
            "longitude": rounded(data["long"]),
            "category": self.topic,
        }
        if data["media_url"]:
            submission["story"] += "\n\n" + _("Picture: %(url)s") % {"url": data["media_url"]}
        return Told(submission, contact_of(data))


def contact_of(data: dict[str, Any]) -> dict[str, Any]:
    name = " ".join(filter(None, (data["first_name"], data["last_name"])))
    found = {"name": name, "phone": data["phone"], "email": data["email"]}
    if not any(found.values()):
        return {}
    wish = Contact.Wish.EMAIL if data["email"] else Contact.Wish.NONE
    return found | {"wish": wish}


def rounded(value: Any) -> Any:
    """To the metre: six digits after the point."""
    return None if value is None else round(value, 6)
