"""The permission grid of posts: written by those who plan, approved by coordinators."""

from typing import Any

from outreach.models import Post
from portal.accounts.roles import COORDINATOR, UNIT_OFFICER
from tests.grid_rules import SIX, SUPERUSER, Rule, desk, noun, public, row_of

PLANNING = frozenset({UNIT_OFFICER, COORDINATOR})
APPROVING = frozenset({COORDINATOR, SUPERUSER})


def version_of_newest() -> dict[str, Any]:
    newest = Post.objects.order_by("pk").last()
    return {"object_id": newest.pk if newest else 1, "channel": "facebook", "act": "published"}


def old_picture() -> dict[str, Any]:
    return {"pk": row_of("outreach.Post")()["object_id"], "shape": "persegi", "fingerprint": "lama"}


def with_verb(verb: str) -> Any:
    return lambda: {**row_of("outreach.Post")(), "verb": verb}


POSTS: dict[str, Rule] = {
    **noun("outreach.Post", add=PLANNING, change=PLANNING, delete={COORDINATOR}),
    "admin:outreach_post_verb": Rule(APPROVING, APPROVING, with_verb("approve")),
    "admin:outreach_post_kit": desk(SIX, fill=row_of("outreach.Post"), refusals=(302, 403, 404, 405)),
    "admin:outreach_post_calendar": desk(SIX, refusals=(302, 403, 404, 405)),
    "admin:outreach_post_act": desk(
        PLANNING, PLANNING | {SUPERUSER}, fill=version_of_newest, answers=(200, 302)
    ),
    "outreach:post_feed": public(),
    # Nobody finds the picture under an old mark, and a post about an activity has none of its own.
    "outreach:post_picture": public(old_picture, answers=(404,)),
}
