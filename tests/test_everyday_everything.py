"""Residents' own words find what they mean among the first three of all kinds, in one order on every database."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.finding.searching import Asked, search
from services.models import Location, Organization, Service
from tests.finding_world import ASKED_AT, make_everything

DATA = Path(__file__).parent / "data"
LIST = DATA / "everyday_everything.csv"
ENOUGH_RIGHT = 0.9


def everyday_questions() -> dict[str, frozenset[str]]:
    with LIST.open(encoding="utf-8", newline="") as lines:
        return {row["query"]: frozenset(row["expected"].split("|")) for row in csv.DictReader(lines)}


@pytest.mark.any_engine
def test_the_list_has_a_hundred_questions_over_all_kinds() -> None:
    kinds = {one.split(":")[0] for expected in everyday_questions().values() for one in expected}
    assert len(everyday_questions()) == 100
    assert kinds == {
        *("service", "place", "event", "question", "answer", "consultation", "work", "news", "campaign"),
    }


@pytest.mark.django_db
def test_everyday_words_find_what_is_meant_among_the_first_three_of_all_kinds(
    real_data: Callable[[str], list[str]],
) -> None:
    assert not real_data("tanjung-barat")
    names = make_everything(Organization.objects.get(slug="kelurahan-tanjung-barat"))
    names |= {("layanan", pk): f"service:{code}" for pk, code in Service.objects.values_list("pk", "code")}
    names |= {("tempat", pk): f"place:{slug}" for pk, slug in Location.objects.values_list("pk", "slug")}
    search(Asked("surat"), ASKED_AT)
    wrong, most = [], 0
    for text, expected in everyday_questions().items():
        with CaptureQueriesContext(connection) as asked:
            found = search(Asked(text), ASKED_AT).shown.found
        first = [names[hit.kind, hit.pk] for hit in found[:3]]
        most = max(most, len(asked))
        if not expected & {*first}:
            wrong.append(f"{text}: {first} instead of {sorted(expected)}")
    assert 1 - len(wrong) / len(everyday_questions()) >= ENOUGH_RIGHT, "\n".join(wrong)
    # One question for all kinds; a second and a third only where there are very many documents.
    assert most <= 1
