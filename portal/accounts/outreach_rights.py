"""What each role may do with activities, home visits, print and posts.

Plans are read by everybody at the desk. What residents said or wrote is read by those who work with it; where they
can be reached (`view_registrationcontact`) is a right of its own, and each opening is logged.
"""

from portal.accounts.naming import rights


def of(verbs: str, *nouns: str) -> frozenset[str]:
    return rights(verbs, "outreach", *nouns)


PLANS = (
    "campaign",
    "event",
    "series",
    "partnership",
    "commitment",
    "minutes",
    "understandingitem",
    "invitation",
)
KEEPSAKES = ("eventphoto", "eventdocument", "consultationpaper")
PRINT = ("material", "printrun", "drop", "shortlink")
# Facts about what was planned and done; nothing in them is about a resident.
SEES_OUTREACH = of(
    "view", *PLANS, *KEEPSAKES, *PRINT, "linkcount", "post", "delivery", "consultation", "round"
)
# Who comes by which name, how many came, what was asked and said; never where to reach them.
READS_RESIDENTS = of(
    "view",
    *("registration", "attendance", "headcountsheet", "question", "consultationresponse"),
    *("eventrating", "afteruse", "understandingsheet", "visit", "donotvisit"),
)
# The door of a hall, and the doors of homes.
AT_THE_DOOR = of("check_in", "event") | of("add", "visit")
TYPES_IN_OPINIONS = of("add", "eventrating", "afteruse", "understandingsheet")
# Takes people in by phone or at the counter, stands at the door, types in what came on paper.
WORKS_WITH_RESIDENTS = (
    READS_RESIDENTS
    | AT_THE_DOOR
    | TYPES_IN_OPINIONS
    | of("add change", "registration")
    | of("message", "event")
    | of("moderate", "question")
    | of("release", "eventrating")
    | of("hear", "consultation")
)
REACHES_RESIDENTS = of("view", "registrationcontact")
# Who wrote to residents and who opened their numbers, and why.
READS_LOGS_OF_OUTREACH = of("view", "eventmessage", "numbersopening")
# What phones brought from where there is no signal and somebody has to decide about; which phones are out.
READS_PHONES = rights("view", "field", "helditem", "fieldpass")
DECIDES_ABOUT_PHONES = (
    READS_PHONES | rights("settle", "field", "helditem") | rights("end", "field", "fieldpass")
)
HANDS_OUT = of("add change", "printrun", "drop")
PLANS_OUTREACH = (
    of("add change", *PLANS, *KEEPSAKES, *PRINT, "post", "consultation", "round")
    # Who sends officers out sees how far they are and mends what was written down wrong.
    | of("oversee", "round")
    | DECIDES_ABOUT_PHONES
    | of("delete", "partnership", "understandingitem", "invitation", *KEEPSAKES, "drop")
    # Minutes and promises are asked of the unit, so the unit may show them.
    | of("publish", "minutes")
    | of("keep", "commitment")
    # What somebody else has approved is published by its writer, who types in what came of it.
    | of("release", "post")
)
DECIDES_OUTREACH = (
    of("publish", "campaign", "event", "consultation")
    | of("approve", "post")
    | of("export", "registration")
    | of("delete", *PLANS, *PRINT, "post", "consultation", "round")
)
