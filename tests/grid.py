"""The permission grid: every address the resolver knows, and who may read it and who may send to it.

Written by hand and apart from `portal/accounts/roles.py`, so that each is a check on the other. A new page gets a
row in `GRID` (`public`, `noun` or `desk`); without one tests/test_permission_grid.py fails.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.apps import apps
from django.utils import timezone

from portal.accounts.roles import ADMINISTRATOR, AUDITOR, CLERK, COORDINATOR, FIELD_OFFICER, UNIT_OFFICER
from portal.shared.work.mail import send_mail

NOBODY = "nobody"
HALF_WAY = "signed in without the second factor"
OUTSIDER = "staff without a role"
SUPERUSER = "superuser"

SIX = frozenset({CLERK, FIELD_OFFICER, UNIT_OFFICER, COORDINATOR, ADMINISTRATOR, AUDITOR})
INSIDE = SIX | {OUTSIDER, SUPERUSER}
EVERYONE = INSIDE | {NOBODY, HALF_WAY}
NONE: frozenset[str] = frozenset()
DRAFTING = frozenset({CLERK, UNIT_OFFICER, COORDINATOR})
UNIT_AND_UP = frozenset({UNIT_OFFICER, COORDINATOR})

Fill = Callable[[], dict[str, Any]]


def nothing() -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class Rule:
    """Who is answered on GET (`see`) and on POST (`do`); everybody else is refused and changes nothing.

    `fill` gives what stands in the address, `data` what is sent, `answers` the codes that count as answered.
    """

    see: frozenset[str]
    do: frozenset[str]
    fill: Fill = nothing
    data: Fill = nothing
    answers: tuple[int, ...] = (200, 302)
    # What a method nobody may use is answered with.
    refusals: tuple[int, ...] = (302, 403, 404)


def public(fill: Fill = nothing, answers: tuple[int, ...] = (200,)) -> Rule:
    return Rule(see=EVERYONE, do=NONE, fill=fill, answers=answers, refusals=(405,))


def desk(see: Iterable[str], do: Iterable[str] = NONE, **more: Any) -> Rule:
    """A page of the desk; the superuser is always among those who see it."""
    return Rule(see=frozenset(see) | {SUPERUSER}, do=frozenset(do), **more)


def row_of(label: str) -> Fill:
    """The newest row of a noun; for a noun without rows an address that leads nowhere."""

    def fill() -> dict[str, Any]:
        newest = apps.get_model(label)._default_manager.order_by("pk").last()
        return {"object_id": newest.pk if newest else 1}

    return fill


def noun(
    label: str,
    *,
    view: Iterable[str] = SIX,
    add: Iterable[str] = NONE,
    change: Iterable[str] = NONE,
    delete: Iterable[str] = NONE,
    confirm: Iterable[str] | None = None,
    never: Iterable[str] = (),
) -> dict[str, Rule]:
    """The pages Django's admin has for a noun; the superuser may all that is not among `never`."""
    name = f"admin:{label.replace('.', '_').lower()}"
    fill = row_of(label)

    def who(verb: str, roles: Iterable[str]) -> frozenset[str]:
        return frozenset(roles) | (NONE if verb in never else {SUPERUSER})

    readers = who("view", view)
    rules = {
        f"{name}_changelist": Rule(readers, readers),
        f"{name}_add": Rule(who("add", add), who("add", add)),
        f"{name}_history": Rule(readers, readers, fill),
        f"{name}_delete": Rule(who("delete", delete), who("delete", delete), fill),
        f"{name}_change": Rule(readers, who("change", change), fill),
    }
    if confirm is not None:
        may = who("confirm", confirm)
        rules[f"{name}_verb"] = Rule(may, may, lambda: {**fill(), "verb": "confirm"})
    return rules


def newest(model: str, field: str = "slug") -> Fill:
    def fill() -> dict[str, Any]:
        row = apps.get_model(f"services.{model}")._default_manager.order_by("pk").last()
        return {field: getattr(row, field)}

    return fill


def published_slug(**more: Any) -> Fill:
    def fill() -> dict[str, Any]:
        service = apps.get_model("services.Service")._default_manager.filter(status="published").last()
        return {"slug": service.slug, **more}

    return fill


def short_code() -> dict[str, Any]:
    return {"code": published_slug()()["slug"]}


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
    # Drawn only for its present fingerprint; any other is not found, for everyone.
    "services:share_image": public(published_slug(fingerprint="lama"), answers=(404,)),
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

GRID: dict[str, Rule] = {**WORK, **EXCHANGE, **PUBLIC, **DESK, **CATALOGUE, **ACCOUNTS}

# Addresses that cannot be reversed by a name (the desk's catch-alls) or need a query, written out.
SPELLED_OUT: dict[str, tuple[str, Rule]] = {
    "admin:": ("/admin/services/service/1/", desk(INSIDE, INSIDE, answers=(302,))),
    "admin:autocomplete": (
        "/admin/autocomplete/?app_label=services&model_name=service&field_name=organization&term=",
        desk(SIX, refusals=(403, 405)),
    ),
}
