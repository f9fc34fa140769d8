"""Sent by several at the same moment, a draft is one case with one receipt; without its guard it would be many."""

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client
from django.utils import timezone

from feedback import drafting
from feedback.models import Draft, Submission
from feedback.views import tell
from portal.shared import receipt
from tests.builders import make_portal

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 4
STORY = "Lampu jalan di depan pos ronda mati sejak Senin."


def begun() -> drafting.Kept:
    at = timezone.now()
    kept = drafting.begin(at)
    kept.keep("kind", {"kind": "complaint"}, at)
    kept.keep("story", {"story": STORY}, at)
    return kept


def pressed_at_once(key: str) -> list[str]:
    """Everybody presses “send now” of the same draft; where each was led, and what the receipt there says."""
    barrier, found = Barrier(MANY), []

    def press() -> None:
        browser = Client()
        browser.cookies[settings.DRAFT_COOKIE] = key
        try:
            barrier.wait(20)
            answer = browser.post("/suara/kirim/", {"privacy": "public", "name": "Bu Contoh"})
            found.append(f"{answer.status_code} {answer['Location']}")
            shown = browser.get("/suara/tanda-terima/").context
            found.append(f"{shown['submission'].number} {shown['secret']}")
        except Exception as problem:
            found.append(repr(problem))
        finally:
            connections.close_all()

    threads = [Thread(target=press) for _ in range(MANY)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_a_draft_sent_by_many_at_once_is_one_case_and_one_receipt() -> None:
    make_portal()
    kept = begun()
    found = pressed_at_once(kept.key)
    case = Submission.objects.get()
    assert set(found) == {"302 /suara/tanda-terima/", f"{case.number} {receipt.secret_from(kept.key)}"}
    assert case.status_changes.count() == 1
    assert case.contact.name == "Bu Contoh"
    # Whoever was slower has put nothing back into it.
    assert Draft.objects.get().data == {}


def test_without_one_key_for_the_form_they_would_be_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control of the test above: the same race, each sending with a key of its own."""
    make_portal()
    once: Callable[..., Any] = tell.receive

    def anew(told: Any, *, form_key: str, at: Any, draft: Any) -> Any:
        return once(told, form_key=receipt.new_key(), at=at)

    # All have read the draft before the first has sent.
    together = Barrier(MANY)

    def waiting(*args: Any, **more: Any) -> Any:
        together.wait(20)
        return anew(*args, **more)

    monkeypatch.setattr(tell, "receive", waiting)
    pressed_at_once(begun().key)
    assert Submission.objects.count() == MANY
