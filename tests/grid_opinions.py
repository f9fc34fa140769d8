"""The permission grid of what people say about an activity: everybody says it, its officers read and type it in."""

from dataclasses import replace
from typing import Any

from django.apps import apps

from portal.accounts.roles import AUDITOR, CLERK, COORDINATOR, UNIT_OFFICER
from tests.grid_rules import EVERYONE, NONE, SUPERUSER, Rule, noun, public, row_of

TYPISTS = frozenset({CLERK, UNIT_OFFICER, COORDINATOR, SUPERUSER})


def newest_event() -> Any:
    return apps.get_model("outreach.Event")._default_manager.order_by("pk").last()


def slug() -> dict[str, Any]:
    event = newest_event()
    return {"slug": event.slug if event else "tidak-ada"}


def pk() -> dict[str, Any]:
    event = newest_event()
    return {"pk": event.pk if event else 1}


def comment() -> dict[str, Any]:
    return row_of("outreach.EventRating")()


OPINIONS = {
    # Asked only in their time, for everybody alike: tests/test_opinions.py answers.
    "outreach:rate": Rule(EVERYONE, EVERYONE, slug, answers=(200, 302, 404)),
    "outreach:say_whether_used": Rule(EVERYONE, EVERYONE, slug, answers=(200, 302, 404)),
    "outreach:fill_in_sheet": Rule(
        EVERYONE, EVERYONE, lambda: {**slug(), "phase": "sebelum"}, answers=(200, 302, 404)
    ),
    "outreach:opinion_thanks": public(slug, answers=(200, 404)),
    "outreach:opinions": Rule(TYPISTS | {AUDITOR}, TYPISTS, pk, answers=(200, 302, 404)),
    **{
        name: replace(rule, answers=(200, 302, 404))
        for name, rule in noun(
            "outreach.EventRating", view=TYPISTS | {AUDITOR}, never=("add", "change", "delete")
        ).items()
    },
    "admin:outreach_eventrating_verb": Rule(
        TYPISTS, TYPISTS, lambda: {**comment(), "verb": "mark_read"}, answers=(200, 302, 404)
    ),
    "outreach:opinion_sheet": Rule(
        TYPISTS | {AUDITOR}, NONE, pk, answers=(200, 404), refusals=(302, 403, 405)
    ),
}
