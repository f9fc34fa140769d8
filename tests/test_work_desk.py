"""The queue at the desk: what failed and why in words, tried again by whoever may, and no visitor's words."""

from typing import Any

import pytest
from django.contrib import admin
from django.core import mail
from django.urls import reverse
from django.utils import timezone, translation
from django_tasks_db.models import DBTaskResult

from portal.shared.history import Change
from portal.shared.work.admin import REASONS, STATES, reason_of
from portal.shared.work.job import Job
from portal.shared.work.mail import OutgoingMail, queue_mail
from portal.shared.work.worker import Worker
from tests import tasks_site
from tests.builders import make_user
from tests.desk import make_editor, signed_in

pytestmark = pytest.mark.django_db
LIST = "/en/admin/work/job/"


def page_of(job: Job) -> str:
    return f"{LIST}{job.pk}/change/"


def failed() -> Job:
    tasks_site.fail.enqueue()
    Worker().run_waiting()
    return Job.objects.get()


def fill_every_state() -> None:
    """One task in each state a task can be in."""
    tasks_site.note.enqueue("Sari")
    tasks_site.fail.enqueue()
    tasks_site.without_database.enqueue()
    Worker().run_waiting()
    tasks_site.note.enqueue("Sari")
    Job.objects.filter(status="READY", exception_class_path="").get().claim("busy")
    queue_mail(to="sari@example.org", subject="Kode", body="12345678", key="a")


def test_the_list_tells_every_state_in_words_and_nothing_that_was_handed_over() -> None:
    fill_every_state()
    desk = signed_in(make_editor("view_job"))
    page = desk.get(LIST)
    assert ">None<" not in desk.get(page_of(Job.objects.filter(started_at=None)[0])).text
    with translation.override("en"):
        for words in STATES.values():
            assert str(words) in page.text
    assert "Send a mail" in page.text
    assert "Sari" not in page.text
    assert "sari@" not in page.text


@pytest.mark.parametrize("state", STATES)
def test_each_state_can_be_listed_alone(state: str) -> None:
    fill_every_state()
    page = signed_in(make_editor("view_job")).get(LIST, {"state": state})
    assert page.context["cl"].result_count == 1
    assert f"job-state--{state}" in page.text


def test_the_tasks_of_one_kind_can_be_listed_alone() -> None:
    fill_every_state()
    page = signed_in(make_editor("view_job")).get(LIST, {"task": "portal.shared.work.mail.send_mail"})
    assert page.context["cl"].result_count == 1


def test_a_failure_says_why_and_where_but_not_what_was_in_it() -> None:
    job = failed()
    page = signed_in(make_editor("view_job")).get(page_of(job))
    assert "An unexpected fault" in page.text
    assert "ValueError" in page.text
    assert "tests/tasks_site.py:" in page.text
    assert "203.0.113" not in page.text
    assert "sari@" not in page.text
    assert "Try again" not in page.text, "this person may only look"


def test_whoever_may_tries_a_failed_task_again_and_history_remembers() -> None:
    job, person = failed(), make_editor("view_job", "retry_job")
    client = signed_in(person)
    assert "Try again" in client.get(page_of(job)).text
    answer = client.post(f"{LIST}{job.pk}/retry/", follow=True)
    assert "1 task is tried again." in answer.text
    job.refresh_from_db()
    assert job.status == "READY"
    assert Change.objects.get(noun="work.job").by == person
    again = client.post(f"{LIST}{job.pk}/retry/", follow=True)
    assert "has not failed" in again.text
    assert Change.objects.filter(noun="work.job").count() == 1


def test_many_are_tried_again_from_the_list() -> None:
    for _time in range(2):
        tasks_site.fail.enqueue()
    Worker().run_waiting()
    client = signed_in(make_editor("view_job", "retry_job"))
    keys = [str(job.pk) for job in Job.objects.all()]
    answer = client.post(LIST, {"action": "retry", "_selected_action": keys}, follow=True)
    assert "2 tasks are tried again." in answer.text
    assert Job.objects.filter(status="READY").count() == 2


def test_looking_does_not_try_again() -> None:
    job = failed()
    client = signed_in(make_editor("view_job", "retry_job"))
    assert client.get(f"{LIST}{job.pk}/retry/").status_code == 405
    assert Job.objects.get().is_failed


@pytest.mark.parametrize("rights", [(), ("view_job",), ("retry_job",)])
def test_without_the_right_nothing_is_tried_again(rights: tuple[str, ...]) -> None:
    job = failed()
    client = signed_in(make_editor(*rights))
    assert client.post(f"{LIST}{job.pk}/retry/").status_code == 403
    client.post(LIST, {"action": "retry", "_selected_action": [str(job.pk)]})
    assert Job.objects.get().is_failed


@pytest.mark.parametrize("address", ["add/", "{pk}/delete/", "{pk}/change/"])
def test_nobody_adds_edits_or_deletes_a_task(address: str) -> None:
    job = failed()
    client = signed_in(make_user(is_superuser=True))
    answer = client.post(LIST + address.format(pk=job.pk), {"status": "READY", "post": "yes"})
    assert answer.status_code == 403
    assert Job.objects.get().is_failed


def test_a_task_that_is_not_there_is_not_found() -> None:
    client = signed_in(make_editor("view_job", "retry_job"))
    assert client.post(f"{LIST}7ad9ee8b-0000-4000-8000-000000000000/retry/").status_code == 404
    assert client.post(f"{LIST}hello/retry/").status_code == 404


def test_the_page_of_raw_rows_is_gone() -> None:
    assert not admin.site.is_registered(DBTaskResult)
    assert reverse("admin:work_job_changelist")


def test_the_list_takes_few_questions_however_long_it_is(django_assert_max_num_queries: Any) -> None:
    client = signed_in(make_editor("view_job", "retry_job"))
    for _number in range(30):
        tasks_site.note.enqueue("x")
    with django_assert_max_num_queries(9):
        client.get(LIST)


def test_a_mail_refused_is_mended_by_trying_again(settings: Any) -> None:
    settings.EMAIL_BACKEND = "portal.shared.work.mail.NoMailServer"
    queue_mail(to="sari@example.org", subject="Kode", body="12345678", key="a")
    OutgoingMail.objects.update(tries=9)
    Worker().run_waiting()
    job = Job.objects.get()
    with translation.override("en"):
        assert "setting is missing" in reason_of(job)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    job.retry(by="tests", at=timezone.now())
    Worker().run_waiting()
    assert len(mail.outbox) == 1
    assert reason_of(Job.objects.get()) == ""


def test_every_reason_is_a_sentence() -> None:
    for _part, words in REASONS:
        assert str(words).endswith(".")
