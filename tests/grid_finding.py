"""The permission grid of words looked for in vain; the search itself is public and stands in tests/grid.py."""

from typing import Any

from portal.accounts.roles import AUDITOR, CLERK, COORDINATOR
from tests.grid_rules import SUPERUSER, Rule, desk


def a_word() -> dict[str, Any]:
    return {"word": "paspor"}


FINDING: dict[str, Rule] = {
    "finding_desk:sought": desk(
        {CLERK, COORDINATOR, AUDITOR}, {CLERK, COORDINATOR, SUPERUSER}, data=a_word, refusals=(302, 403)
    ),
}
