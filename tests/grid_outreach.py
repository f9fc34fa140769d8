"""The permission grid of outreach: campaigns, events, registration, attendance, home visits, print and posts."""

from tests.grid_agenda import AGENDA
from tests.grid_asking import ASKING
from tests.grid_board import BOARD
from tests.grid_door import DOOR
from tests.grid_field import FIELD
from tests.grid_finding import FINDING
from tests.grid_kinerja import KINERJA
from tests.grid_open_data import OPEN_DATA
from tests.grid_opinions import OPINIONS
from tests.grid_plans import PLANS
from tests.grid_posts import POSTS
from tests.grid_print import PRINTING
from tests.grid_push import PUSH
from tests.grid_registration import REGISTRATION
from tests.grid_results import RESULTS
from tests.grid_rules import Rule
from tests.grid_visits import VISITS

OUTREACH: dict[str, Rule] = {
    **AGENDA,
    **ASKING,
    **BOARD,
    **DOOR,
    **FIELD,
    **FINDING,
    **KINERJA,
    **OPEN_DATA,
    **OPINIONS,
    **PLANS,
    **POSTS,
    **PRINTING,
    **PUSH,
    **REGISTRATION,
    **RESULTS,
    **VISITS,
}
