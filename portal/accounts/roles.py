"""Who at the desk may do what: six roles as data, each with no more rights than its work needs.

A role is a Django group. `set_up_roles` makes the groups and gives them exactly the rights written here, at
every `manage.py prepare`; an office that needs another mixture makes a group of its own beside them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.accounts.naming import named, rights
from portal.accounts.outreach_rights import (
    AT_THE_DOOR,
    DECIDES_OUTREACH,
    HANDS_OUT,
    PLANS_OUTREACH,
    REACHES_RESIDENTS,
    READS_LOGS_OF_OUTREACH,
    READS_PHONES,
    READS_RESIDENTS,
    SEES_OUTREACH,
    WORKS_WITH_RESIDENTS,
)

CLERK = "clerk"
FIELD_OFFICER = "field officer"
UNIT_OFFICER = "unit officer"
COORDINATOR = "coordinator"
ADMINISTRATOR = "administrator"
AUDITOR = "auditor"
SUPERUSER = "superuser"


@dataclass(frozen=True)
class Role:
    """A group of the desk: what it is called, what it is for, and its rights as "app.codename"."""

    name: str
    label: Promise
    duty: Promise
    rights: frozenset[str]


# What a service is made of; whoever drafts it may also take a wrong line out again.
PARTS = ("requirement", "step", "serviceatlocation", "channel", "openinghours")
OF_UNITS = ("service", "organization", "location", "publicwork")
CATALOGUE = (
    *("service", *PARTS, "organization", "location", "closedday", "publicwork", "publicworkupdate"),
    *("area", "category", "audience", "synonym", "charter", "news"),
)
PORTAL = ("portalprofile", "emergencynumber")

SEES_THE_CATALOGUE = rights("view", "services", *CATALOGUE, *PORTAL)
EVERY_UNIT = named("services.reach_every_unit")
DRAFTS = rights("add change", "services", "service", *PARTS, "location", "closedday", "news") | rights(
    "delete", "services", *PARTS
)
# A unit tells its own closed counters; what stands on every page is the coordinator's to decide.
TELLS_NEWS = named("services.publish_news")
RAISES_THE_ALARM = TELLS_NEWS | named("services.publish_emergency_news")
READS_IMPORTS = named("exchange.view_import", "exchange.export_rows")
RUNS_IMPORTS = named("exchange.add_import")
SEES_ACCOUNTS = rights("view", "auth", "user", "group") | rights("view", "services", "membership")
SEES_HISTORY = rights("view", "shared", "change")
SEES_WORK = named("work.view_job")
RUNS_WORK = named("work.retry_job")

# What residents told. Who told it (`view_contact`) is a right of its own, and each opening is logged.
CASES = ("submission", "message", "internalnote", "statuschange", "photo", "rating")
RULES_OF_CASES = ("deadlinerule", "triagerule", "answertemplate", "sensitivecategory", "unitcalendar")
READS_CASES = rights("view", "feedback", *CASES, *RULES_OF_CASES, "improvement")
ANSWERS_CASES = rights("answer", "feedback", "submission") | rights("add", "feedback", "internalnote")
# The desk at which every case arrives.
TAKES_CASES = (
    READS_CASES
    | ANSWERS_CASES
    | rights("add change verify release", "feedback", "submission")
    | rights("change", "feedback", "photo")
    | rights("add change", "feedback", "improvement")
    | rights("view", "feedback", "contact")
)
KEEPS_RULES_OF_CASES = rights("view add change delete", "feedback", *RULES_OF_CASES)
READS_OPENINGS = rights("view", "feedback", "contactopening")
READS_KEYS = rights("view", "feedback", "apikey")
KEEPS_KEYS = READS_KEYS | rights("add change", "feedback", "apikey")

# Satisfaction surveys: their answers name nobody, so everybody at the desk may read them.
READS_SURVEYS = rights("view", "feedback", "survey", "followup", "surveyresponse")
TYPES_IN_PAPER = READS_SURVEYS | rights("add", "feedback", "surveyresponse")
KEEPS_SURVEYS = (
    TYPES_IN_PAPER
    | rights("add change", "feedback", "survey")
    | rights("add change delete", "feedback", "followup")
    | rights("import", "feedback", "surveyresponse")
)
PUBLISHES_SURVEYS = rights("delete publish", "feedback", "survey")

# Results are counts, of which every unit sees its own; what they are of is read elsewhere, by other rights.
SEES_RESULTS = rights("view", "evaluation", "evaluation", "report")
ASKS_FOR_REPORTS = SEES_RESULTS | rights("add", "evaluation", "report")
# Single words residents looked for in vain, for those who keep the words of the catalogue.
SEES_SOUGHT_WORDS = named("finding.view_soughtword")

# From the widest to the narrowest: whoever has two roles is called by the first.
ROLES = (
    Role(
        ADMINISTRATOR,
        _("Administrator"),
        _(
            "Keeps accounts, memberships, the profile of this portal, emergency numbers, deadlines and other "
            "rules, and background work; reads no case and nothing residents gave us."
        ),
        SEES_THE_CATALOGUE
        | EVERY_UNIT
        | SEES_ACCOUNTS
        | SEES_HISTORY
        | SEES_WORK
        | RUNS_WORK
        | READS_IMPORTS
        | rights("add change", "auth", "user")
        | rights("add change delete", "services", "membership")
        | rights("change", "services", "portalprofile")
        | rights("add change delete confirm", "services", "emergencynumber")
        | KEEPS_RULES_OF_CASES
        | KEEPS_KEYS
        | READS_SURVEYS
        | SEES_OUTREACH,
    ),
    Role(
        COORDINATOR,
        _("Coordinator"),
        _(
            "Answers for the whole catalogue, every campaign and every case: publishes, withdraws, cancels, "
            "confirms, approves posts, deletes, imports, exports."
        ),
        SEES_THE_CATALOGUE
        | EVERY_UNIT
        | SEES_HISTORY
        | READS_IMPORTS
        | RUNS_IMPORTS
        | rights("add change delete", "services", *CATALOGUE)
        | SEES_SOUGHT_WORDS
        | rights("confirm", "services", *OF_UNITS, "charter")
        | named("services.publish_service", "services.change_published_service")
        | RAISES_THE_ALARM
        | TAKES_CASES
        | KEEPS_RULES_OF_CASES
        | READS_OPENINGS
        | rights("export oversee", "feedback", "submission")
        | rights("delete publish", "feedback", "improvement")
        | KEEPS_SURVEYS
        | PUBLISHES_SURVEYS
        | SEES_OUTREACH
        | WORKS_WITH_RESIDENTS
        | REACHES_RESIDENTS
        | READS_LOGS_OF_OUTREACH
        | PLANS_OUTREACH
        | DECIDES_OUTREACH
        | ASKS_FOR_REPORTS,
    ),
    Role(
        UNIT_OFFICER,
        _("Unit officer"),
        _(
            "Corrects and confirms what their own unit offers, drafts new services for it, plans its campaigns "
            "and activities, keeps its promises, and answers the cases passed to it; never learns who sent one."
        ),
        SEES_THE_CATALOGUE
        | DRAFTS
        | rights("change", "services", "organization")
        | rights("add change", "services", "publicwork", "publicworkupdate")
        | rights("delete", "services", "publicworkupdate")
        | rights("confirm", "services", *OF_UNITS)
        | named("services.change_published_service")
        | TELLS_NEWS
        | READS_CASES
        | ANSWERS_CASES
        | KEEPS_SURVEYS
        | SEES_OUTREACH
        | WORKS_WITH_RESIDENTS
        | PLANS_OUTREACH
        | ASKS_FOR_REPORTS,
    ),
    Role(
        CLERK,
        _("Clerk"),
        _(
            "Takes in what residents tell, checks it, passes it on, answers what is simple and releases answers; "
            "registers callers, stands at the door of activities, hands out flyers; drafts services for every "
            "unit and keeps places, hours and closed days."
        ),
        SEES_THE_CATALOGUE
        | EVERY_UNIT
        | DRAFTS
        | rights("add change", "services", "synonym")
        | SEES_SOUGHT_WORDS
        | TAKES_CASES
        | TYPES_IN_PAPER
        | SEES_OUTREACH
        | WORKS_WITH_RESIDENTS
        | REACHES_RESIDENTS
        | HANDS_OUT,
    ),
    Role(
        FIELD_OFFICER,
        _("Field officer"),
        _(
            "Visits homes, stands at the door of activities, hands out flyers; looks things up in the catalogue, "
            "also what is not public yet; writes down what residents tell."
        ),
        SEES_THE_CATALOGUE
        | EVERY_UNIT
        | rights("add", "feedback", "submission")
        | READS_SURVEYS
        | SEES_OUTREACH
        | AT_THE_DOOR
        | HANDS_OUT,
    ),
    Role(
        AUDITOR,
        _("Auditor"),
        _(
            "Reads everything but who sent a case or where somebody who registered can be reached, with history, "
            "accounts and imports; changes nothing."
        ),
        SEES_THE_CATALOGUE
        | EVERY_UNIT
        | SEES_ACCOUNTS
        | SEES_HISTORY
        | SEES_WORK
        | READS_IMPORTS
        | READS_CASES
        | READS_OPENINGS
        | READS_KEYS
        | READS_SURVEYS
        | SEES_OUTREACH
        | READS_RESIDENTS
        | READS_PHONES
        | READS_LOGS_OF_OUTREACH
        | SEES_RESULTS
        | SEES_SOUGHT_WORDS,
    ),
)
ROLE = {role.name: role for role in ROLES}


def role_of(user: Any) -> str:
    """The widest role of a person, "superuser", or nothing."""
    if not user.is_active:
        return ""
    if user.is_superuser:
        return SUPERUSER
    groups = set(user.groups.values_list("name", flat=True))
    return next((role.name for role in ROLES if role.name in groups), "")


@transaction.atomic
def set_up_roles() -> list[Group]:
    """Makes each role's group with exactly its rights; running it again changes nothing.

    Django makes permissions only after all migrations; here they may be needed earlier, so they are made too.
    """
    for app in apps.get_app_configs():
        create_permissions(app, verbosity=0)
    known = {
        f"{one.content_type.app_label}.{one.codename}": one
        for one in Permission.objects.select_related("content_type")
    }
    return [set_up(role, (known[right] for right in sorted(role.rights) if right in known)) for role in ROLES]


def set_up(role: Role, permissions: Iterable[Permission]) -> Group:
    group, _made = Group.objects.get_or_create(name=role.name)
    group.permissions.set(permissions)
    return group
