"""A case goes only where the table lets it, every move is remembered, and of two at once one is told."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from feedback.lifecycle import MOVES, Status, is_allowed, moves_from, needs_reason
from feedback.models import InternalNote, Message, StatusChange, Submission
from tests.builders import RECEIVED_AT, make_organization, make_submission, make_user, walk

pytestmark = pytest.mark.django_db
LATER = RECEIVED_AT + timedelta(hours=1)
# The verbs, and where each leads.
VERBS: dict[str, tuple[Status, Any]] = {
    "verify": (Status.VERIFIED, lambda case: case.verify(by=None, at=LATER)),
    "assign": (Status.ASSIGNED, lambda case: case.assign(case.unit, by=None, at=LATER, reason="Bukan kami.")),
    "start": (Status.IN_PROGRESS, lambda case: case.start(by=None, at=LATER)),
    "ask": (Status.WAITING, lambda case: case.ask("Di gang mana?", by=None, at=LATER)),
    "answer": (Status.ANSWERED, lambda case: case.answer("Sudah diganti.", by=None, at=LATER)),
    "pass_on": (Status.NOT_OURS, lambda case: case.pass_on("Dinas Bina Marga.", by=None, at=LATER)),
    "decline": (Status.CANNOT, lambda case: case.decline("Tanah pribadi.", by=None, at=LATER)),
    "join": (Status.DUPLICATE, lambda case: case.join(case.head, by=None, at=LATER)),
    "archive": (Status.ARCHIVED, lambda case: case.archive("Coba-coba.", by=None, at=LATER)),
    "bring_back": (Status.VERIFIED, lambda case: case.bring_back(by=None, at=LATER)),
    "reopen": (Status.REOPENED, lambda case: case.reopen("Masih mati.", by=None, at=LATER)),
    "settle": (Status.SETTLED, lambda case: case.settle_silently(at=LATER)),
}


@pytest.mark.parametrize("status", Status)
def test_every_status_is_reached_by_the_verbs(status: str) -> None:
    submission = make_submission(status=status)
    submission.refresh_from_db()
    assert submission.status == status
    assert submission.status_changes.last().to_status == status


def test_every_status_has_its_row_and_a_way_on() -> None:
    assert set(MOVES) == set(Status)
    assert all(MOVES.values())
    reached = {Status.RECEIVED}.union(*(MOVES[one] for one in Status if one != Status.WAITING))
    assert reached == set(Status)


@pytest.mark.parametrize("status", Status)
def test_every_move_is_allowed_by_the_table_or_refused(status: Status) -> None:
    """Each of the 144 moves by the one way there is; what is refused leaves no trace."""
    case = make_submission(status=status)
    kept = Submission.objects.filter(pk=case.pk).values().get()
    other = make_submission()
    for to in Status:
        case = Submission.objects.get(pk=case.pk)
        more: dict[str, Any] = {"duplicate_of": other} if to == Status.DUPLICATE else {}
        more |= {"answered_at": LATER} if to == Status.ANSWERED else {}
        told = StatusChange.objects.count()
        if to in moves_from(status, case.waiting_from):
            with transaction.atomic():
                case.move(to, at=LATER, reason="Sebab.", **more)
                change = case.status_changes.last()
                assert (change.from_status, change.to_status, change.reason) == (status, to, "Sebab.")
                transaction.set_rollback(True)
        else:
            with pytest.raises(ValidationError) as refused:
                case.move(to, at=LATER, reason="Sebab.", **more)
            assert refused.value.code == "not_allowed"
            assert Submission.objects.filter(pk=case.pk).values().get() == kept
        assert StatusChange.objects.count() == told


@pytest.mark.parametrize("status", Status)
def test_each_verb_does_one_move_or_nothing(status: Status) -> None:
    case = make_submission(status=status, unit=make_organization())
    head = make_submission()
    for to, verb in VERBS.values():
        fresh = Submission.objects.get(pk=case.pk)
        fresh.head = head
        written = Message.objects.count(), InternalNote.objects.count(), StatusChange.objects.count()
        if to in moves_from(status, fresh.waiting_from):
            # The one way back of a case put away is not the way of one that comes in.
            with transaction.atomic():
                verb(fresh)
                assert Submission.objects.get(pk=case.pk).status == to
                assert StatusChange.objects.count() == written[2] + 1
                transaction.set_rollback(True)
        else:
            with pytest.raises(ValidationError):
                verb(fresh)
            assert Submission.objects.get(pk=case.pk).status == status
        now = Message.objects.count(), InternalNote.objects.count(), StatusChange.objects.count()
        assert now == written


def test_a_waiting_case_goes_on_only_where_it_could_before() -> None:
    assert is_allowed(Status.WAITING, Status.RECEIVED, Status.RECEIVED)
    assert not is_allowed(Status.WAITING, Status.RECEIVED, Status.ASSIGNED)
    assert not is_allowed(Status.WAITING, Status.ANSWERED, Status.RECEIVED)
    assert is_allowed(Status.WAITING, Status.ANSWERED, Status.IN_PROGRESS)


@pytest.mark.parametrize("status", [Status.RECEIVED, Status.VERIFIED, Status.ASSIGNED, Status.IN_PROGRESS])
def test_a_reply_brings_the_case_back_to_where_it_was_asked(status: Status) -> None:
    case = make_submission(status=status)
    case.ask("Di gang mana?", by=None, at=LATER)
    assert case.waiting_from == status
    case.hear("Gang Mawar.", at=LATER, form_key_hash="a")
    case.hear("Gang Mawar.", at=LATER, form_key_hash="a")
    case.refresh_from_db()
    assert (case.status, case.waiting_from, case.waiting_since) == (status, "", None)
    assert list(case.messages.values_list("kind", flat=True)) == ["question", "word"]


def test_the_office_takes_a_question_back() -> None:
    case = make_submission(status="waiting")
    case.take_question_back(by=None, at=LATER)
    assert case.status == Status.VERIFIED
    with pytest.raises(ValidationError):
        case.take_question_back(by=None, at=LATER)


@pytest.mark.parametrize("to", ["pass_on", "decline", "archive"])
def test_endings_without_an_answer_need_a_reason(to: str) -> None:
    case = make_submission(status="verified")
    with pytest.raises(ValidationError) as refused:
        getattr(case, to)("  ", by=None, at=LATER)
    assert refused.value.code == "reason_missing"
    assert Submission.objects.get(pk=case.pk).status == Status.VERIFIED


def test_passing_on_from_unit_to_unit_needs_a_reason_and_keeps_both() -> None:
    case = make_submission(status="assigned")
    assert needs_reason(Status.ASSIGNED, Status.ASSIGNED)
    with pytest.raises(ValidationError):
        case.assign(make_organization(), by=None, at=LATER)
    other = make_organization("Dinas Bina Marga")
    case.assign(other, by=make_user("sari", first_name="Sari"), at=LATER, reason="Jalan kota.")
    assert [change.unit_name for change in case.status_changes.filter(to_status="assigned")] == [
        "Kelurahan Tanjung Contoh",
        "Dinas Bina Marga",
    ]
    last = case.status_changes.last()
    assert (last.by_name, last.side, last.at) == ("Sari", "office", LATER)


def test_a_residents_no_needs_no_reason() -> None:
    case = make_submission(status="answered")
    case.rate("not", at=LATER)
    assert (case.status, case.reopened_count) == (Status.REOPENED, 1)


def test_the_second_of_two_clerks_is_told() -> None:
    case = make_submission(status="verified")
    slow = Submission.objects.get(pk=case.pk)
    case.archive("Coba-coba.", by=None, at=LATER)
    with pytest.raises(ValidationError) as refused:
        slow.assign(make_organization(), by=None, at=LATER)
    assert refused.value.code == "moved"
    assert slow.status == Status.ARCHIVED, "they see what it is now"
    assert case.status_changes.count() == 3


def test_of_two_who_pass_it_on_at_once_one_is_told() -> None:
    """From assigned to assigned the status stays the same; the moment does not."""
    case = make_submission(status="assigned")
    slow = Submission.objects.get(pk=case.pk)
    case.assign(make_organization("Satu"), by=None, at=LATER, reason="Bukan kami.")
    with pytest.raises(ValidationError):
        slow.assign(make_organization("Dua"), by=None, at=LATER, reason="Bukan kami.")
    assert Submission.objects.get(pk=case.pk).unit.name == "Satu"


def test_words_sent_while_the_office_moves_the_case_are_kept() -> None:
    case = make_submission(status="waiting")
    resident = Submission.objects.get(pk=case.pk)
    case.take_question_back(by=None, at=LATER)
    resident.hear("Gang Mawar.", at=LATER, form_key_hash="b")
    assert case.messages.last().text == "Gang Mawar."
    assert resident.status == Status.VERIFIED


def test_one_answer_is_rated_once_however_often_it_is_sent() -> None:
    case = make_submission(status="answered")
    for _ in range(2):
        Submission.objects.get(pk=case.pk).rate("solved", at=LATER, words="Terang lagi.")
    assert case.ratings.count() == 1
    with pytest.raises(ValidationError) as refused:
        Submission.objects.get(pk=case.pk).rate("not", at=LATER)
    assert refused.value.code == "rated"


def test_no_sent_twice_opens_the_case_once() -> None:
    case = make_submission(status="answered")
    for _ in range(2):
        Submission.objects.get(pk=case.pk).rate("not", at=LATER, words="Masih mati.")
    case.refresh_from_db()
    assert (case.reopened_count, case.ratings.count()) == (1, 1)
    with pytest.raises(ValidationError):
        Submission.objects.get(pk=case.pk).rate("solved", at=LATER)


def test_after_silence_the_resident_may_still_say_what_they_think() -> None:
    case = make_submission(status="answered")
    case.settle_silently(at=LATER)
    assert case.status_changes.last().side == "clock"
    case.rate("solved", at=LATER)
    assert case.status == Status.SETTLED
    late = make_submission(status="answered")
    late.settle_silently(at=LATER)
    late.rate("not", at=LATER)
    assert late.status == Status.REOPENED


def test_a_case_that_was_declined_can_be_answered_with_no() -> None:
    case = make_submission(status="cannot")
    case.rate("not", at=LATER, words="Tanahnya milik RW.")
    assert case.status == Status.REOPENED


def test_a_correction_is_remembered_and_bound_to_what_staff_decide() -> None:
    case = make_submission()
    case.correct(by=make_user("sari"), at=LATER, kind="question", title="Lampu jalan mati")
    case.refresh_from_db()
    assert (case.kind, case.title) == ("question", "Lampu jalan mati")
    with pytest.raises(ValidationError) as refused:
        case.correct(by=None, at=LATER, story="Lain.")
    assert refused.value.code == "not_here"


def test_history_is_not_edited() -> None:
    change = make_submission().status_changes.get()
    with pytest.raises(TypeError):
        change.save()


def test_no_status_is_left_without_a_word_for_residents() -> None:
    case = make_submission()
    for status in Status:
        case.status = status
        assert case.public_status


def test_walking_again_changes_nothing() -> None:
    case = make_submission(status="received")
    walk(case, "received", timezone.now())
    assert case.status_changes.count() == 1
