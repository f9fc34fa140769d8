"""Two editors with the same form open: nothing is overwritten unseen, nothing typed is lost."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.test import Client

from outreach.models import Series
from portal.shared.history import Change, recorded
from services.admin import conflict
from services.models import Organization, Service
from tests.builders import make_organization, make_service, make_user
from tests.desk import EDITABLE_NOUNS, address, form_data, make_world, signed_in


@pytest.fixture
def first(db: None) -> Client:
    return signed_in(make_user("rini", is_superuser=True, first_name="Rini", last_name="Satu"))


@pytest.fixture
def second(db: None) -> Client:
    return signed_in(make_user("dewi", is_superuser=True))


def test_the_second_is_told_what_the_first_changed_and_keeps_what_they_typed(
    first: Client, second: Client
) -> None:
    service = make_service(summary="Bawa KTP.", output="KTP baru", requirements=["Fotokopi KK"])
    url = address(Service, "change", service.pk)
    early = form_data(first.get(url), summary="Bawa KTP dan KK.", **{"requirements-0-text": "KK asli"})
    late = form_data(second.get(url), output="KTP-el baru")
    assert first.post(url, early).status_code == 302
    changes = Change.objects.count()

    answer = second.post("/en" + url, late)
    assert answer.status_code == 200
    assert answer.context["adminform"].form.non_field_errors().as_data()[0].code == "conflict"
    text = answer.content.decode()
    for words in ("Somebody saved this while you were typing", "Rini Satu", "Bawa KTP dan KK.", "KK asli"):
        assert words in text
    assert "KTP-el baru</textarea>" in text
    service.refresh_from_db()
    assert (service.summary, service.output, Change.objects.count()) == (
        "Bawa KTP dan KK.",
        "KTP baru",
        changes,
    )

    # Having read it, the second decides: their form now carries what they have seen.
    again = form_data(answer, summary="Bawa KTP dan KK.", **{"requirements-0-text": "KK asli"})
    assert second.post(url, again).status_code == 302
    service.refresh_from_db()
    assert (service.summary, service.output) == ("Bawa KTP dan KK.", "KTP-el baru")


def test_a_line_changed_by_the_first_is_not_undone_by_the_second(first: Client, second: Client) -> None:
    service = make_service(requirements=["Fotokopi KK"])
    url = address(Service, "change", service.pk)
    early = form_data(first.get(url), **{"requirements-0-text": "KK asli"})
    late = form_data(second.get(url), **{"requirements-0-note": "Satu lembar"})
    first.post(url, early)
    assert second.post(url, late).status_code == 200
    assert service.requirements.get().text == "KK asli"


def test_a_verb_pressed_meanwhile_counts_too(first: Client, second: Client) -> None:
    service = make_service(is_published=False)
    url = address(Service, "change", service.pk)
    late = form_data(second.get(url), summary="")
    first.post(address(Service, "verb", service.pk, "publish"))
    assert second.post(url, late).status_code == 200
    service.refresh_from_db()
    assert (service.status, service.summary) == ("published", "Bawa KTP, langsung jadi.")


def test_one_editor_saves_again_and_again(first: Client) -> None:
    service = make_service()
    url = address(Service, "change", service.pk)
    for number in range(3):
        data = form_data(first.get(url), summary=f"Nomor {number}", _continue="1")
        assert first.post(url, data).status_code == 302


def test_the_same_form_sent_twice_is_saved_once_and_said(first: Client) -> None:
    service = make_service()
    url = address(Service, "change", service.pk)
    data = form_data(first.get(url), summary="Sekali")
    assert [first.post(url, data).status_code for _ in range(2)] == [302, 200]
    assert Change.objects.filter(verb="change", object_id=service.pk).count() == 1


def test_a_form_that_does_not_say_what_was_seen_is_refused(first: Client) -> None:
    unit = make_organization()
    url = address(Organization, "change", unit.pk)
    for seen in (None, "", "wild", "-1", "0"):
        assert first.post(url, form_data(first.get(url), phone="1", seen_change=seen)).status_code == 200
    unit.refresh_from_db()
    assert unit.phone == ""


@pytest.mark.parametrize("model", EDITABLE_NOUNS)
def test_every_form_of_the_desk_carries_what_was_seen(model: Any, first: Client) -> None:
    make_world(1)
    row = model._default_manager.latest("pk")
    page = first.get(address(model, "change", row.pk)).content.decode()
    assert f'name="seen_change" value="{conflict.newest_change(model, row.pk)}"' in page
    assert "Seen change" not in page


def test_a_form_without_parts_shows_no_row_for_what_was_seen(first: Client) -> None:
    page = first.get(address(Series, "add")).content.decode()
    assert 'name="seen_change"' in page
    assert "Seen change" not in page


# At the same moment --------------------------------------------------------------------------------------


def save_while_another_saves(client: Client, service: Service) -> int:
    """The answer to a form sent while somebody else's change of the row is not committed yet."""
    url = address(Service, "change", service.pk)
    data = form_data(client.get(url), output="Milik saya")
    began, may_end = threading.Event(), threading.Event()

    def other() -> None:
        with transaction.atomic():
            row = Service.objects.get(pk=service.pk)
            with recorded(row, verb="change", by="tests"):
                row.output = "Milik lain"
                row.save()
            began.set()
            may_end.wait(1)
        connections.close_all()

    thread = threading.Thread(target=other)
    thread.start()
    try:
        assert began.wait(10)
        return client.post(url, data).status_code
    finally:
        may_end.set()
        thread.join()


@pytest.mark.django_db(transaction=True)
def test_who_saves_at_the_same_moment_waits_and_is_told() -> None:
    client, service = signed_in(make_user(is_superuser=True)), make_service(output="KTP")
    assert save_while_another_saves(client, service) == 200
    service.refresh_from_db()
    assert service.output == "Milik lain"


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_without_waiting_the_other_change_would_be_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: on SQLite the whole request waits anyway; here only the lock makes it."""
    nothing: Callable[[Any], None] = lambda row: None  # noqa: E731
    monkeypatch.setattr(conflict, "hold", nothing)
    client, service = signed_in(make_user(is_superuser=True)), make_service(output="KTP")
    assert connection.vendor == "postgresql"
    assert save_while_another_saves(client, service) == 302
    service.refresh_from_db()
    assert service.output == "Milik saya"
