"""The permission grid: every address the resolver knows, and who may read it and who may send to it.

Written by hand and apart from `portal/accounts/roles.py`, so that each is a check on the other. A new page gets a
row here or in tests/grid_feedback.py (`public`, `noun` or `desk`); without one tests/test_permission_grid.py fails.
"""

from typing import Any
from uuid import UUID

from django.apps import apps
from django.utils import timezone

from portal.accounts.roles import ADMINISTRATOR, AUDITOR, CLERK, COORDINATOR
from portal.shared.work.mail import send_mail
from tests.grid_feedback import FEEDBACK
from tests.grid_news import NEWS
from tests.grid_outreach import OUTREACH
from tests.grid_rules import (
    DRAFTING,
    EVERYONE,
    INSIDE,
    NONE,
    SIX,
    SUPERUSER,
    UNIT_AND_UP,
    Rule,
    desk,
    newest,
    noun,
    public,
    published_slug,
    row_of,
    short_code,
)
from tests.grid_subscriptions import SUBSCRIPTIONS
from tests.grid_surveys import SURVEYS
from tests.grid_web_app import WEB_APP

PUBLIC = {
    **{
        name: public()
        for name in (
            *("home", "search", "about", "privacy", "accessibility", "charter", "data"),
            *("data_services_csv", "data_services_json", "robots", "sitemap", "opensearch"),
            *(
                "hsds",
                "hsds_services",
                "hsds_organizations",
                "hsds_counters",
                "hsds_taxonomies",
                "hsds_terms",
            ),
            *("services:list", "services:a_to_z", "services:organization_list", "services:place_list"),
            *("services:area_list", "services:public_work_list", "services:emergency"),
        )
    },
    "sitemap_part": public(lambda: {"number": 1}),
    "english": Rule(EVERYONE, EVERYONE, answers=(301,)),
    "short_link": public(short_code, answers=(302,)),
    "services:detail": public(published_slug()),
    "services:flyer": public(published_slug()),
    "services:poster": public(published_slug()),
    # Drawn only for its present fingerprint; any other is not found, for everyone.
    "services:share_image": public(published_slug(fingerprint="lama"), answers=(404,)),
    "services:share_picture": public(published_slug(shape="tegak", fingerprint="lama"), answers=(404,)),
    "services:organization": public(newest("Organization")),
    "services:place": public(newest("Location")),
    "services:area": public(newest("Area")),
    "services:public_work": public(newest("PublicWork")),
    **{
        f"hsds_{kind}": public(lambda: {"identifier": UUID(int=0)}, answers=(404,))
        for kind in ("service", "organization", "counter", "taxonomy", "term")
    },
}

DESK = {
    "admin:index": desk(INSIDE, INSIDE),
    "admin:login": Rule(EVERYONE, EVERYONE),
    "admin:logout": Rule(NONE, EVERYONE, answers=(200, 302), refusals=(302, 405)),
    "admin:password_change": desk(INSIDE, INSIDE),
    "admin:password_change_done": desk(INSIDE, INSIDE, answers=(200, 302, 405)),
    "accounts:second_factor": Rule(EVERYONE, EVERYONE, answers=(302,)),
    "accounts:set_up": desk(INSIDE, INSIDE),
    "accounts:recovery_codes": desk(INSIDE, INSIDE),
    "accounts:account": desk(INSIDE, refusals=(405,)),
    "accounts:password": desk(INSIDE, INSIDE),
    "accounts:sign_out_everywhere": Rule(NONE, INSIDE, answers=(302,), refusals=(405,)),
    "accounts:unsent": desk(INSIDE, INSIDE, answers=(302,)),
    "admin:jsi18n": desk(INSIDE, refusals=(405,)),
    "admin:app_list": desk(SIX, SIX | {SUPERUSER}, fill=lambda: {"app_label": "services"}),
    "admin:services_service_preview": desk(SIX, fill=row_of("services.Service"), refusals=(302, 403, 405)),
}

CATALOGUE = {
    **noun("services.Service", add=DRAFTING, change=DRAFTING, delete={COORDINATOR}, confirm=UNIT_AND_UP),
    **noun(
        "services.Organization",
        add={COORDINATOR},
        change=UNIT_AND_UP,
        delete={COORDINATOR},
        confirm=UNIT_AND_UP,
    ),
    **noun("services.Location", add=DRAFTING, change=DRAFTING, delete={COORDINATOR}, confirm=UNIT_AND_UP),
    **noun(
        "services.PublicWork", add=UNIT_AND_UP, change=UNIT_AND_UP, delete={COORDINATOR}, confirm=UNIT_AND_UP
    ),
    **noun("services.ServiceAtLocation", add=DRAFTING, change=DRAFTING, delete=DRAFTING),
    **noun("services.Channel", add=DRAFTING, change=DRAFTING, delete=DRAFTING),
    **noun("services.ClosedDay", add=DRAFTING, change=DRAFTING, delete={COORDINATOR}),
    **noun("services.Synonym", add={CLERK, COORDINATOR}, change={CLERK, COORDINATOR}, delete={COORDINATOR}),
    **noun("services.Area", add={COORDINATOR}, change={COORDINATOR}, delete={COORDINATOR}),
    **noun("services.Category", add={COORDINATOR}, change={COORDINATOR}, delete={COORDINATOR}),
    **noun("services.Audience", add={COORDINATOR}, change={COORDINATOR}, delete={COORDINATOR}),
    **noun(
        "services.Charter",
        add={COORDINATOR},
        change={COORDINATOR},
        delete={COORDINATOR},
        confirm={COORDINATOR},
    ),
    **noun(
        "services.EmergencyNumber",
        add={ADMINISTRATOR},
        change={ADMINISTRATOR},
        delete={ADMINISTRATOR},
        confirm={ADMINISTRATOR},
    ),
    **noun("services.PortalProfile", change={ADMINISTRATOR}, never={"add", "delete"}),
    **noun("shared.Change", view={COORDINATOR, ADMINISTRATOR, AUDITOR}, never={"add", "change", "delete"}),
}

