"""Every verb of a case × every role: whoever lacks the right is refused at its address, and nothing is written."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.template.response import SimpleTemplateResponse
from django.test import Client
from django.urls import reverse

from feedback.admin.moves import CASE_VERBS
from feedback.models import Submission
from portal.shared.history import Change
from tests.builders import make_organization, make_submission
from tests.desk import make_officer, signed_in
from tests.grid_rules import SIX

pytestmark = pytest.mark.django_db

TAKERS, ANSWERERS = {"clerk", "coordinator"}, {"clerk", "coordinator", "unit officer"}
# Written apart from the verbs, so that each is a check on the other.
WHO = {
    **dict.fromkeys(
        (
            *("verify", "assign", "describe", "join", "split", "archive", "bring_back"),
            *("release", "take_back", "forget", "keep"),
        ),
        TAKERS,
    ),
    **dict.fromkeys(
        (
            *("start", "answer", "ask", "write", "resume", "take", "note"),
            *("pass_on", "decline", "reopen"),
        ),
        ANSWERERS,
    ),
}


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[Submission, dict[str, Client]]]:
    with django_db_blocker.unblock(), transaction.atomic():
        unit = make_organization()
        case = make_submission(status="assigned", unit=unit)
        yield case, {role: signed_in(make_officer(role, unit)) for role in SIX}
        transaction.set_rollback(True)


def test_every_verb_says_whom_it_is_for() -> None:
    assert {verb.name for verb in CASE_VERBS} == set(WHO)


@pytest.mark.parametrize("verb", sorted(WHO))
def test_a_verb_is_refused_to_everybody_else(
    verb: str, world: tuple[Submission, dict[str, Client]], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Who may is decided before a page is drawn.
    monkeypatch.setattr(SimpleTemplateResponse, "rendered_content", property(lambda response: ""))
    case, clients = world
    address = reverse("admin:feedback_submission_verb", args=[case.pk, verb])
    moves, changes = case.status_changes.count(), Change.objects.count()
    asked = {role: client.get(address).status_code for role, client in clients.items()}
    assert {role for role, code in asked.items() if code in {200, 302}} == WHO[verb]
    for role in SIX - WHO[verb]:
        sent = clients[role].post(address, {"text": "Halo", "reason": "Coba", "story": "Coba"})
        assert sent.status_code == 403, role
    assert (case.status_changes.count(), Change.objects.count()) == (moves, changes)
