"""The permission grid of home visits: walked by those a round names, overseen by those who plan rounds."""

from typing import Any

from outreach.models import DoNotVisit, Round, RoundArea, Visit
from portal.accounts.roles import ADMINISTRATOR, AUDITOR, CLERK, COORDINATOR, FIELD_OFFICER, UNIT_OFFICER
from tests.grid_rules import SIX, SUPERUSER, Rule, desk, noun, row_of

PLANNING = frozenset({UNIT_OFFICER, COORDINATOR})
AT_THE_DOOR = PLANNING | {CLERK, FIELD_OFFICER}
# The round of the grid's world names nobody, so officers who only walk find it not.
OVERSEEING = PLANNING | {SUPERUSER}
READERS = SIX - {ADMINISTRATOR, FIELD_OFFICER}


def in_round() -> dict[str, Any]:
    area = RoundArea.objects.order_by("pk").last()
    return {"pk": area.round_id, "area": area.pk}


def newest(model: Any) -> Any:
    return lambda: {"pk": model.objects.order_by("pk").last().pk}


def page(fill: Any, do: frozenset[str] = OVERSEEING) -> Rule:
    return Rule(see=OVERSEEING, do=do, fill=fill, refusals=(302, 403, 404, 405))


NOBODY_WRITES = frozenset[str]()
VISITS: dict[str, Rule] = {
    "outreach:officer_start": desk(AT_THE_DOOR, refusals=(302, 403, 405)),
    "outreach:visit_round": page(newest(Round), NOBODY_WRITES),
    "outreach:visit_coverage": page(newest(Round), NOBODY_WRITES),
    "outreach:visit_area": page(in_round),
    "outreach:count_homes": page(in_round),
    "outreach:pass_by": page(in_round),
    "outreach:lift_pass_by": page(newest(DoNotVisit)),
    "outreach:visit": page(newest(Visit)),
    "outreach:undo_visit": Rule(
        see=NOBODY_WRITES, do=OVERSEEING, fill=newest(Visit), refusals=(302, 403, 404, 405)
    ),
    "outreach:walk_sheets": page(in_round),
    "outreach:walk_list_pdf": page(in_round, NOBODY_WRITES),
    "outreach:type_walk_sheet": page(lambda: {**in_round(), "number": 1}),
    # Whoever writes a case down may do so at every counter; a unit officer may not.
    "feedback:from_visit": Rule(
        see=frozenset({COORDINATOR, SUPERUSER}),
        do=frozenset({COORDINATOR, SUPERUSER}),
        fill=in_round,
        refusals=(302, 403, 404, 405),
    ),
    **noun("outreach.Round", add=PLANNING, change=PLANNING, delete={COORDINATOR}),
    "admin:outreach_round_verb": Rule(
        OVERSEEING, OVERSEEING, lambda: {**row_of("outreach.Round")(), "verb": "close"}
    ),
    **noun("outreach.Visit", view=READERS, never={"add", "change", "delete"}),
    **{
        f"admin:outreach_{name}_export": desk(who, fill=lambda: {"shape": "csv"}, refusals=(302, 403, 405))
        for name, who in (
            ("round", {COORDINATOR, ADMINISTRATOR, AUDITOR}),
            ("visit", {COORDINATOR, AUDITOR}),
        )
    },
}
