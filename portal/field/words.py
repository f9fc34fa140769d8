"""Why something a phone brought needs a person, for whoever decides and for the officer who brought it."""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Words:
    """`title` in lists, `explanation` for the supervisor, `told` for the officer on the phone."""

    title: Promise
    explanation: Promise
    told: Promise


WHY: Final[dict[str, Words]] = {
    "closed": Words(
        _("round was closed"),
        _("The round was closed before this was written down. Open the round again, or correct the time."),
        _("The round was closed before. Your supervisor looks at it."),
    ),
    "taken_off": Words(
        _("officer no longer walks the round"),
        _("Somebody took the officer off this round while the phone had no signal."),
        _("This round is no longer yours. Your supervisor looks at it."),
    ),
    "area_gone": Words(
        _("RT no longer in the round"),
        _("The RT was taken out of the round while the phone had no signal. Choose the RT it belongs to."),
        _("This RT is no longer in the round. Your supervisor looks at it."),
    ),
    "two_officers": Words(
        _("two officers at one home"),
        _("Two officers were at the same home without knowing of each other. Both visits are written down."),
        _("Somebody else was at this home too. Both visits are kept, your supervisor looks at it."),
    ),
    "not_to_visit": Words(
        _("home asked not to be visited"),
        _("This home is on the list of homes not to visit. The visit is written down."),
        _("This home had asked not to be visited. The visit is kept, your supervisor looks at it."),
    ),
    "topic_gone": Words(
        _("topic no longer in the round"),
        _("A topic was taken out of the round meanwhile. The visit is written down without it."),
        _("One topic is no longer in the round. The visit is kept without it."),
    ),
    "clock": Words(
        _("time cannot be right"),
        _("By the clock of the phone it was before the round was taken along, or later than now."),
        _("The time cannot be right. Your supervisor looks at it."),
    ),
    "waiting": Words(
        _("on the waiting list"),
        _("The party was on the waiting list. Accept it if they were let in."),
        _("They are on the waiting list. Your supervisor looks at it."),
    ),
    "cancelled": Words(
        _("had cancelled"),
        _("The party had cancelled. If they came all the same, accept it: they count as walk-ins."),
        _("They had cancelled. Your supervisor looks at it."),
    ),
    "unknown": Words(
        _("nobody has this code"),
        _("Nobody is registered with this code. If somebody came, accept it: they count as walk-ins."),
        _("Nobody has this code. Your supervisor looks at it."),
    ),
    "wrong_event": Words(
        _("registered for another activity"),
        _("The code belongs to another activity. If they came here, accept it: they count as walk-ins."),
        _("They are registered for another activity. Your supervisor looks at it."),
    ),
    "already": Words(
        _("let in twice"),
        _("The same code was let in on another phone. The party counts once."),
        _("They were let in on another phone already. They count once."),
    ),
    "not_now": Words(
        _("activity not open"),
        _("The activity was called off, moved or not begun by the time that was written down."),
        _("This activity lets nobody in at that time. Your supervisor looks at it."),
    ),
    "event_gone": Words(
        _("not an activity of theirs"),
        _("The officer may not stand at the door of this activity any more, or it is gone."),
        _("You do not stand at the door of this activity any more. Your supervisor looks at it."),
    ),
    "nothing_there": Words(
        _("what it belongs to did not arrive"),
        _("It corrects or takes back something that has not arrived here."),
        _("What this belongs to has not arrived. Your supervisor looks at it."),
    ),
    "undone": Words(
        _("taken back meanwhile"),
        _("What it corrects was taken back at the desk meanwhile."),
        _("It was taken back meanwhile. Your supervisor looks at it."),
    ),
    "first_visit": Words(
        _("first visit not decided"),
        _(
            "It comes back to a visit that waits here too. Decide about that one first, so that no home counts twice."
        ),
        _("It belongs to a visit your supervisor looks at. They decide about both."),
    ),
    "no_right": Words(
        _("may not write complaints down any more"),
        _(
            "The officer lost the right to write complaints down while the phone had no signal. The resident has the "
            "receipt already: write it down, and the same codes open it."
        ),
        _("You may not write complaints down any more. It is safe, your supervisor writes it down."),
    ),
    "other": Words(
        _("could not be written down"),
        _("It could not be written down as it came. What was said is below."),
        _("It could not be written down as it came. Your supervisor looks at it."),
    ),
}
