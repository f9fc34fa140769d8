"""Suggestions say why, and similar reports are found by place and words with few questions."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from feedback import similar, triage
from feedback.models import Submission, TriageRule
from feedback.similar import metres_between, similar_to
from feedback.triage import suggest
from tests.builders import (
    RECEIVED_AT,
    make_category,
    make_location,
    make_organization,
    make_service,
    make_submission,
)
from tests.desk import make_officer

pytestmark = pytest.mark.django_db
LATER = RECEIVED_AT + timedelta(days=2)


def rule(words: str = "", **about: Any) -> TriageRule:
    made: TriageRule = TriageRule.objects.create(words=words, **about)
    return made


# Suggestions ----------------------------------------------------------------------------------------------


def test_words_are_compared_by_their_stems() -> None:
    topic = make_category("Jalan")
    rule("jalan berlubang, trotoar", category=topic)
    (found,) = suggest(Submission(story="Jalannya sudah lama berlubang, motor saya jatuh."))
    assert (found.category, found.unit) == (topic, None)
    assert "jalan berlubang" in found.reason
    assert suggest(Submission(story="Berlubang semua, jalan pula.")) == []


def test_the_rule_with_more_of_its_words_comes_first_then_the_earlier_one() -> None:
    one, two, three = (make_category(name) for name in ("Satu", "Dua", "Tiga"))
    rule("sampah", category=one, position=1)
    rule("sampah, bau, lalat", category=two, position=3)
    rule("got", category=three, position=2)
    found = suggest(Submission(story="Sampah di got bau sekali."))
    assert [each.category for each in found] == [two, one, three]


def test_every_condition_of_a_rule_must_hold() -> None:
    service, unit = make_service(), make_organization("RW tiga")
    rule("lampu", service=service, unit=unit)
    rule(rw="03", unit=unit)
    assert suggest(Submission(story="Lampu mati")) == []
    (found,) = suggest(Submission(story="Apa saja", rw="3"))
    assert found.unit == unit
    assert "03" in found.reason


def test_what_the_resident_chose_says_most() -> None:
    place = make_location(organization=make_organization("Puskesmas"))
    service = make_service()
    rule("lampu", category=make_category())
    found = suggest(Submission(story="Lampu", service=service, location=place))
    assert [each.rule is None for each in found] == [True, True, False]
    assert (found[0].category, found[0].unit) == (service.category, service.organization)
    assert found[1].unit == place.organization


def test_a_rule_out_of_use_suggests_nothing_and_all_cost_one_question(
    django_assert_num_queries: Any,
) -> None:
    rule("lampu", category=make_category(), is_active=False)
    rule("lampu", category=make_category("Jalan"))
    with django_assert_num_queries(1):
        assert len(suggest(Submission(story="Lampu mati"))) == 1
    rules = triage.all_rules()
    with django_assert_num_queries(0):
        assert len(suggest(Submission(story="Lampu mati"), rules)) == 1


def test_a_rule_that_only_says_words_cannot_repeat_itself() -> None:
    topic = make_category()
    for words in ("lampu", "mati", "gelap", "padam"):
        rule(words, category=topic)
    assert len(suggest(Submission(story="Lampu mati gelap padam"))) == 1


def test_suggestions_change_nothing() -> None:
    rule("lampu", category=make_category())
    case = make_submission()
    assert suggest(case)
    assert Submission.objects.values_list("category", flat=True).get(pk=case.pk) is None


# Similar reports ------------------------------------------------------------------------------------------


def at_point(north_metres: float, **changes: Any) -> Submission:
    """Somewhere in Tanjung Barat, so many metres north of the gate."""
    latitude = Decimal("-6.307915") + Decimal(round(north_metres / 111_195, 6)).quantize(Decimal("0.000001"))
    return make_submission(latitude=latitude, longitude=Decimal("106.838250"), **changes)


def test_the_same_story_from_the_same_rw_is_similar_and_says_why() -> None:
    case = make_submission("Lampu jalan mati di depan pos ronda.", rw="03")
    same = make_submission("Pos ronda gelap, lampu jalannya mati seminggu.", rw="3")
    make_submission("Terima kasih, petugas loket ramah sekali.", rw="03")
    (found,) = similar_to(case, at=LATER)
    assert found.submission == same
    assert found.metres is None
    assert len(found.reasons) == 2
    assert "03" in found.reasons[0]
    assert "lampu" in found.reasons[1]


def test_near_reports_say_how_far_they_are() -> None:
    topic = make_category()
    case = at_point(0, story="Lubang dalam.", category=topic)
    near = at_point(120, story="Aspal pecah.", category=topic)
    at_point(400, story="Aspal pecah juga.", category=topic)
    (found,) = similar_to(case, at=LATER)
    assert found.submission == near
    assert found.metres is not None
    assert abs(found.metres - 120) <= 1
    assert metres_between(case, make_submission()) is None


def test_old_and_put_away_cases_and_those_of_others_are_not_shown() -> None:
    case = make_submission(rw="03")
    make_submission(rw="03", status="archived")
    make_submission(rw="03", at=RECEIVED_AT - timedelta(days=120))
    hidden = make_submission(rw="03")
    unit = make_organization()
    seen = make_submission(rw="03", unit=unit)
    officer = make_officer("unit officer", unit)
    assert [one.submission for one in similar_to(case, at=LATER)] == [seen, hidden]
    mine = Submission.objects.visible_to(officer)
    assert [one.submission for one in similar_to(case, at=LATER, among=mine)] == [seen]


def test_the_best_come_first_and_only_a_few() -> None:
    service = make_service()
    case = make_submission(
        "Antre lama di loket, nomor habis pukul delapan.", service=service, rw="03", rt="1"
    )
    best = make_submission("Nomor antre habis pukul delapan, loket penuh.", service=service, rw="03", rt="01")
    for _ in range(7):
        make_submission("Antre di loket.", service=service)
    found = similar_to(case, at=LATER)
    assert found[0].submission == best
    assert len(found) == similar.SHOWN
    assert [one.likeness for one in found] == sorted((one.likeness for one in found), reverse=True)


def test_however_many_there_are_few_questions_and_few_rows(
    django_assert_max_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(similar, "LOOKED_AT", 3)
    case = at_point(0, rw="03", category=make_category(), service=make_service())
    for _ in range(8):
        at_point(10, rw="03", category=case.category, service=case.service)
    with django_assert_max_num_queries(6):
        assert len(similar.candidates(case, LATER, Submission.objects.all())) == 3


def test_a_case_without_words_or_place_finds_nothing() -> None:
    make_submission()
    assert similar_to(make_submission(""), at=LATER) == []
