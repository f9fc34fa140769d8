"""Home visits at the desk: a round is planned, closed and counted; visits are read and taken away, never edited."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from outreach.models import Round
from portal.accounts.roles import CLERK, COORDINATOR, UNIT_OFFICER
from tests.builders import make_area, make_organization, make_user
from tests.desk import address, form_data, make_officer, signed_in
from tests.rounds import first_area, knock, make_round

pytestmark = pytest.mark.django_db


def test_a_unit_plans_a_round_with_its_rt_officers_and_topics() -> None:
    unit = make_organization()
    desk = signed_in(make_officer(UNIT_OFFICER, unit))
    officer, rt = make_user(), make_area("RT 004", level="rt")
    page = address(Round, "add")
    rows = {
        "areas-TOTAL_FORMS": "1",
        "areas-0-area": str(rt.pk),
        "areas-0-target": "60",
        "areas-0-target_source": "",
        "areas-0-sequence": "0",
        "topics-0-sequence": "0",
        "topics-TOTAL_FORMS": "1",
        "topics-0-words": "Jentik",
    }
    data = form_data(
        desk.get(page),
        title="Jumantik RW 03",
        unit=str(unit.pk),
        starts_on=str(date(2026, 11, 16)),
        ends_on=str(date(2026, 11, 30)),
        officers=[str(officer.pk)],
        **rows,
    )
    refused = desk.post(page, data)
    assert refused.status_code == 200
    assert not Round.objects.exists()
    answer = desk.post(page, data | {"areas-0-target_source": "Ketua RT (contoh)"})
    assert answer.status_code == 302, answer.context["errors"]
    round_ = Round.objects.get()
    assert (first_area(round_).target, round_.topics.get().words) == (60, "Jentik")
    assert list(Round.objects.open_to(officer)) == [round_]


def test_rounds_are_listed_with_how_far_they_are_in_as_many_questions_for_many() -> None:
    desk = signed_in(make_officer(COORDINATOR))
    knock(first_area(make_round()), "met", households=10)
    questions = []
    for more in (0, 3):
        for _one in range(more):
            make_round()
        desk.get(address(Round, "changelist"))
        with CaptureQueriesContext(connection) as asked:
            page = desk.get(address(Round, "changelist")).content.decode()
        questions.append(len(asked))
    assert ">10 " in page
    assert questions[0] == questions[1]


def test_a_round_is_closed_and_opened_by_its_buttons() -> None:
    desk, round_ = signed_in(make_officer(COORDINATOR)), make_round()
    # The officers' page opens for whoever walks or oversees the round: nobody else is sent there.
    assert round_.get_absolute_url() in desk.get(address(Round, "change", round_.pk)).content.decode()
    reader = signed_in(make_officer(CLERK))
    calendar = f"{reverse('admin:outreach_event_calendar')}?bulan={round_.starts_on:%Y-%m}"
    for page in (address(Round, "change", round_.pk), calendar):
        words = reader.get(page).content.decode()
        assert round_.title in words
        assert round_.get_absolute_url() not in words
    verb = "admin:outreach_round_verb"
    desk.post(reverse(verb, args=[round_.pk, "close"]), {"confirmed": "1"})
    round_.refresh_from_db()
    assert round_.is_closed
    desk.post(reverse(verb, args=[round_.pk, "reopen"]), {"confirmed": "1", "reason": "RT 002 belum"})
    round_.refresh_from_db()
    assert not round_.is_closed


def test_visits_are_taken_away_without_houses_and_formulas_and_never_edited() -> None:
    desk = signed_in(make_officer(COORDINATOR))
    knock(first_area(make_round()), "not_home", house="No. 12", note="=1+1")
    table = desk.get(reverse("admin:outreach_visit_export", args=["csv"])).content.decode()
    assert "No. 12" not in table
    assert ",=1+1" not in table
    assert "=1+1" in table
    assert desk.get(reverse("admin:outreach_visit_add")).status_code == 403
    assert "No. 12" not in desk.get(reverse("admin:outreach_visit_changelist")).content.decode()
    rounds = desk.get(reverse("admin:outreach_round_export", args=["csv"])).content.decode()
    assert "Kunjungan cek kesehatan RW 03" in rounds
