"""Joined cases are handled as one and everybody hears of it; split ones keep the resident's secret and promise."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from feedback import letters
from feedback.escalation import tell_late
from feedback.lifecycle import Status
from feedback.models import Contact, DeadlineRule, Photo, Submission
from portal.shared import receipt
from portal.shared.work.mail import OutgoingMail
from tests.builders import RECEIVED_AT, make_category, make_organization, make_submission, make_user

pytestmark = pytest.mark.django_db
LATER = RECEIVED_AT + timedelta(days=1)


@pytest.fixture
def posted(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Which letter went to the resident of which number."""
    sent: list[tuple[str, str]] = []
    for name in ("question", "answer", "ending", "word", "reopened", "late"):
        monkeypatch.setattr(
            letters, f"tell_{name}", lambda case, *_rest, name=name: sent.append((name, case.number))
        )
    return sent


def texts(case: Submission) -> list[str]:
    return list(case.messages.values_list("text", flat=True))


# Joining --------------------------------------------------------------------------------------------------


def test_everybody_hears_the_answer_to_the_common_case(posted: list[Any]) -> None:
    main, one, two = make_submission(status="verified"), make_submission(), make_submission()
    one.join(main, by=None, at=LATER)
    two.join(main, by=None, at=LATER, reason="Sama dengan cerita tetangga Anda.")
    assert posted == [("ending", one.number), ("ending", two.number)]
    posted.clear()
    main.answer("Lampunya sudah diganti.", by=None, at=LATER)
    assert posted == [("answer", case.number) for case in (main, one, two)]
    assert texts(one) == texts(two) == ["Lampunya sudah diganti."]
    assert main.number in one.status_changes.last().reason
    assert two.status_changes.last().reason == "Sama dengan cerita tetangga Anda."
    assert main.notes.count() == 2


def test_questions_and_words_stay_between_two_unless_meant_for_all(posted: list[Any]) -> None:
    main, one = make_submission(status="verified"), make_submission()
    one.join(main, by=None, at=LATER)
    main.write("Ibu masih di Gang Mawar?", by=None, at=LATER)
    main.ask("Nomor rumahnya?", by=None, at=LATER)
    assert texts(one) == []
    main.write("Petugas datang besok.", by=None, at=LATER, to_everyone=True)
    assert texts(one) == ["Petugas datang besok."]


def test_an_ending_is_told_to_everybody(posted: list[Any]) -> None:
    main, one = make_submission(status="verified"), make_submission()
    one.join(main, by=None, at=LATER)
    main.pass_on("Ini jalan provinsi. Dinas Bina Marga.", by=None, at=LATER)
    assert texts(one) == ["Ini jalan provinsi. Dinas Bina Marga."]
    assert posted[-2:] == [("ending", main.number), ("word", one.number)]


def test_whoever_is_joined_late_gets_the_answer_at_once(posted: list[Any]) -> None:
    main, one = make_submission(status="answered"), make_submission()
    one.join(main, by=None, at=LATER)
    assert texts(one) == ["Lampunya sudah diganti."]
    assert posted[-1] == ("answer", one.number)


def test_what_was_joined_before_comes_along() -> None:
    one, two, three = (make_submission() for _ in range(3))
    one.join(two, by=None, at=LATER)
    two.join(three, by=None, at=LATER)
    assert [case.pk for case in three.duplicates_now()] == [one.pk, two.pk]
    four = make_submission()
    # Joined with a duplicate it is joined with the case itself.
    four.join(Submission.objects.get(pk=one.pk), by=None, at=LATER)
    assert four.duplicate_of == three


def test_cases_are_not_joined_in_a_circle_nor_with_what_was_put_away() -> None:
    one, two = make_submission(), make_submission()
    one.join(two, by=None, at=LATER)
    for wrong in (two, Submission.objects.get(pk=one.pk)):
        with pytest.raises(ValidationError) as refused:
            Submission.objects.get(pk=two.pk).join(wrong, by=None, at=LATER)
        assert refused.value.code == "itself"
    away = make_submission(status="archived")
    with pytest.raises(ValidationError) as refused:
        two.join(away, by=None, at=LATER)
    assert refused.value.code == "put_away"
    with pytest.raises(ValidationError):
        make_submission(status="settled").join(two, by=None, at=LATER)


