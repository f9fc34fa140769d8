"""What a row of the permission grid says, and the short ways to write one: `public`, `noun`, `desk`."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps

from portal.accounts.roles import ADMINISTRATOR, AUDITOR, CLERK, COORDINATOR, FIELD_OFFICER, UNIT_OFFICER

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
