"""How many wrong tries the door bears before it stays shut for a while.

Three measures, because each alone can be turned against us: five for one name from one place stop whoever
guesses at one account; twenty for one name stop guessing from many places; fifty from one place stop guessing
at many names, yet let an office of many people behind one address mistype. A browser in which the person has
signed in before is a place of its own, for which only the first measure counts: so no stranger can shut a
colleague out by trying their name, nor a neighbour behind the same address.

Tries are counted when they have failed: those already under way together, at most one for each thread of the
server, may pass the number by as many.
"""

from datetime import datetime, timedelta
from math import ceil

from axes.models import AccessAttempt
from django.db.models import Max, QuerySet, Sum

COOL_OFF = timedelta(minutes=15)
OF_NAME_AND_PLACE = 5
OF_NAME = 20
OF_PLACE = 50

# Names that no account has are kept as a keyed hash: somebody may have typed a password there.
UNKNOWN = "?"
# Places are pseudonyms in the form of private IPv6 addresses: networks and known browsers.
NETWORK, BROWSER = "fd0a", "fd0b"


def measures(name: str, place: str) -> list[tuple[dict[str, str], int]]:
    """What is counted together, and from which number on it is too much."""
    found = [({"username": name, "ip_address": place}, OF_NAME_AND_PLACE)]
    if not place.startswith(BROWSER):
        found += [({"username": name}, OF_NAME), ({"ip_address": place}, OF_PLACE)]
    return found


def full(recent: QuerySet[AccessAttempt], name: str, place: str) -> list[QuerySet[AccessAttempt]]:
    """The tries of each measure that is full."""
    rows = [(recent.filter(**what), most) for what, most in measures(name, place)]
    return [tries for tries, most in rows if count(tries) >= most]


def count(tries: QuerySet[AccessAttempt]) -> int:
    return tries.aggregate(all=Sum("failures_since_start"))["all"] or 0


def is_full(recent: QuerySet[AccessAttempt], name: str, place: str) -> bool:
    return bool(full(recent, name, place))


def seconds_left(recent: QuerySet[AccessAttempt], name: str, place: str, at: datetime) -> int:
    """Until every full measure is empty again; 0 when none is full."""
    latest = [tries.aggregate(last=Max("attempt_time"))["last"] for tries in full(recent, name, place)]
    return max((ceil((last + COOL_OFF - at).total_seconds()) for last in latest if last), default=0)
