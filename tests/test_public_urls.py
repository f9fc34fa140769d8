"""Every address the portal knows, found in its URL configuration: public ones are the same for everyone."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse, translate_url
from django.utils import translation

from feedback.models import Submission
from portal.hsds import identifiers
from portal.shared import content_version
from portal.shared.history import recorded
from portal.shared.public_pages import Rules
from services import share_image
from services.models import Service
from tests.agenda_world import agenda_world
from tests.builders import (
    make_area,
    make_location,
    make_portal,
    make_public_work,
    make_released,
    make_service,
    make_submission,
    make_user,
)
from tests.consultation_world import public_world
from tests.desk import signed_in
from tests.doors import Door, connections_kept_open
from tests.evaluation_world import published_campaign
from tests.news_world import make_news
from tests.outreach_world import news_picture_world, print_world
from tests.photos import make_photo
from tests.surveys import published_survey

# What is shown and who may see it is decided in Python: asked of one engine.
pytestmark = [pytest.mark.django_db, pytest.mark.any_engine]

# What fills the parameters of the desk's addresses; that there is no such row is an answer too.
NO_ROW = "1"
DESK = {"app_label": "services", "extension": "json"}


@dataclass(frozen=True)
class Known:
    """One address of the URL configuration with its view."""

    name: str
    view: Callable[..., Any]
    parameters: frozenset[str]

    @property
    def is_public(self) -> bool:
        return isinstance(getattr(self.view, "public_page", None), Rules)


def known_addresses(resolver: URLResolver | None = None, namespace: str = "") -> Iterator[Known]:
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from known_addresses(pattern, inner)
        elif isinstance(pattern, URLPattern):
            parameters = frozenset(pattern.pattern.regex.groupindex)
            yield Known(f"{namespace}{pattern.name or ''}", pattern.callback, parameters)


# One identifier for each kind of object under /data/hsds/.
HSDS_IDENTIFIERS: dict[str, Callable[[], str]] = {
    "hsds_service": lambda: str(next(iter(identifiers.services_by_identifier()))),
    "hsds_organization": lambda: str(next(iter(identifiers.organizations_by_identifier()))),
    "hsds_counter": lambda: str(next(iter(identifiers.counters_by_identifier()))),
    "hsds_taxonomy": lambda: identifiers.taxonomy_id("category"),
    "hsds_term": lambda: str(next(iter(identifiers.terms_by_identifier()))),
}

PUBLIC = {known.name: known for known in known_addresses() if known.is_public}
PRIVATE = {known.name: known for known in known_addresses() if not known.is_public}
GROUPS = 8
QUERIES = {"q": "ktp", "hal": "2", "huruf": "M", "buka": "1", "cetak": "1"}


@pytest.fixture
def world(time_machine: Any, now: datetime) -> dict[str, dict[str, str]]:
    """One row of everything, and for each address with parameters what fills them."""
    time_machine.move_to(now, tick=False)
    portal = make_portal()
    place = make_location("Puskesmas Contoh", hours=[("12345", "07:30", "16:00")])
    service = make_service(requirements=["KTP"], steps=["Datang"], counters=[place])
    fingerprint = share_image.fingerprint(service, portal)
    survey_slug = published_survey().slug
    return {
        "services:detail": {"slug": service.slug},
        "services:flyer": {"slug": service.slug},
        "services:poster": {"slug": service.slug},
        "services:share_image": {"slug": service.slug, "fingerprint": fingerprint},
        "services:share_picture": {"slug": service.slug, "shape": "persegi", "fingerprint": fingerprint},
        "services:organization": {"slug": service.organization.slug},
        "evaluation:service": {"slug": service.slug},
        **{f"evaluation:campaign{file}": {"slug": published_campaign().slug} for file in ("", "_csv")},
        "services:place": {"slug": place.slug},
        "services:area": {"slug": make_area().slug},
        "services:public_work": {"slug": make_public_work().slug},
        **{name: {"name": "services"} for name in ("data_set", "data_v1_rows", "data_csv_metadata")},
        "services:news": {"slug": make_news(at=now).slug},
        "short_link": {"code": service.slug},
        "sitemap_part": {"number": "1"},
        "feedback:answer": {"number": make_released().number},
        **{f"feedback:survey_{page}": {"slug": survey_slug} for page in ("result", "sheet", "rows")},
        **{name: {"identifier": find()} for name, find in HSDS_IDENTIFIERS.items()},
        **agenda_world(now),
        **public_world(now),
        **news_picture_world(),
        **print_world(portal),
        **open311_world(),
        **photo_world(),
    }


def photo_world() -> dict[str, dict[str, str]]:
    photo = make_photo(submission=make_released())
    photo.release("Lampu yang baru", by=make_user())
    name = {"name": photo.public_name}
    return {f"feedback:photo_{kind}": name for kind in ("avif", "jpeg", "webp")}


def open311_world() -> dict[str, dict[str, str]]:
    number = make_submission(channel="open311").number
    token = Submission.objects.get(number=number).form_key_hash
    shape = {"extension": "json"}
    return {
        "open311:services": shape,
        "open311:requests": shape,
        "open311:service": {**shape, "code": "lainnya"},
        "open311:request": {**shape, "number": number},
        "open311:token": {**shape, "token": token},
    }


def addresses(known: Known, world: dict[str, dict[str, str]]) -> list[str]:
    """The address in both languages, with a stray parameter, and with each of its own that we can fill."""
    assert not known.parameters or known.name in world, f"Say in `world` what fills the address {known.name}."
    indonesian = reverse(known.name, kwargs=world.get(known.name))
    own = [name for name in known.view.public_page.known if name in QUERIES]  # type: ignore[attr-defined]
    queries = ["utm_source=x", *(f"{name}={QUERIES[name]}" for name in own)]
    both = dict.fromkeys((indonesian, translate_url(indonesian, "en")))
    return [*both, *(f"{indonesian}?{query}" for query in queries)]


def visitors() -> dict[str, Client]:
    """Somebody of every role, each with a session of their own."""
    roles = {"staff": make_user(is_staff=True), "superuser": make_user(is_staff=True, is_superuser=True)}
    roles["resident with an account"] = make_user(is_staff=False)
    found = {"nobody, with a session": Client()}
    for role, user in roles.items():
        found[role] = Client()
        signed_in(user, found[role])
        # A message waiting to be shown is the classic leak: whoever comes first would see it.
        session = SessionStore(found[role].cookies["sessionid"].value)
        session["_messages"] = '[["__json_message",0,25,"Only for you",""]]'
        session.save()
    session = SessionStore()
    session["seen"] = "x"
    session.save()
    found["nobody, with a session"].cookies["sessionid"] = session.session_key or ""
    for client in found.values():
        client.cookies["csrftoken"] = "a" * 32
        client.cookies["django_language"] = "en"
    return found


@pytest.mark.parametrize("group", range(GROUPS))
def test_a_public_address_answers_every_role_with_the_same_bytes(
    group: int, world: dict[str, dict[str, str]]
) -> None:
    """Several addresses in one world: making it takes longer than asking them."""
    everyone = visitors()
    for name in sorted(PUBLIC)[group::GROUPS]:
        bare, *others = addresses(PUBLIC[name], world)
        nobody = Client().get(bare)
        assert nobody.status_code == 200, bare
        assert nobody.headers["Cache-Control"].startswith("public, max-age="), bare
        varies = "Accept-Encoding, Save-Data" if "photo" in name else "Accept-Encoding"
        assert nobody.headers["Vary"] == varies, bare
        assert nobody.headers["ETag"], bare
        for role, client in everyone.items():
            assert_same(nobody, as_much_as_possible(client, bare), f"{role} on {bare}")
        for address in others:
            asked_by = everyone["superuser"]
            assert_same(Client().get(address), as_much_as_possible(asked_by, address), address)


def as_much_as_possible(client: Client, address: str) -> Any:
    """Asked by somebody who tells more about themselves than any browser does."""
    return client.get(
        address,
        HTTP_AUTHORIZATION="Basic dXNlcjpwYXNz",
        HTTP_ACCEPT_LANGUAGE="en-GB,en;q=0.9,fr;q=0.5",
        HTTP_USER_AGENT="Phone/1",
        REMOTE_ADDR="10.1.2.3",
    )


def assert_same(nobody: Any, somebody: Any, where: str) -> None:
    assert somebody.status_code == nobody.status_code, where
    assert somebody.content == nobody.content, where
    assert sorted(somebody.headers.items()) == sorted(nobody.headers.items()), where
    assert not nobody.cookies, where
    assert not somebody.cookies, where


def test_every_other_address_forbids_keeping(world: dict[str, dict[str, str]]) -> None:
    inside = signed_in(make_user(is_superuser=True))
    for known in PRIVATE.values():
        kwargs = world.get(known.name) or {name: DESK.get(name, NO_ROW) for name in known.parameters}
        # The desk's catch-all has no name to be reversed by.
        address = reverse(known.name, kwargs=kwargs) if known.name[-1:] not in {"", ":"} else "/admin/nowhere"
        for client in (Client(), inside):
            assert "no-store" in client.get(address).headers["Cache-Control"], known.name


def test_the_walk_sees_the_difference_a_session_makes() -> None:
    """The control: on a page that is not public, the same comparison does find other bytes."""
    bodies = {client.get("/admin/", follow=True).content for client in visitors().values()}
    assert len(bodies) > 1


def test_the_walk_finds_the_pages_it_is_about() -> None:
    assert {"home", "search", "services:list", "services:detail", "services:emergency"} <= {*PUBLIC}
    assert {"admin:index", "admin:login", "short_link"} <= {*PRIVATE}


def test_an_editors_correction_is_on_the_next_page(world: dict[str, dict[str, str]]) -> None:
    service = Service.objects.get()
    address = service.get_absolute_url()
    door = Door(content_version.current_outside_requests)
    with connections_kept_open():
        # Once to be stored, once to be packed as tightly as it stays.
        for _ in range(2):
            before = door.ask(address, HTTP_ACCEPT_ENCODING="br")
        assert door.ask(address, HTTP_ACCEPT_ENCODING="br") == before
        assert len(door.store) == 1
        with recorded(service, verb="change", by="An editor"):
            service.summary = "Sekarang gratis untuk semua warga."
            service.save()
        assert service.summary in door.ask(address).body.decode()


def test_every_public_page_exists_in_both_languages(world: dict[str, dict[str, str]]) -> None:
    for name in ("home", "services:list", "services:detail"):
        with translation.override("en"):
            english = reverse(name, kwargs=world.get(name))
        assert english.startswith("/en/")
        assert Client().get(english).headers["Content-Language"] == "en"
