"""Every address × every role × GET and POST: who is answered, who is refused, and that a refusal changes nothing."""

import copy
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.http import HttpResponse
from django.template.response import SimpleTemplateResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from portal import views
from portal.desk import DeskSite
from portal.shared.exchange.models import Import
from services.models import Location, Organization, Service
from tests.builders import (
    make_closed_day,
    make_location,
    make_portal,
    make_service,
    make_submission,
    make_user,
)
from tests.desk import make_officer, make_world, signed_in
from tests.feedback_world import make_desk_of_cases
from tests.grid import DESK, GRID, SPELLED_OUT
from tests.grid_rules import EVERYONE, HALF_WAY, NOBODY, OUTSIDER, SIX, SUPERUSER, Rule
from tests.news_world import make_news
from tests.outreach_world import make_outreach
from tests.photos import make_photo_row

# What is shown and who may see it is decided in Python: asked of one engine.
pytestmark = [pytest.mark.django_db, pytest.mark.any_engine]

WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE)\b", re.IGNORECASE)
# What being refused may leave behind: the visitor's own session.
OWN_SESSION = re.compile(r"\"django_session\"")
# Public pages are the same for everybody by construction (tests/test_public_urls.py): a few visitors are enough.
SOME = (NOBODY, OUTSIDER, SUPERUSER)


def names(resolver: URLResolver | None = None, namespace: str = "") -> Iterator[str]:
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from names(pattern, f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace)
        elif isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name or ''}"


KNOWN = set(names())
LISTED = {*GRID, *SPELLED_OUT}


def test_every_address_is_in_the_grid() -> None:
    assert not KNOWN - LISTED, "Say in tests/grid.py who may read these addresses and who may send to them."


def test_the_grid_names_no_address_that_is_gone() -> None:
    assert not LISTED - KNOWN, "These addresses are no more: take them out of tests/grid.py."


def test_no_address_is_listed_twice_and_every_rule_names_known_roles() -> None:
    assert not set(GRID) & set(SPELLED_OUT)
    for name, rule in {**GRID, **{name: rule for name, (_, rule) in SPELLED_OUT.items()}}.items():
        assert rule.see | rule.do <= EVERYONE, name


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, Client]]:
    """One row of every noun, all of one unit, and somebody of every role; undone at the end of the file."""
    with django_db_blocker.unblock(), transaction.atomic():
        make_portal()
        make_world(1)
        unit = Organization.objects.get(name="Satuan 1")
        place = make_location("Kantor", organization=unit, area=unit.area)
        make_closed_day(date(2026, 3, 1), location=place)
        make_service(
            "Konsep layanan",
            is_published=False,
            organization=unit,
            counters=[place],
            channels=[{"kind": "phone", "label": "Telepon", "value": "112"}],
        )
        Import.objects.create(
            noun="services.synonym", file_name="padanan.csv", state=Import.State.REFUSED, at=timezone.now()
        )
        make_photo_row(make_submission(unit=unit))
        make_desk_of_cases(unit)
        make_outreach(unit)
        make_news(unit=unit, at=timezone.now())
        clients = {NOBODY: Client(), OUTSIDER: signed_in(make_user())}
        clients[SUPERUSER] = signed_in(make_user(is_superuser=True))
        clients[HALF_WAY] = Client()
        clients[HALF_WAY].force_login(make_officer("coordinator"))
        for role in SIX:
            clients[role] = signed_in(make_officer(role, unit))
        assert Group.objects.filter(name__in=SIX).count() == len(SIX)
        yield clients
        transaction.set_rollback(True)


@pytest.fixture
def unrendered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who may is decided before a page is drawn; drawing some thousand pages would only take time."""
    monkeypatch.setattr(SimpleTemplateResponse, "rendered_content", property(lambda response: ""))
    monkeypatch.setattr(views, "error_page", lambda request, status, **context: HttpResponse(status=status))
    whole = DeskSite.get_app_list

    def asked_for_by_address(site: DeskSite, request: Any, app_label: str | None = None) -> list[Any]:
        # Without a label it is what stands beside every page of the desk.
        return whole(site, request, app_label) if app_label else []

    monkeypatch.setattr(DeskSite, "get_app_list", asked_for_by_address)


def asked(client: Client, method: str, address: str, data: dict[str, Any]) -> tuple[Any, list[str]]:
    """The answer, and what was written; all of it is undone, so that the next role finds the same world."""
    written: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if WRITES.match(sql) and not OWN_SESSION.search(sql):
            written.append(sql)
        return execute(sql, params, many, context)

    cookies = copy.deepcopy(client.cookies)
    with transaction.atomic(), connection.execute_wrapper(note):
        answer = client.get(address) if method == "GET" else client.post(address, data)
        transaction.set_rollback(True)
    # Whoever signed out is signed in again for the next address.
    client.cookies = cookies
    return answer, written


def faults(name: str, rule: Rule, address: str, world: dict[str, Client]) -> list[str]:
    found = []
    is_public = rule.see == EVERYONE and name not in DESK
    for role in SOME if is_public else world:
        for method, allowed in (("GET", rule.see), ("POST", rule.do)):
            answer, written = asked(world[role], method, address, rule.data() if method == "POST" else {})
            code = answer.status_code
            is_door = code == 302 and role in {NOBODY, HALF_WAY}
            if role in allowed:
                is_right = code in rule.answers
            elif role in {NOBODY, HALF_WAY} and not is_public:
                is_right = is_door or code in {403, 405}
            else:
                is_right = code in rule.refusals and (code != 302 or leads_back(answer))
            if not is_right:
                found.append(f"{role}: {method} {address} was answered {code}")
            if role not in allowed and written:
                found.append(f"{role}: {method} {address} was refused and yet wrote {written[0][:80]}")
    return found


def leads_back(answer: Any) -> bool:
    """A row out of reach is answered as one that is not there: back to the start of the desk."""
    return answer["Location"] in {reverse("admin:index"), reverse("admin:login")}


@pytest.mark.parametrize("name", sorted(GRID))
def test_each_role_is_answered_as_the_grid_says(
    name: str, world: dict[str, Client], unrendered: None, django_db_blocker: Any
) -> None:
    rule = GRID[name]
    found = faults(name, rule, reverse(name, kwargs=rule.fill()), world)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("name", sorted(SPELLED_OUT))
def test_each_role_is_answered_at_addresses_without_a_name(
    name: str, world: dict[str, Client], unrendered: None
) -> None:
    address, rule = SPELLED_OUT[name]
    found = faults(name, rule, address, world)
    assert not found, "\n".join(found)


def test_the_grid_notices_a_wrong_rule_and_a_write(world: dict[str, Client], unrendered: None) -> None:
    """The control: the walk itself finds what it is there to find."""
    rule = GRID["admin:services_synonym_change"]
    too_strict = Rule(see=frozenset(), do=frozenset({SUPERUSER}), fill=rule.fill)
    assert faults(
        "admin:services_synonym_change",
        too_strict,
        reverse("admin:services_synonym_change", kwargs=rule.fill()),
        world,
    )
    service = Service.objects.drafts().get()
    address = reverse("admin:services_service_verb", args=[service.pk, "publish"])
    _answer, written = asked(world[SUPERUSER], "POST", address, {})
    assert any("services_service" in sql for sql in written)
    assert Service.objects.get(pk=service.pk).status == "draft"


def test_the_world_is_one_units(world: dict[str, Client]) -> None:
    unit = Organization.objects.get(name="Satuan 1")
    assert set(Service.objects.values_list("organization", flat=True)) == {unit.pk}
    assert Location.objects.filter(organization=unit).count() == 2
