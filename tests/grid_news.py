"""The permission grid of news: everybody reads it, units tell their own, an emergency is the coordinator's."""

from typing import Any

from portal.accounts.roles import COORDINATOR
from services.models import News
from tests.grid_rules import DRAFTING, SIX, SUPERUSER, UNIT_AND_UP, Rule, desk, noun, public, row_of

TELLING = UNIT_AND_UP | {SUPERUSER}


def notice() -> dict[str, Any]:
    return {"slug": News.objects.published().last().slug}  # type: ignore[union-attr]


def withdrawing() -> dict[str, Any]:
    return {**row_of("services.News")(), "verb": "withdraw"}


NEWS: dict[str, Rule] = {
    "services:news_list": public(),
    "services:news_atom": public(),
    "services:news": public(notice),
    # The row is published: whoever may not publish works on drafts alone.
    **noun("services.News", add=DRAFTING, change=UNIT_AND_UP, delete={COORDINATOR}),
    "admin:services_news_verb": Rule(TELLING, TELLING, withdrawing),
    "admin:services_news_preview": desk(SIX, fill=row_of("services.News"), refusals=(302, 403, 405)),
}