KEEPERS = frozenset({ADMINISTRATOR, SUPERUSER})


def wrong_tries() -> dict[str, Any]:
    tries = apps.get_model("axes.AccessAttempt")
    if not tries.objects.exists():
        tries.objects.create(username="sari", ip_address="fd0a::1", failures_since_start=1)
    return row_of("accounts.Tries")()


ACCOUNTS = {
    **noun(
        "accounts.Colleague",
        view={ADMINISTRATOR, AUDITOR},
        add={ADMINISTRATOR},
        change={ADMINISTRATOR},
        never={"delete"},
    ),
    "admin:accounts_colleague_verb": Rule(
        KEEPERS, KEEPERS, lambda: {**row_of("accounts.Colleague")(), "verb": "end_sessions"}
    ),
    "admin:accounts_colleague_new_password": Rule(KEEPERS, KEEPERS, row_of("accounts.Colleague")),
    **noun("accounts.Tries", view={ADMINISTRATOR, AUDITOR}, never={"add", "change", "delete"}),
    "admin:accounts_tries_verb": Rule(KEEPERS, KEEPERS, lambda: {**wrong_tries(), "verb": "let_try_again"}),
}


def a_task() -> dict[str, Any]:
    if not apps.get_model("work.Job").objects.exists():
        send_mail.enqueue(0)
    return row_of("work.Job")()


WORK = {
    "healthz": public(),
    # Without a worker, as here, the portal is not ready.
    "readyz": public(answers=(200, 503)),
    **noun("work.Job", view={ADMINISTRATOR, AUDITOR}, never={"add", "change", "delete"}),
    "admin:work_job_retry": Rule(
        NONE, frozenset({ADMINISTRATOR, SUPERUSER}), fill=a_task, refusals=(302, 403, 405)
    ),
}


def an_import() -> dict[str, Any]:
    """One that could not be read: saying yes to it is allowed to some, and does nothing."""
    imports = apps.get_model("exchange.Import").objects
    if not imports.exists():
        imports.create(
            noun="services.synonym", file_name="a.csv", state="refused", at=timezone.now(), language="id"
        )
    return row_of("exchange.Import")()


def a_change_of_a_synonym() -> dict[str, Any]:
    changes = apps.get_model("shared.Change").objects.filter(noun="services.synonym")
    return {"pk": changes.latest("pk").pk}


IMPORTERS = frozenset({COORDINATOR, SUPERUSER})
ONLY_POST = (302, 403, 404, 405)
EXCHANGE = {
    **noun(
        "exchange.Import",
        view={COORDINATOR, ADMINISTRATOR, AUDITOR},
        add={COORDINATOR},
        never={"change", "delete"},
    ),
    "admin:exchange_import_change": desk({COORDINATOR, ADMINISTRATOR, AUDITOR}, fill=an_import),
    "admin:exchange_confirm": Rule(
        NONE, IMPORTERS, fill=lambda: {"pk": an_import()["object_id"]}, refusals=ONLY_POST
    ),
    "admin:exchange_undo": Rule(
        NONE, IMPORTERS, fill=lambda: {"pk": an_import()["object_id"]}, refusals=ONLY_POST
    ),
    "admin:exchange_template": Rule(
        IMPORTERS, NONE, fill=lambda: {"app": "services", "model": "synonym"}, refusals=ONLY_POST
    ),
    "admin:exchange_export": Rule(
        frozenset({COORDINATOR, ADMINISTRATOR, AUDITOR, SUPERUSER}),
        NONE,
        fill=lambda: {"app": "services", "model": "synonym", "shape": "csv"},
        refusals=ONLY_POST,
    ),
    "admin:shared_change_restore": Rule(
        frozenset({CLERK, COORDINATOR, SUPERUSER}),
        frozenset({CLERK, COORDINATOR, SUPERUSER}),
        fill=a_change_of_a_synonym,
    ),
}

GRID: dict[str, Rule] = {
    **SURVEYS,
    **FEEDBACK,
    **NEWS,
    **OUTREACH,
    **SUBSCRIPTIONS,
    **WEB_APP,
    **WORK,
    **EXCHANGE,
    **PUBLIC,
    **DESK,
    **CATALOGUE,
    **ACCOUNTS,
}

# Addresses that cannot be reversed by a name (the desk's catch-alls) or need a query, written out.
SPELLED_OUT: dict[str, tuple[str, Rule]] = {
    "admin:": ("/admin/services/service/1/", desk(INSIDE, INSIDE, answers=(302,))),
    "admin:autocomplete": (
        "/admin/autocomplete/?app_label=services&model_name=service&field_name=organization&term=",
        desk(SIX, refusals=(403, 405)),
    ),
}
