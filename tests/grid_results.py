"""The permission grid of published results."""

from tests.evaluation_world import results_of_a_campaign
from tests.grid_rules import Rule, public

RESULTS: dict[str, Rule] = {
    "evaluation:overview": public(),
    "evaluation:office_csv": public(),
    "evaluation:campaigns": public(),
    "evaluation:campaign": public(results_of_a_campaign),
    "evaluation:campaign_csv": public(results_of_a_campaign),
}
