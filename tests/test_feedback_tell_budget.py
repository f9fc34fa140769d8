"""What a page of telling may cost: a phone on a slow line, and an office's small machine."""

from collections.abc import Callable
from typing import Any

import brotli
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.builders import make_portal, make_public_work, make_service

pytestmark = pytest.mark.django_db
KB = 1024
HEAVIEST, MOST_QUERIES, MOST_TO_SEND = 4 * KB, 8, 17
STORY = "Lampu jalan di depan pos ronda mati sejak Senin, gelap sekali kalau malam."


def steps(client: Client) -> dict[str, Callable[[], Any]]:
    """Every page and every sending on the way to a receipt, in the order of a resident."""
    service = make_service()
    query = f"?jenis=complaint&layanan={service.slug}"

    def get(name: str, more: str = "") -> Callable[[], Any]:
        return lambda: client.get(reverse(f"feedback:{name}") + more)

    def post(name: str, more: str = "", **data: Any) -> Callable[[], Any]:
        return lambda: client.post(reverse(f"feedback:{name}") + more, data)

    return {
        "kind": get("tell", query),
        "kind, nothing chosen": post("tell", query),
        "kind, sent": post("tell", query, kind="complaint", is_about="on"),
        "story": get("tell_story"),
        "story, empty": post("tell_story"),
        "story, sent": post("tell_story", story=STORY, is_about_staff="on"),
        "story, again": get("tell_story"),
        "kind, again": get("tell", "?ubah=1"),
        "resume": get("tell", query),
        "saved": get("tell_saved"),
        "place": get("tell_place"),
        "place, wrong": post("tell_place", rw="lima", when="date", point="entah"),
        "place, sent": post(
            "tell_place", place_words="Gang Mawar", rw="5", when="today", point="-6.31, 106.84"
        ),
        "summary": get("tell_send"),
        "summary, wrong": post("tell_send", wish="email", phone="08"),
        "sent": post("tell_send", privacy="public", wish="email", email="tuti@contoh.id"),
        "sent again": post("tell_send", privacy="public"),
        "receipt": get("tell_receipt"),
    }


def test_every_step_is_light_and_asks_the_database_little() -> None:
    make_portal(phone="021 781 2345", whatsapp="0812 3456 7890")
    make_public_work()
    client = Client()
    weights, queries = {}, {}
    for name, ask in steps(client).items():
        with CaptureQueriesContext(connection) as asked:
            answer = ask()
        leads_on = name.endswith("sent") or name == "sent again"
        assert answer.status_code == (302 if leads_on else 200), name
        assert answer["Cache-Control"] == "no-store", name
        assert leads_on or 'content="noindex"' in answer.content.decode(), name
        weights[name] = len(brotli.compress(answer.content))
        queries[name] = len([one for one in asked if "SAVEPOINT" not in one["sql"]])
    assert {name: size for name, size in weights.items() if size > HEAVIEST} == {}
    # Sending makes a case: its promise, its receipt, its letter and the signs of programs, in one transaction.
    assert queries.pop("sent") <= MOST_TO_SEND
    assert {name: n for name, n in queries.items() if n > MOST_QUERIES} == {}
