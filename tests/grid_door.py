"""The permission grid of attendance: officers at the door, certificates, and reading who came at the desk."""

from typing import Any

from django.apps import apps

from portal.accounts.roles import AUDITOR, CLERK, COORDINATOR, FIELD_OFFICER, UNIT_OFFICER
from tests.grid_opinions import pk
from tests.grid_rules import EVERYONE, NONE, SUPERUSER, Rule, noun

AT_THE_DOOR = frozenset({CLERK, FIELD_OFFICER, UNIT_OFFICER, COORDINATOR, SUPERUSER})
COUNTING = (CLERK, UNIT_OFFICER, COORDINATOR, AUDITOR)
READ_ONLY = ("add", "change", "delete")
REFUSED = (302, 403, 404, 405)


def entry() -> dict[str, Any]:
    row = apps.get_model("outreach.Attendance")._default_manager.order_by("pk").last()
    return {"pk": row.event_id, "entry_pk": row.pk} if row else {**pk(), "entry_pk": 1}


DOOR: dict[str, Rule] = {
    "outreach:door_events": Rule(AT_THE_DOOR, NONE, refusals=REFUSED),
    "outreach:door": Rule(AT_THE_DOOR, AT_THE_DOOR, pk, answers=(200, 302, 404)),
    "outreach:scan": Rule(AT_THE_DOOR, AT_THE_DOOR, pk, answers=(200, 302, 404)),
    "outreach:tick_list": Rule(AT_THE_DOOR, AT_THE_DOOR, pk, answers=(200, 302, 404)),
    "outreach:attendance_entry": Rule(NONE, AT_THE_DOOR, entry, answers=(302, 404), refusals=REFUSED),
    "outreach:head_count": Rule(AT_THE_DOOR, AT_THE_DOOR, pk, answers=(200, 302, 404)),
    "outreach:sign_in_sheet": Rule(AT_THE_DOOR, NONE, pk, answers=(200, 404), refusals=REFUSED),
    "outreach:type_sheet": Rule(AT_THE_DOOR, AT_THE_DOOR, pk, answers=(200, 302, 404)),
    "outreach:certificates": Rule(AT_THE_DOOR, NONE, pk, answers=(200, 404), refusals=REFUSED),
    # Whoever has not opened a registration is asked for its code.
    "outreach:certificate": Rule(EVERYONE, EVERYONE, answers=(200, 302)),
    **noun("outreach.Attendance", view=COUNTING, never=READ_ONLY),
    **noun("outreach.HeadCountSheet", view=COUNTING, never=READ_ONLY),
}
