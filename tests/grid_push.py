"""The permission grid of word to phones: asked with the codes of a receipt, ended by whoever knows the phone."""

from tests.grid_rules import EVERYONE, NONE, Rule, public

PUSH: dict[str, Rule] = {
    # Nobody of the grid has opened anything, and so all are asked for their codes first.
    "feedback:receipt_news": Rule(NONE, EVERYONE, answers=(302,), refusals=(405,)),
    "feedback:case_news": Rule(NONE, EVERYONE, answers=(302,), refusals=(405,)),
    "outreach:registration_news": Rule(NONE, EVERYONE, answers=(302,), refusals=(405,)),
    "phone_news": public(),
    "stop_phone_news": Rule(
        NONE, EVERYONE, data=lambda: {"endpoint": "https://example.org/hp"}, answers=(204,), refusals=(405,)
    ),
    "move_phone_news": Rule(
        NONE,
        EVERYONE,
        data=lambda: {"was": "https://example.org/hp", "endpoint": "https://example.org/hp2"},
        answers=(204,),
        refusals=(405,),
    ),
}
