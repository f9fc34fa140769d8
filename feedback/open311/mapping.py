"""Our nouns in the words of the standard: topics as its services, cases as its requests, twelve statuses as two."""

from collections.abc import Iterable
from datetime import datetime, time
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext

from feedback.lifecycle import ENDED
from feedback.models import Submission
from services.models import Category

# For what fits no topic: the clerk chooses one.
OTHER = "lainnya"
OPEN, CLOSED = "open", "closed"


def topics() -> list[Category]:
    """What can be reported, in the order of the catalogue."""
    return list(
        Category.objects.filter(parent__isnull=False)
        .select_related("parent")
        .order_by("parent__position", "position", "name")
    )


def service_rows() -> list[dict[str, Any]]:
    return [
        service_row(topic.slug, topic.title, topic.example_words, topic.sector.title) for topic in topics()
    ] + [service_row(OTHER, gettext("Something else"), gettext("The clerk finds the right topic."), "")]


def service_row(code: str, name: str, description: str, group: str) -> dict[str, Any]:
    return {
        "service_code": code,
        "service_name": name,
        "description": description,
        # There is a definition to ask for: which kind of case it is.
        "metadata": True,
        "type": "realtime",
        "keywords": "",
        "group": group,
    }


KINDS = (
    Submission.Kind.COMPLAINT,
    Submission.Kind.DEFECT,
    Submission.Kind.SUGGESTION,
    Submission.Kind.QUESTION,
    Submission.Kind.INFORMATION,
    Submission.Kind.APPRECIATION,
)


def definition(code: str) -> dict[str, Any]:
    """The one attribute a writer may add: `attribute[kind]`; without it the clerk decides."""
    return {
        "service_code": code,
        "attributes": [
            {
                "variable": True,
                "code": "kind",
                "datatype": "singlevaluelist",
                "required": False,
                "datatype_description": gettext("What kind of message it is."),
                "order": 1,
                "description": gettext("Kind"),
                "values": [{"key": str(kind.value), "name": str(kind.label)} for kind in KINDS],
            }
        ],
    }


def status_of(submission: Submission) -> str:
    return CLOSED if submission.status in ENDED else OPEN


def request_row(submission: Submission) -> dict[str, Any]:
    """A case as the standard shows it: its words, its RW and its last answer only when they are released.

    No point and no address below the RW: where a report was made often tells who made it. Of a confidential case
    nothing but how far it is, as on the tracking page.
    """
    is_released = submission.is_released
    is_confidential = submission.privacy == Submission.Privacy.CONFIDENTIAL
    category = None if is_confidential else submission.category
    unit = None if is_confidential else submission.unit
    return {
        "service_request_id": submission.number,
        "status": status_of(submission),
        "status_notes": submission.public_answer if is_released else submission.public_status,
        "service_name": category.title if category else gettext("Something else"),
        "service_code": category.slug if category else OTHER,
        "description": f"{submission.public_title}\n{submission.public_story}".strip()
        if is_released
        else None,
        "agency_responsible": unit.name if unit else None,
        "service_notice": submission.public_status,
        "requested_datetime": moment(submission.received_at),
        "updated_datetime": moment(submission.status_at),
        "expected_datetime": expected(submission),
        "address": f"RW {submission.rw}" if submission.rw and is_released else None,
        "address_id": None,
        "zipcode": None,
        "lat": None,
        "long": None,
        "media_url": None,
    }


def expected(submission: Submission) -> str | None:
    if submission.due_on is None or submission.privacy == Submission.Privacy.CONFIDENTIAL:
        return None
    # The promise lasts to the end of its day.
    end = datetime.combine(submission.due_on, time(23, 59, 59), tzinfo=timezone.get_default_timezone())
    return end.isoformat()


def moment(at: datetime) -> str:
    return timezone.localtime(at).isoformat(timespec="seconds")


def request_rows(submissions: Iterable[Submission]) -> list[dict[str, Any]]:
    return [request_row(one) for one in submissions]
