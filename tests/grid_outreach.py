"""The permission grid of outreach: campaigns, events, registration, attendance, home visits, print and posts."""

from tests.grid_opinions import OPINIONS
from tests.grid_plans import PLANS
from tests.grid_posts import POSTS
from tests.grid_print import PRINTING
from tests.grid_rules import Rule

OUTREACH: dict[str, Rule] = {
    **OPINIONS,
    **PLANS,
    **POSTS,
    **PRINTING,
}
