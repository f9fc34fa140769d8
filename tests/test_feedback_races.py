"""Of several people who do something with one case at the same moment, one does it and the others are told."""

from collections.abc import Callable
from datetime import datetime
from threading import Barrier, Thread
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connections
from django.utils import timezone

from feedback.lifecycle import Status
from feedback.models import StatusChange, Submission
from portal.shared.work.job import Job
from portal.shared.work.periodic import Round, queue_one
from tests.builders import make_organization, make_submission

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 6


def at_once(*acts: Callable[[], Any]) -> list[str]:
    """Runs each act in a thread of its own, all beginning together; the code of each one's refusal or “done”."""
    barrier, outcomes = Barrier(len(acts)), []

    def run(act: Callable[[], Any]) -> None:
        try:
            barrier.wait(20)
            act()
            outcomes.append("done")
        except ValidationError as refused:
            outcomes.append(refused.error_list[0].code or "")
        except Exception as problem:
            outcomes.append(repr(problem))
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


def everybody_assigns(pk: int) -> list[str]:
    """Clerks who all had the page open, each choosing a unit of their own."""
    units = [make_organization(f"Unit {n}") for n in range(MANY)]
    pages = [Submission.objects.get(pk=pk) for _ in units]
    at = timezone.now()
    acts = [
        lambda page=page, unit=unit: page.assign(unit, by=None, at=at)  # type: ignore[misc]
        for page, unit in zip(pages, units, strict=True)
    ]
    return at_once(*acts)


def test_one_of_many_clerks_assigns_the_case() -> None:
    case = make_submission(status="verified")
    assert everybody_assigns(case.pk) == ["done"] + ["moved"] * (MANY - 1)
    change = StatusChange.objects.get(to_status=Status.ASSIGNED)
    case.refresh_from_db()
    assert change.unit_name == case.unit.name


def test_without_the_condition_they_all_would(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control of the test above: the same race, reading first and writing then."""
    monkeypatch.setattr(Submission, "unmoved", lambda self: Submission.objects.filter(pk=self.pk))
    case = make_submission(status="verified")
    assert everybody_assigns(case.pk) == ["done"] * MANY
    assert StatusChange.objects.filter(to_status=Status.ASSIGNED).count() == MANY


def test_a_form_sent_many_times_at_once_is_one_message_and_one_rating() -> None:
    case = make_submission(status="waiting")
    pages = [Submission.objects.get(pk=case.pk) for _ in range(MANY)]
    at = timezone.now()

    def say(page: Submission) -> None:
        page.hear("Gang Mawar.", at=at, form_key_hash="k")

    assert at_once(*(lambda page=page: say(page) for page in pages)) == ["done"] * MANY  # type: ignore[misc]
    assert case.messages.filter(form_key_hash="k").count() == 1
    assert case.status_changes.filter(from_status="waiting").count() == 1


def test_yes_and_no_at_once_are_one_opinion() -> None:
    case = make_submission(status="answered")
    pages = [Submission.objects.get(pk=case.pk) for _ in range(2)]

    def rate(page: Submission, verdict: str, at: datetime) -> None:
        page.rate(verdict, at=at)

    outcomes = at_once(
        lambda: rate(pages[0], "solved", timezone.now()), lambda: rate(pages[1], "not", timezone.now())
    )
    assert case.ratings.count() == 1
    assert outcomes.count("done") == 1
    case.refresh_from_db()
    assert case.status in {Status.SETTLED, Status.REOPENED}


def test_cases_joined_crosswise_at_once_make_no_circle() -> None:
    one, two = make_submission(), make_submission()
    read = [
        (Submission.objects.get(pk=a.pk), Submission.objects.get(pk=b.pk))
        for a, b in ((one, two), (two, one))
    ]
    outcomes = at_once(*(lambda pair=pair: pair[0].join(pair[1], by=None) for pair in read))  # type: ignore[misc]
    assert outcomes == ["done", "itself"]
    assert Submission.objects.filter(status=Status.DUPLICATE).count() == 1


def test_a_round_is_queued_by_one_of_many_workers() -> None:
    path = "tests.tasks_site.fail"
    acts = [lambda: queue_one(path, "2026-11-18", timezone.now()) for _ in range(MANY)]
    assert at_once(*acts) == ["done"] * MANY
    assert (Round.objects.count(), Job.objects.count()) == (1, 1)
