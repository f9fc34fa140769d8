"""Surveys at the desk: paper by keyboard, tables of earlier surveys, publishing, and who reaches which unit's."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from feedback.forms.survey_desk import sheet_in
from feedback.models import Survey, SurveyInvitation, SurveyResponse
from feedback.satisfaction import LIST_ORDER
from portal.shared.history import changes_of
from tests.builders import make_organization, make_service
from tests.desk import form_data, make_editor, make_officer, signed_in
from tests.surveys import make_responses, make_survey

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(time_machine: Any, now: Any) -> None:
    time_machine.move_to(now, tick=False)


def desk(page: str, survey: Survey) -> str:
    return reverse(f"admin:feedback_survey_{page}", args=[survey.pk])


def clerk() -> Client:
    return signed_in(make_officer("clerk"))


def coordinator() -> Client:
    return signed_in(make_officer("coordinator"))


def sheet(line: str, **more: Any) -> dict[str, Any]:
    return {
        "line": line,
        "order": "questionnaire",
        "answered_on": "2026-11-17",
        "form_key": "lembar-1",
        **more,
    }


# Paper -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("line", ["443344412", "4433 4441 2", "4,4,3,3,4,4,4,1,2", "4 4 3 3 4 4 4 1 2 P"])
def test_nine_digits_follow_the_order_that_was_chosen(line: str) -> None:
    asked, listed = sheet_in(line, "questionnaire").answers, sheet_in(line, "list").answers
    assert (asked["facilities"], asked["complaints"]) == (1, 2)
    assert (listed["complaints"], listed["facilities"]) == (1, 2)
    assert asked["procedure"] == 4
    assert asked["time"] == listed["time"] == 3


def test_a_line_may_say_who_it_was_in_any_order() -> None:
    read = sheet_in("4-4404444 swa 35 p sma", "list")
    assert read.about == {"job": "SWASTA", "age_band": "26-35", "sex": "P", "education": "SMA"}
    assert (read.answers["procedure"], read.answers["product"]) == (None, None)
    assert read.answers["cost"] == 4
    assert read.answers["competence"] == 4


@pytest.mark.parametrize(
    ("line", "code"),
    [
        *[("44444444", "digits"), ("4444444444", "digits"), ("444544444", "digits"), ("abc", "digits")],
        *[("", "digits"), ("---------", "empty"), ("000000000", "empty"), ("444444444 X", "word")],
        *[("444444444 P L", "word"), ("444444444 3", "word"), ("444444444 ²", "word")],
    ],
)
def test_a_line_nobody_understands_is_refused(line: str, code: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        sheet_in(line, "list")
    assert refusal.value.code == code


def test_enter_keeps_a_sheet_and_gives_the_next_with_the_same_pile() -> None:
    survey, client = make_survey(), clerk()
    service = make_service(organization=survey.unit)
    kept = client.post(
        desk("paper", survey), sheet("443344412 P 35", hour_block="08-12", service=service.slug)
    )
    assert kept.status_code == 302
    [response] = SurveyResponse.objects.all()
    assert (response.source, response.is_verified, response.answered_on) == (
        "paper",
        True,
        date(2026, 11, 17),
    )
    assert (response.facilities, response.complaints, response.sex) == (1, 2, "P")
    assert (response.hour_block, response.service, response.age_band) == ("08-12", service, "26-35")
    page = client.get(kept["Location"])
    form = page.context["form"]
    assert (form["order"].value(), form["hour_block"].value()) == ("questionnaire", "08-12")
    assert form["service"].value() == service.slug
    assert form["line"].value() in (None, "")
    assert "autofocus" in page.content.decode()
    assert page.context["typed"][0]["values"] == [4, 4, 3, 3, 4, 4, 4, 1, 2]


def test_a_sheet_sent_twice_counts_once() -> None:
    survey, client = make_survey(), clerk()
    for _time in range(2):
        assert client.post(desk("paper", survey), sheet("444444444")).status_code == 302
    assert SurveyResponse.objects.count() == 1


def test_a_wrong_line_stays_as_it_was_typed() -> None:
    survey = make_survey()
    page = clerk().post(desk("paper", survey), sheet("44444444 5 P", answered_on="2026-11-19"))
    assert page.status_code == 200
    assert 'value="44444444 5 P"' in page.content.decode()
    assert set(page.context["form"].errors) == {"line", "answered_on"}
    assert SurveyResponse.objects.count() == 0


def test_the_last_sheet_can_be_taken_back_and_only_one_s_own() -> None:
    survey, mine = make_survey(), clerk()
    for number, digits in enumerate(("111111111", "222222222")):
        mine.post(desk("paper", survey), sheet(digits, form_key=f"k{number}"))
    other = clerk()
    other.post(desk("paper", survey), {"undo": "1"})
    assert SurveyResponse.objects.count() == 2
    mine.post(desk("paper", survey), {"undo": "1", "order": "list"})
    assert SurveyResponse.objects.get().time == 1


def test_paper_comes_in_after_the_last_day_but_not_once_it_is_published(time_machine: Any) -> None:
    survey = make_survey()
    time_machine.move_to("2027-02-01T09:00:00+07:00", tick=False)
    client = clerk()
    client.post(desk("paper", survey), sheet("444444444"))
    assert SurveyResponse.objects.count() == 1
    survey.close(by=None)
    survey.publish(by=None)
    late = client.post(desk("paper", survey), sheet("111111111", form_key="lain"))
    assert late.status_code == 200
    assert late.context["form"].has_error("__all__", "closed")
    client.post(desk("paper", survey), {"undo": "1"})
    assert SurveyResponse.objects.count() == 1


# Tables ----------------------------------------------------------------------------------------------------


def table(text: str, **more: Any) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("skm.csv", text.encode()), **more}


TABLE = "No;U1;U2;U3;U4;U5;U6;U7;U8;U9;Jenis Kelamin;Umur;Pendidikan;Tanggal\n" + "".join(
    f"{n};4;4;2;4;4;4;4;1;3;{'LP'[n % 2]};{20 + n};SMA;0{n % 9 + 1}/10/2026\n" for n in range(12)
)


def test_a_table_is_shown_first_and_kept_after_a_yes_once() -> None:
    survey, client = make_survey(state="closed"), coordinator()
    shown = client.post(desk("import", survey), table(TABLE, order="questionnaire"))
    assert SurveyResponse.objects.count() == 0
    assert shown.context["finding"].n == 12
    assert shown.context["finding"].weakest[0].mean_shown == 1
    payload = shown.context["payload"]
    for _time in range(2):
        assert client.post(desk("import", survey), {"yes": payload}).status_code == 302
    assert SurveyResponse.objects.count() == 12
    response = SurveyResponse.objects.order_by("pk")[0]
    assert (response.facilities, response.complaints, response.source) == (1, 3, "import")
    assert (response.sex, response.age_band, response.education) == ("L", "17-25", "SMA")
    assert response.answered_on == date(2026, 10, 1)
    assert changes_of(survey).filter(verb="import").count() == 1
    page = client.get(desk("import", survey))
    [(batch, n, _at)] = page.context["batches"]
    assert n == 12
    client.post(desk("import", survey), {"take_back": batch})
    assert SurveyResponse.objects.count() == 0


def test_the_order_decides_what_8_and_9_are_and_has_to_be_said() -> None:
    survey, client = make_survey(state="closed"), coordinator()
    asked = client.post(desk("import", survey), table(TABLE))
    assert asked.context["form"].has_error("file", "refused")
    listed = client.post(desk("import", survey), table(TABLE, order="list"))
    means = listed.context["table"].result.means
    assert (means["complaints"], means["facilities"]) == (1, 3)


@pytest.mark.parametrize(
    "text",
    ["", "U1;U2\n1;2\n", "U1;U2;U3;U4;U5;U6;U7;U8;U9\n9;1;1;1;1;1;1;1;1\n", "<html>", "\x00\x01", "U1\n" * 3],
)
def test_a_table_that_cannot_be_used_changes_nothing(text: str) -> None:
    survey = make_survey(state="closed")
    page = coordinator().post(desk("import", survey), table(text, order="list"))
    assert page.status_code == 200
    assert page.context["payload"] == ""
    assert page.context["problems"] or page.context["form"].errors


@pytest.mark.parametrize("payload", ["", "x", "x:y:z"])
def test_a_preview_somebody_made_up_imports_nothing(payload: str) -> None:
    survey = make_survey(state="closed")
    assert coordinator().post(desk("import", survey), {"yes": payload}).status_code == 302
    assert SurveyResponse.objects.count() == 0


def test_a_preview_is_of_one_survey() -> None:
    survey, other, client = make_survey(state="closed"), make_survey(state="closed"), coordinator()
    payload = client.post(desk("import", survey), table(TABLE, order="list")).context["payload"]
    assert client.post(desk("import", other), {"yes": payload}).status_code == 403
    assert SurveyResponse.objects.count() == 0


def test_counts_alone_cannot_be_imported() -> None:
    head = "element,count_score4,count_score3,count_score2,count_score1\n"
    text = head + "".join(f"{key},3,0,0,0\n" for key in LIST_ORDER)
    page = coordinator().post(desk("import", make_survey(state="closed")), table(text))
    assert (page.context["finding"].n, page.context["payload"]) == (3, "")


# The survey itself -----------------------------------------------------------------------------------------


def test_a_survey_is_made_opened_closed_and_published_with_its_plan() -> None:
    unit, client = make_organization(), coordinator()
    add = reverse("admin:feedback_survey_add")
    data = form_data(
        client.get(add), unit=unit.pk, opens_on="2026-07-01", closes_on="2026-12-31", population="1000"
    )
    assert client.post(add, data).status_code == 302
    survey = Survey.objects.get()
    assert (survey.state, survey.rule, survey.target) == ("draft", "Permenpan RB 14/2017", 278)
    for verb, state in (("open", "open"), ("close", "closed"), ("publish", "published")):
        client.post(reverse("admin:feedback_survey_verb", args=[survey.pk, verb]))
        survey.refresh_from_db()
        assert survey.state == state
    page = client.get(desk("change", survey))
    plan = {
        "follow_ups-0-element": "time",
        "follow_ups-0-action": "Tambah loket",
        "follow_ups-0-who": "Seksi",
        "follow_ups-0-by_when": "2027-01-04",
        "follow_ups-0-status": "planned",
        "follow_ups-TOTAL_FORMS": "1",
    }
    assert client.post(desk("change", survey), form_data(page, **plan)).status_code == 302
    assert survey.follow_ups.get().action == "Tambah loket"
    assert "Tambah loket" not in client.get(f"/survei/hasil/{survey.slug}/").content.decode()
    make_at = changes_of(survey).values_list("verb", flat=True)
    assert set(make_at) == {"add", "open", "close", "publish", "change"}


def test_days_out_of_order_and_a_population_of_nobody_are_told_by_their_field() -> None:
    client = coordinator()
    add = reverse("admin:feedback_survey_add")
    wrong = {
        "unit": make_organization().pk,
        "opens_on": "2026-07-01",
        "closes_on": "2026-06-30",
        "population": "0",
    }
    page = client.post(add, form_data(client.get(add), **wrong))
    assert page.status_code == 200
    assert Survey.objects.count() == 0
    assert page.context["adminform"].form.errors


def test_what_is_published_is_not_changed_and_what_has_answers_is_not_deleted() -> None:
    survey, client = make_survey(state="published"), coordinator()
    page = client.get(desk("change", survey))
    assert "population" not in page.context["adminform"].form.fields
    assert client.get(desk("delete", survey)).status_code == 403
    draft = make_survey(state="draft")
    assert client.post(desk("delete", draft), {"post": "yes"}).status_code == 302
    assert not Survey.objects.filter(pk=draft.pk).exists()


def test_an_officer_reaches_the_surveys_of_their_own_unit_alone() -> None:
    mine, other = make_survey(), make_survey()
    client = signed_in(make_officer("unit officer", mine.unit))
    for page in ("change", "paper", "import", "result"):
        assert client.get(desk(page, mine)).status_code == 200
        assert client.get(desk(page, other)).status_code in {302, 404}
    assert client.post(desk("paper", other), sheet("444444444")).status_code in {302, 404}
    assert SurveyResponse.objects.count() == 0
    # Publishing is for whoever answers for all units.
    client.post(reverse("admin:feedback_survey_verb", args=[mine.pk, "close"]))
    assert Survey.objects.get(pk=mine.pk).state == "open"


def test_looking_at_surveys_is_not_typing_into_them() -> None:
    survey = make_survey()
    client = signed_in(make_editor("view_survey"))
    assert client.get(desk("result", survey)).status_code == 200
    for page in ("paper", "import", "slips"):
        assert client.get(desk(page, survey)).status_code == 403


def test_slips_open_the_questionnaire_once_each() -> None:
    survey, client = make_survey(), coordinator()
    page = client.post(desk("slips", survey), {"count": "3", "form_key": "kartu"})
    codes = page.context["codes"]
    assert len(set(codes)) == 3
    assert Client().post("/survei/", {"code": codes[0]}).content.decode().count("<fieldset") == 9
    # The same form once more shows the same codes and makes none.
    assert client.post(desk("slips", survey), {"count": "3", "form_key": "kartu"}).context["codes"] == codes
    assert SurveyInvitation.objects.count() == 3
    for count in ("0", "61", "x", ""):
        assert client.post(desk("slips", survey), {"count": count, "form_key": "k"}).context["codes"] == []


def test_the_poster_leads_to_the_counter_and_the_preview_is_for_staff() -> None:
    survey, client = make_survey(), coordinator()
    poster = client.get(desk("poster", survey)).content.decode()
    assert f"/survei/loket/{survey.unit.slug}/" in poster
    assert "<svg" in poster
    make_responses(survey, ["222222222"] * 5)
    preview = client.get(desk("result", survey))
    assert "50,00" in preview.content.decode()
    assert preview.headers["Cache-Control"] == "no-store" or "no-cache" in preview.headers["Cache-Control"]


def test_the_list_takes_as_many_questions_for_many_surveys_as_for_few() -> None:
    client = coordinator()
    counts = []
    for more in (1, 12):
        for _number in range(more):
            make_responses(make_survey(), ["444444444"] * 2)
        client.get(reverse("admin:feedback_survey_changelist"))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("admin:feedback_survey_changelist")).status_code == 200
        counts.append(len(queries))
    assert counts[1] <= counts[0] <= 14
