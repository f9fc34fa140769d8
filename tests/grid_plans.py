"""The permission grid of planning at the desk: campaigns, activities, series, partners, minutes, promises."""

from portal.accounts.roles import ADMINISTRATOR, AUDITOR, COORDINATOR, UNIT_OFFICER
from tests.grid_rules import SIX, SUPERUSER, Rule, desk, noun, row_of

PLANNING = frozenset({UNIT_OFFICER, COORDINATOR})
DECIDING = frozenset({COORDINATOR, SUPERUSER})
KEEPING = PLANNING | {SUPERUSER}


def verb(label: str, name: str, who: frozenset[str]) -> dict[str, Rule]:
    fill = row_of(label)
    return {f"admin:{label.replace('.', '_').lower()}_verb": Rule(who, who, lambda: {**fill(), "verb": name})}


def planned(label: str, **more: frozenset[str]) -> dict[str, Rule]:
    return noun(label, **{"add": PLANNING, "change": PLANNING, "delete": {COORDINATOR}} | more)  # type: ignore[arg-type]


PLANS: dict[str, Rule] = {
    **planned("outreach.Campaign"),
    **verb("outreach.Campaign", "withdraw", DECIDING),
    **planned("outreach.Event"),
    **verb("outreach.Event", "postpone", DECIDING),
    **planned("outreach.Series"),
    **planned("outreach.Invitation", delete=PLANNING),
    **{
        f"admin:outreach_{name}_export": desk(
            {COORDINATOR, ADMINISTRATOR, AUDITOR}, fill=lambda: {"shape": "csv"}, refusals=(302, 403, 405)
        )
        for name in ("campaign", "event", "commitment")
    },
    "admin:outreach_campaign_board": desk(SIX, refusals=(302, 403, 405)),
    "admin:outreach_event_calendar": desk(SIX, refusals=(302, 403, 405)),
    **planned("outreach.Minutes"),
    **verb("outreach.Minutes", "publish", KEEPING),
    **planned("outreach.Commitment"),
    **verb("outreach.Commitment", "finish", KEEPING),
    **noun("outreach.Partnership", change=PLANNING, delete=PLANNING, never={"add"}),
}
