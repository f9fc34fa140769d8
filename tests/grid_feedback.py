"""The permission grid of feedback: cases, their tracking, surveys, and the API other programs write to."""

from portal.accounts.roles import ADMINISTRATOR, AUDITOR
from tests.grid_rules import EVERYONE, SUPERUSER, Rule, noun, public, row_of

XML = {"extension": "xml"}

OPEN311 = {
    "open311:discovery": public(),
    "open311:services": public(lambda: XML),
    "open311:service": public(lambda: {**XML, "code": "lainnya"}),
    # Whoever writes shows a key; without one nobody, staff or not, makes a case.
    "open311:requests": Rule(EVERYONE, EVERYONE, lambda: XML, answers=(200, 403)),
    "open311:request": public(lambda: {**XML, "number": "2611-000000-0"}, answers=(404,)),
    "open311:token": public(lambda: {**XML, "token": "tidak-ada"}, answers=(404,)),
}

KEEPERS = frozenset({ADMINISTRATOR, SUPERUSER})
KEYS = {
    **noun(
        "feedback.ApiKey",
        view={ADMINISTRATOR, AUDITOR},
        add={ADMINISTRATOR},
        change={ADMINISTRATOR},
        never={"delete"},
    ),
    "admin:feedback_apikey_verb": Rule(
        KEEPERS, KEEPERS, lambda: {**row_of("feedback.ApiKey")(), "verb": "revoke"}
    ),
    "admin:feedback_apikey_new_key": Rule(KEEPERS, KEEPERS, row_of("feedback.ApiKey")),
}

FEEDBACK = {**OPEN311, **KEYS}
