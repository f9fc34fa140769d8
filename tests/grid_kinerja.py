"""The permission grid of results at the desk, and of the reports made of them."""

from typing import Any

from django.apps import apps
from django.utils import timezone

from portal.accounts.roles import AUDITOR, COORDINATOR, UNIT_OFFICER
from tests.grid_print import slug_of
from tests.grid_rules import NONE, SUPERUSER, Rule, desk

LEADING = frozenset({COORDINATOR, UNIT_OFFICER})
LOOKING = LEADING | {AUDITOR}
READ_ONLY = (302, 403, 404, 405)


def a_report() -> dict[str, Any]:
    """One of the unit everybody in the world belongs to, that could not be made."""
    reports = apps.get_model("evaluation.Report").objects
    unit = apps.get_model("outreach.Campaign").objects.order_by("pk").last().unit
    at = timezone.now()
    found = reports.order_by("pk").last() or reports.create(
        kind="month", period="2026-10", unit=unit, asked_at=at, moved_at=at, state="failed"
    )
    return {"pk": found.pk}


def pressed(who: frozenset[str], **more: Any) -> Rule:
    return Rule(NONE, who | {SUPERUSER}, refusals=READ_ONLY, **more)


A_CAMPAIGN = slug_of("outreach.Campaign")
KINERJA: dict[str, Rule] = {
    "evaluation_desk:office": desk(LOOKING, refusals=READ_ONLY),
    "evaluation_desk:campaign": desk(LOOKING, fill=A_CAMPAIGN, refusals=READ_ONLY),
    "evaluation_desk:count_now": pressed(LOOKING, data=lambda: {"periode": "2026"}),
    "evaluation_desk:reports": desk(LOOKING, refusals=READ_ONLY),
    "evaluation_desk:ask": desk(LEADING, LEADING | {SUPERUSER}),
    "evaluation_desk:report": desk(LOOKING, fill=a_report, refusals=READ_ONLY),
    "evaluation_desk:again": pressed(LEADING, fill=a_report),
    # There is no file yet.
    "evaluation_desk:report_file": desk(LOOKING, fill=a_report, answers=(404,), refusals=READ_ONLY),
}
