"""Signs of a program: told to the clerk in words, in a queue of their own, and never more than told."""

import pytest
from django.utils import timezone, translation

from feedback import spam
from tests.builders import make_submission
from tests.desk import make_officer, signed_in

pytestmark = pytest.mark.django_db


def test_signs_are_kept_as_written_and_said_in_the_language_of_the_clerk() -> None:
    kept = spam.suspicion([spam.TRAPPED, spam.SAME_WORDS.format(number="2611-7K4MX2-C"), spam.TRAPPED])
    assert kept == "The hidden field was filled in. The same words as 2611-7K4MX2-C."
    with translation.override("id"):
        assert spam.in_words(kept) == "Kolom tersembunyi terisi. Kata-katanya sama dengan 2611-7K4MX2-C."
    with translation.override("en"):
        assert spam.in_words(kept) == kept
    assert spam.in_words("") == ""


def test_a_case_with_a_sign_waits_among_the_new_ones_and_in_its_own_queue() -> None:
    honest = make_submission(at=timezone.now())
    odd = make_submission("Beli di sini", at=timezone.now(), suspicion=spam.TOO_FAST)
    clerk = signed_in(make_officer("clerk"))

    def listed(queue: str) -> set[int]:
        page = clerk.get(f"/admin/feedback/submission/?queue={queue}")
        return {case.pk for case in page.context["cl"].result_list}

    assert listed("new") == {honest.pk, odd.pk}
    assert listed("suspicious") == {odd.pk}
    assert (
        "Ditulis dalam beberapa detik."
        in clerk.get(f"/admin/feedback/submission/{odd.pk}/change/").content.decode()
    )
    odd.verify(by=None)
    assert listed("suspicious") == set()


def test_what_a_resident_writes_waits_until_the_office_answers() -> None:
    case = make_submission(status="in_progress", at=timezone.now())
    clerk = signed_in(make_officer("clerk"))

    def listed() -> set[int]:
        page = clerk.get("/admin/feedback/submission/?queue=heard")
        return {one.pk for one in page.context["cl"].result_list}

    assert listed() == set()
    case.hear("Sekarang juga bocor.", at=timezone.now(), form_key_hash="a" * 64)
    assert listed() == {case.pk}
    case.write("Terima kasih, kami catat.", by=None)
    assert listed() == set()
    case.answer("Sudah diganti.", by=None)
    case.rate("not", at=timezone.now(), words="Masih bocor.")
    assert listed() == {case.pk}
    assert case.messages.last().text == "Masih bocor."
    case.decline("Atapnya milik pribadi.", by=None)
    assert listed() == set()
