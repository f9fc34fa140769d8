"""The permission grid of registering: everybody registers; staff write down, write to, read; few take a table away."""

from portal.accounts.roles import AUDITOR, CLERK, COORDINATOR, UNIT_OFFICER
from tests.grid_opinions import pk, slug
from tests.grid_rules import EVERYONE, NONE, SUPERUSER, Rule, desk, noun, row_of

WORKING = frozenset({CLERK, UNIT_OFFICER, COORDINATOR, SUPERUSER})
REACHING = frozenset({CLERK, COORDINATOR, SUPERUSER})
READING = (CLERK, UNIT_OFFICER, COORDINATOR, AUDITOR)
READ_ONLY = ("add", "change", "delete")
LABEL = "outreach.Registration"

REGISTRATION: dict[str, Rule] = {
    "outreach:register": Rule(EVERYONE, EVERYONE, slug, answers=(200, 302, 404)),
    "outreach:code": Rule(EVERYONE, EVERYONE),
    # Whoever has not opened a registration is asked for its code.
    "outreach:my_registration": Rule(EVERYONE, EVERYONE, answers=(200, 302)),
    "outreach:change_party": Rule(EVERYONE, EVERYONE),
    "outreach:give_up": Rule(EVERYONE, EVERYONE),
    "outreach:forget_me": Rule(EVERYONE, EVERYONE),
    "outreach:close_registration": Rule(NONE, EVERYONE, refusals=(405,)),
    "outreach:register_for": Rule(WORKING, WORKING, pk, answers=(200, 302, 404)),
    "outreach:messages": Rule(WORKING, WORKING, pk, answers=(200, 302, 404)),
    "outreach:numbers": Rule(REACHING, REACHING, pk, answers=(200, 302, 404)),
    **noun(LABEL, view=READING, never=READ_ONLY),
    "admin:outreach_registration_verb": Rule(
        WORKING, WORKING, lambda: {**row_of(LABEL)(), "verb": "cancel"}, answers=(200, 302, 404)
    ),
    "admin:outreach_registration_export": desk({COORDINATOR}, {COORDINATOR, SUPERUSER}),
    **noun("outreach.EventMessage", view=(COORDINATOR, AUDITOR), never=READ_ONLY),
    **noun("outreach.NumbersOpening", view=(COORDINATOR, AUDITOR), never=READ_ONLY),
}
