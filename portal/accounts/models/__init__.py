from portal.accounts.models.account import Account
from portal.accounts.models.colleague import Colleague
from portal.accounts.models.known_browser import KnownBrowser
from portal.accounts.models.tries import Tries

__all__ = ["Account", "Colleague", "KnownBrowser", "Tries"]
