"""Every change of content has its own number, and every process learns of it within two seconds."""

from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from portal.shared import content_version
from portal.shared.content_version import SECONDS_KEPT, ContentVersion, Reader, bump, stored_number
from tests.doors import Clock


@pytest.fixture(autouse=True)
def fresh() -> None:
    content_version.forget()


def edit() -> None:
    with transaction.atomic():
        bump()


@pytest.mark.django_db(transaction=True)
def test_a_bump_belongs_into_the_transaction_that_changes_the_content() -> None:
    with pytest.raises(transaction.TransactionManagementError, match="inside the transaction"):
        bump()
    assert not ContentVersion.objects.exists()


@pytest.mark.django_db
def test_every_bump_grows_the_number_of_the_one_row() -> None:
    numbers = []
    for _ in range(5):
        bump()
        numbers.append(stored_number())
    assert numbers == sorted(set(numbers))
    assert ContentVersion.objects.count() == 1


@pytest.mark.django_db
def test_the_number_grows_though_the_clock_of_the_machine_was_set_back(time_machine: Any) -> None:
    bump()
    before = stored_number()
    time_machine.move_to("2001-01-01")
    bump()
    assert stored_number() == before + 1


@pytest.mark.django_db(transaction=True)
def test_a_number_rolled_back_never_returns() -> None:
    edit()
    with transaction.atomic():
        bump()
        rolled_back = stored_number()
        transaction.set_rollback(True)
    edit()
    assert stored_number() != rolled_back


@pytest.mark.django_db
def test_the_database_refuses_a_second_row() -> None:
    bump()
    with pytest.raises(IntegrityError, match="content_version_is_one_row"), transaction.atomic():
        ContentVersion.objects.create(id=2, number=1)


@pytest.mark.django_db(transaction=True)
def test_the_database_is_asked_at_most_once_a_second() -> None:
    clock = Clock()
    reader = Reader(clock)
    with CaptureQueriesContext(connection) as queries:
        for _ in range(100):
            reader.current()
    assert len(queries) == 1
    clock.now += SECONDS_KEPT
    with CaptureQueriesContext(connection) as queries:
        reader.current()
    assert len(queries) == 1


@pytest.mark.django_db(transaction=True)
def test_another_process_learns_of_an_edit_within_two_seconds() -> None:
    clock = Clock()
    here, there = Reader(clock), Reader(clock)
    edit()
    assert here.current() == there.current() == stored_number()
    edit()
    clock.now += 1.99
    assert here.current() == there.current() == stored_number()


@pytest.mark.django_db(transaction=True)
def test_an_age_counts_from_before_the_question(monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer that took long is old when it arrives."""
    clock = Clock()
    reader = Reader(clock)
    edit()

    def slow() -> int:
        number = stored_number()
        clock.now += 0.9
        return number

    monkeypatch.setattr(content_version, "stored_number", slow)
    reader.current()
    edit()
    clock.now += 0.2
    assert reader.current() == stored_number()


@pytest.mark.django_db(transaction=True)
def test_this_process_shows_its_own_edit_at_once() -> None:
    before = content_version.current()
    edit()
    assert content_version.current() == stored_number() != before


@pytest.mark.django_db(transaction=True)
def test_nobody_learns_of_an_edit_that_is_not_committed() -> None:
    edit()
    before = content_version.current()
    with transaction.atomic():
        bump()
        assert content_version.current() != before, "the editor's own transaction sees it"
        transaction.set_rollback(True)
    assert content_version.current() == before
    content_version.forget()
    assert content_version.current() == before


@pytest.mark.django_db
def test_within_a_transaction_the_number_is_read_once() -> None:
    with CaptureQueriesContext(connection) as queries:
        for _ in range(10):
            content_version.current()
    assert len(queries) == 1


@pytest.mark.django_db
def test_a_transaction_sees_its_own_edit() -> None:
    before = content_version.current()
    bump()
    assert content_version.current() == stored_number() != before


@pytest.mark.django_db(transaction=True)
def test_an_answer_overtaken_by_an_edit_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    reader = Reader(Clock())
    edit()

    def overtaken() -> int:
        number = stored_number()
        edit()
        reader.forget()
        return number

    monkeypatch.setattr(content_version, "stored_number", overtaken)
    old = reader.current()
    monkeypatch.undo()
    assert reader.current() == stored_number() != old


@pytest.mark.django_db
def test_before_the_first_change_the_number_is_nobody_elses() -> None:
    assert stored_number() != stored_number()


@pytest.mark.django_db(transaction=True)
def test_outside_requests_a_silent_database_is_no_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = Clock()
    reader = Reader(clock)
    edit()
    asked = []

    def broken() -> int:
        asked.append(1)
        raise OperationalError("the server closed the connection")

    with monkeypatch.context() as patch:
        patch.setattr(content_version, "stored_number", broken)
        assert reader.current_outside_requests() is None
        clock.now += 0.9
        assert reader.current_outside_requests() is None
        assert len(asked) == 1, "a silent database is left alone for a second"
    clock.now += 0.1
    assert reader.current_outside_requests() == stored_number()


@pytest.mark.django_db(transaction=True)
def test_outside_requests_an_outlived_connection_is_replaced() -> None:
    reader = Reader(Clock())
    connection.ensure_connection()
    looked_after: list[str] = []
    kind = type(connections["default"])
    original = kind.close_if_unusable_or_obsolete

    def counted(self: Any) -> None:
        looked_after.append(self.alias)
        original(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kind, "close_if_unusable_or_obsolete", counted)
        reader.current_outside_requests()
        assert looked_after == ["default", "default"], "before and after, as Django does around a request"
        reader.current_outside_requests()
        assert len(looked_after) == 2, "not while the number is remembered"


@pytest.mark.django_db
def test_a_long_transaction_bumps_once_at_its_end() -> None:
    bump()
    before = content_version.current()
    with transaction.atomic(), content_version.one_bump():
        bump()
        bump()
        assert content_version.current() == before
    assert content_version.current() > before


@pytest.mark.django_db
def test_a_long_transaction_that_changes_nothing_bumps_not_at_all() -> None:
    bump()
    before = content_version.current()
    with transaction.atomic(), content_version.one_bump():
        pass
    assert content_version.current() == before


@pytest.mark.django_db
def test_bumping_counts_again_after_a_long_transaction_failed() -> None:
    bump()
    before = content_version.current()
    with pytest.raises(ValueError, match="broken"):
        change_and_fail()
    assert content_version.current() == before
    bump()
    assert content_version.current() > before


def change_and_fail() -> None:
    with transaction.atomic(), content_version.one_bump():
        bump()
        raise ValueError("broken")