def test_the_database_keeps_a_duplicate_with_its_case() -> None:
    case = make_submission()
    for changes in ({"status": "duplicate"}, {"duplicate_of": case.pk}, {"status": "answered"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Submission.objects.filter(pk=case.pk).update(**changes)
        for constraint in Submission._meta.constraints:
            assert constraint.get_violation_error_message()


def test_a_no_of_anybody_opens_the_common_case_without_their_words() -> None:
    main, one = make_submission(status="verified"), make_submission()
    one.join(main, by=None, at=LATER)
    main.answer("Sudah diganti.", by=None, at=LATER)
    for _ in range(2):
        Submission.objects.get(pk=one.pk).rate("not", at=LATER, words="Di gang saya masih mati.")
    main.refresh_from_db()
    assert (main.status, main.reopened_count) == (Status.REOPENED, 1)
    assert Submission.objects.get(pk=one.pk).status == Status.DUPLICATE
    assert main.status_changes.last().reason == ""
    assert one.ratings.get().words == "Di gang saya masih mati."
    assert one.number in main.notes.last().text


def test_a_yes_of_one_settles_it_only_for_them() -> None:
    main, one = make_submission(status="answered"), make_submission()
    one.join(main, by=None, at=LATER)
    Submission.objects.get(pk=one.pk).rate("solved", at=LATER)
    assert one.ratings.get().verdict == "solved"
    assert Submission.objects.get(pk=main.pk).status == Status.ANSWERED


def test_what_a_joined_resident_writes_is_pointed_out_where_it_is_handled() -> None:
    main, one = make_submission(), make_submission()
    one.join(main, by=None, at=LATER)
    one.hear("Sekarang juga di gang sebelah.", at=LATER, form_key_hash="k")
    assert texts(one) == ["Sekarang juga di gang sebelah."]
    assert texts(main) == []
    assert one.number in main.notes.last().text


def test_the_timeline_of_a_joined_case_goes_on_with_the_common_one() -> None:
    main, one = make_submission(), make_submission()
    one.join(main, by=None, at=LATER)
    main.verify(by=None, at=LATER + timedelta(hours=1))
    main.answer("Sudah.", by=None, at=LATER + timedelta(hours=2))
    main.rate("not", at=LATER + timedelta(hours=3), words="Rahasia saya.")
    steps = [(change.to_status, change.reason) for change in one.timeline()]
    assert [status for status, _reason in steps] == [
        "received",
        "duplicate",
        "verified",
        "answered",
        "reopened",
    ]
    assert steps[-1][1] == "", "another resident's words are theirs"
    assert [change.to_status for change in main.timeline()] == [
        "received",
        "verified",
        "answered",
        "reopened",
    ]


def test_taken_apart_it_goes_on_by_itself_and_the_resident_knows(posted: list[Any]) -> None:
    DeadlineRule.objects.create(kind="complaint", answer_days=5, source="Contoh")
    main, one = make_submission(), make_submission()
    promised = one.due_on
    one.join(main, by=None, at=LATER)
    one.unjoin(by=make_user("sari"), at=LATER)
    one.refresh_from_db()
    assert (one.status, one.duplicate_of, one.due_on, one.closed_at) == ("verified", None, promised, None)
    assert posted[-1] == ("word", one.number)
    assert len(texts(one)) == 1
    with pytest.raises(ValidationError):
        one.unjoin(by=None, at=LATER)
    main.verify(by=None, at=LATER)
    main.answer("Sudah.", by=None, at=LATER)
    assert len(texts(one)) == 1, "what becomes of the other is no longer its matter"


def test_bringing_back_a_duplicate_takes_it_apart() -> None:
    main, one = make_submission(), make_submission()
    one.join(main, by=None, at=LATER)
    one.bring_back(by=None, at=LATER)
    assert one.duplicate_of is None
    assert len(texts(one)) == 1


# Splitting ------------------------------------------------------------------------------------------------


def test_a_part_opens_with_the_same_secret_and_keeps_the_promise(posted: list[Any]) -> None:
    DeadlineRule.objects.create(kind="complaint", answer_days=5, source="Contoh")
    case = make_submission(
        "Lampu mati, dan sampah menumpuk.", form_key="kunci-a", contact={"name": "Ibu Contoh"}, rw="03"
    )
    topic = make_category("Sampah")
    case.waited_days, case.rested_days = 2, 9
    case.save()
    part = case.split("Sampah menumpuk.", by=None, at=LATER, category=topic, kind="defect_report")
    part.refresh_from_db()
    secret = receipt.secret_hash(receipt.secret_from("kunci-a"))
    assert receipt.is_same(part.secret_hash, secret)
    assert part.number != case.number
    assert receipt.number_of(part.number) == part.number
    assert (part.status, part.category, part.kind, part.rw) == ("verified", topic, "defect_report", "03")
    assert (part.due_on, part.promised_days, part.split_from) == (date(2026, 11, 25), 5, case)
    assert (part.waited_days, part.rested_days) == (2, 9), "on these days the office could do nothing for it"
    assert (part.story, case.story) == ("Sampah menumpuk.", "Lampu mati, dan sampah menumpuk.")
    assert [change.to_status for change in part.status_changes.all()] == ["received", "verified"]
    # Both know of each other, and so does the resident.
    assert part.number in texts(case)[0]
    assert texts(part) == texts(case)
    assert posted == [("word", case.number)]
    assert Contact.objects.filter(submission__in=(case, part), name="Ibu Contoh").count() == 2
    assert case.contact.submission_id == case.pk


def test_photos_go_along_when_chosen() -> None:
    case = make_submission()
    mine, others = (
        Photo.objects.create(
            submission=owner, file=f"photos/{n}.jpg", width=1, height=1, size=1, added_at=LATER
        )
        for n, owner in enumerate((case, make_submission()))
    )
    part = case.split("Sampah.", by=None, at=LATER, photos=(mine.pk, others.pk))
    assert [photo.pk for photo in part.photos.all()] == [mine.pk], "never those of another case"


def test_nothing_is_split_off_empty_ended_or_with_wrong_facts() -> None:
    case = make_submission()
    with pytest.raises(ValidationError) as refused:
        case.split("  ", by=None, at=LATER)
    assert refused.value.code == "text_missing"
    with pytest.raises(ValidationError):
        case.split("Sampah.", by=None, at=LATER, privacy="public")
    assert Submission.objects.count() == 1
    with pytest.raises(ValidationError) as refused:
        make_submission(status="answered").split("Sampah.", by=None, at=LATER)
    assert refused.value.code == "ended"


def test_an_anonymous_case_is_split_without_a_contact() -> None:
    case = make_submission(privacy="anonymous")
    part = case.split("Sampah.", by=None, at=timezone.now())
    assert not Contact.objects.exists()
    assert part.privacy == "anonymous"


def test_the_resident_reads_it_in_their_language() -> None:
    case = make_submission(language="en")
    case.split("Rubbish.", by=None, at=LATER)
    assert texts(case)[0].startswith("You told us two things")


def test_the_parts_are_assigned_to_different_units() -> None:
    case = make_submission(status="verified")
    part = case.split("Sampah.", by=None, at=LATER)
    case.assign(make_organization("Satu"), by=None, at=LATER)
    part.assign(make_organization("Dua"), by=None, at=LATER)
    assert {one.unit.name for one in Submission.objects.all()} == {"Satu", "Dua"}


def test_letters_to_joined_residents_speak_of_the_common_promise() -> None:
    DeadlineRule.objects.create(kind="complaint", answer_days=5, source="Contoh")
    main = make_submission(status="verified")
    one = make_submission(
        kind="suggestion", language="en", contact={"email": "contoh@example.org", "wish": "email"}
    )
    one.join(main, by=None, at=LATER)
    main.assign(make_organization("Suku Dinas Contoh"), by=None, at=LATER)
    OutgoingMail.objects.all().delete()
    assert tell_late(main.pk, LATER + timedelta(days=9))
    assert not tell_late(main.pk, LATER + timedelta(days=10))
    letter = OutgoingMail.objects.get().body
    assert "25 November 2026" in letter
    assert "Suku Dinas Contoh" in letter


@pytest.mark.parametrize(
    ("status", "suspicion", "letters_sent"),
    [("received", "", 1), ("received", "twice", 0), ("settled", "", 0)],
)
def test_putting_away_is_told_to_honest_residents(
    posted: list[Any], status: str, suspicion: str, letters_sent: int
) -> None:
    case = make_submission(status=status, suspicion=suspicion)
    posted.clear()
    case.archive("Bukan urusan kantor.", by=None, at=LATER)
    assert len(posted) == letters_sent
