"""The permission grid of letters with what is new: everybody asks for them and leaves, nobody reads the list."""

from tests.grid_rules import EVERYONE, Rule, public

SUBSCRIPTIONS: dict[str, Rule] = {
    "subscriptions:subscribe": Rule(EVERYONE, EVERYONE),
    "subscriptions:asked": public(),
    "subscriptions:confirm": Rule(EVERYONE, EVERYONE),
    "subscriptions:confirmed": public(),
    # A key nobody has is answered like one that somebody has.
    "subscriptions:leave": Rule(EVERYONE, EVERYONE, lambda: {"key": "tidak-ada"}),
}
