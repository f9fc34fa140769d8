"""The permission grid of work without signal: officers take along and send, planners decide about what waits."""

from typing import Any

from portal.accounts.roles import AUDITOR, CLERK, COORDINATOR, FIELD_OFFICER, UNIT_OFFICER
from tests.grid_rules import EVERYONE, NONE, SUPERUSER, Rule, noun, public, row_of

ON_THE_WAY = frozenset({CLERK, FIELD_OFFICER, UNIT_OFFICER, COORDINATOR, SUPERUSER})
READING = (UNIT_OFFICER, COORDINATOR, AUDITOR)
DECIDING = frozenset({UNIT_OFFICER, COORDINATOR, SUPERUSER})
READ_ONLY = ("add", "change", "delete")


def deciding(label: str, verb: str) -> Rule:
    def fill() -> dict[str, Any]:
        return {**row_of(label)(), "verb": verb}

    return Rule(DECIDING, DECIDING, fill)


FIELD: dict[str, Rule] = {
    # Holds nothing of anybody: it is filled on the phone.
    "field:shell": public(),
    "field:take_along": Rule(ON_THE_WAY, ON_THE_WAY),
    "field:leave": Rule(ON_THE_WAY, ON_THE_WAY),
    # Whoever has no pass is told so; the sign-in of a browser counts for nothing here.
    "field:send": Rule(NONE, EVERYONE, answers=(401,), refusals=(405,)),
    "field:release": Rule(NONE, EVERYONE, answers=(200,), refusals=(405,)),
    **noun("field.HeldItem", view=READING, never=READ_ONLY),
    **noun("field.FieldPass", view=READING, never=READ_ONLY),
    "admin:field_helditem_verb": deciding("field.HeldItem", "set_aside"),
    "admin:field_fieldpass_verb": deciding("field.FieldPass", "end"),
}
