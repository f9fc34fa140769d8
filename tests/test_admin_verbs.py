"""Publishing, withdrawing, confirming and closing on the staff desk, and the history that tells of it."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.messages import get_messages
from django.test import Client
from django.utils import timezone, translation

from portal.shared.history import Change
from services.admin.differences import explained, verb_name
from services.models import Category, Organization, Service
from tests.builders import (
    make_audience,
    make_category,
    make_location,
    make_organization,
    make_portal,
    make_service,
    make_user,
)
from tests.desk import address, form_data, make_editor, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor() -> User:
    return make_user("rini", is_superuser=True, first_name="Rini", last_name="Editor")


@pytest.fixture
def desk(editor: User) -> Client:
    return signed_in(editor)


def press(desk: Client, service: Any, verb: str, **answers: Any) -> Any:
    """What happens after the button on the row's own page, and after its question was answered."""
    return desk.post(address(type(service), "verb", service.pk, verb), answers)


def choose(desk: Client, services: list[Service], verb: str, **answers: Any) -> Any:
    """What happens when rows are ticked in the list and an action is run."""
    data = {"action": verb, "_selected_action": [service.pk for service in services], **answers}
    return desk.post(address(Service, "changelist"), data)


def said(answer: Any) -> str:
    return " ".join(str(message) for message in get_messages(answer.wsgi_request))


def again(service: Service) -> Service:
    return Service.objects.get(pk=service.pk)


def test_the_button_publishes_a_draft_and_residents_find_it(desk: Client, editor: User) -> None:
    make_portal()
    service = make_service(is_published=False)
    public = service.get_absolute_url()
    assert Client().get(public).status_code == 404
    page = desk.get(address(Service, "verb", service.pk, "publish"))
    assert page.status_code == 200
    assert again(service).status == Service.Status.DRAFT  # looking at the question does nothing

    answer = press(desk, service, "publish")
    assert answer["Location"] == address(Service, "change", service.pk)
    assert again(service).status == Service.Status.PUBLISHED
    assert Client().get(public).status_code == 200
    change = Change.objects.filter(verb="publish").latest("pk")
    assert (change.by, change.object_id) == (editor, service.pk)


def test_a_service_without_an_answer_is_not_published_and_the_desk_says_why(desk: Client) -> None:
    good, bad = make_service(is_published=False), make_service("Urus lain", is_published=False, summary="")
    answer = choose(desk, [good, bad], "publish")
    assert (again(good).status, again(bad).status) == ("published", "draft")
    assert "Urus lain: " in said(answer)
    assert len(list(get_messages(answer.wsgi_request))) == 2  # one refusal, one success


def test_withdrawing_asks_why_and_keeps_the_reason(desk: Client) -> None:
    services = [make_service(), make_service()]
    asked = choose(desk, services, "withdraw")
    assert asked.status_code == 200
    assert [again(one).status for one in services] == ["published", "published"]

    unanswered = choose(desk, services, "withdraw", answered="1", reason="  ")
    assert unanswered.status_code == 200
    assert unanswered.context["form"].errors["reason"]

    done = choose(desk, services, "withdraw", answered="1", reason="Digabung dengan layanan lain")
    assert done.status_code == 302
    assert [again(one).status for one in services] == ["withdrawn", "withdrawn"]
    assert again(services[0]).withdrawn_reason == "Digabung dengan layanan lain"
    assert set(Change.objects.filter(verb="withdraw").values_list("reason", flat=True)) == {
        "Digabung dengan layanan lain"
    }


def test_the_question_remembers_which_rows_were_ticked(desk: Client) -> None:
    services = [make_service(), make_service()]
    page = choose(desk, services, "withdraw").content.decode()
    for service in services:
        assert f'name="_selected_action" value="{service.pk}"' in page


def test_all_rows_of_a_filtered_list_can_be_chosen_at_once(desk: Client) -> None:
    drafts = [make_service(is_published=False) for _ in range(3)]
    published = make_service()
    data = {"action": "confirm", "_selected_action": [drafts[0].pk], "select_across": "1", "answered": "1"}
    desk.post(address(Service, "changelist") + "?status__exact=draft", data)
    assert all(again(one).is_confirmed for one in drafts)
    assert not again(published).is_confirmed


def test_closing_for_a_time_tells_residents_and_reopening_ends_it(desk: Client) -> None:
    make_portal()
    service = make_service(counters=[make_location(hours=[("1234567", "00:00", "00:00")])])
    today = timezone.localdate()
    refused = press(
        desk, service, "close_temporarily", reason="Renovasi", from_day=today, until=date(2020, 1, 1)
    )
    assert refused.status_code == 200
    assert refused.context["form"].errors["until"]
    assert (
        press(desk, service, "close_temporarily", reason="Renovasi loket", from_day=today).status_code == 302
    )
    closed = again(service)
    assert (closed.closed_from, closed.closed_until, closed.closed_reason) == (today, None, "Renovasi loket")
    assert "Renovasi loket" in Client().get(service.get_absolute_url()).content.decode()

    press(desk, service, "reopen")
    assert again(service).closed_from is None


def test_confirming_names_the_office_that_checked(desk: Client, editor: User) -> None:
    service, unit = make_service(), make_organization()
    press(desk, service, "confirm", on_behalf_of="Seksi Pemerintahan")
    confirmed = again(service)
    assert (confirmed.checked_on, confirmed.checked_by) == (timezone.localdate(), editor)
    assert confirmed.checked_by_name == "Seksi Pemerintahan"
    press(desk, unit, "confirm")
    assert Organization.objects.get(pk=unit.pk).checked_by_name == "Rini Editor"


def test_only_buttons_that_make_sense_are_offered(desk: Client) -> None:
    def offered(service: Service) -> set[str]:
        return {verb.name for verb in desk.get(address(Service, "change", service.pk)).context["verbs"]}

    draft, service = make_service(is_published=False), make_service()
    assert offered(draft) == {"publish", "confirm", "close_temporarily"}
    assert offered(service) == {"withdraw", "confirm", "close_temporarily"}
    service.close_temporarily(by=None, from_day=date(2026, 11, 1), until=None, reason="Renovasi")
    assert offered(service) == {"withdraw", "confirm", "reopen"}


def test_an_unknown_verb_or_row_does_nothing(desk: Client) -> None:
    service = make_service()
    assert press(desk, service, "explode").status_code == 302
    assert desk.get(address(Service, "verb", 999_999, "publish")).status_code == 404
    assert again(service).status == Service.Status.PUBLISHED


@pytest.mark.parametrize("verb", ["publish", "withdraw", "confirm", "close_temporarily", "reopen"])
def test_who_may_only_look_is_refused_every_verb(verb: str) -> None:
    service = make_service()
    reader = signed_in(make_editor("view_service"))
    before = Service.objects.values().get(pk=service.pk)
    answers = {"reason": "Tes", "from_day": "2026-11-23"}
    assert press(reader, service, verb, **answers).status_code == 403
    assert reader.get(address(Service, "verb", service.pk, verb)).status_code == 403
    choose(reader, [service], verb, answered="1", **answers)
    assert Service.objects.values().get(pk=service.pk) == before
    assert reader.get(address(Service, "change", service.pk)).context["verbs"] == []
    assert reader.get(address(Service, "changelist")).context["action_form"] is None


def test_each_verb_takes_a_right_of_its_own() -> None:
    service = make_service(is_published=False)
    clerk = signed_in(make_editor("view_service", "change_service"))
    assert press(clerk, service, "publish").status_code == 403
    assert press(clerk, service, "confirm").status_code == 403
    publisher = signed_in(make_editor("view_service", "publish_service"))
    assert press(publisher, service, "publish").status_code == 302
    assert press(publisher, service, "confirm").status_code == 403
    assert (again(service).status, again(service).checked_on) == (Service.Status.PUBLISHED, None)


def test_status_and_search_columns_cannot_be_typed(desk: Client) -> None:
    service = make_service(is_published=False)
    url = address(Service, "change", service.pk)
    data = form_data(desk.get(url), status="published", search_title="palsu", checked_on="2026-01-01")
    desk.post(url, data)
    unchanged = again(service)
    assert (unchanged.status, unchanged.checked_on) == ("draft", None)
    assert "palsu" not in unchanged.search_title


def test_only_a_published_service_links_to_its_public_page(desk: Client) -> None:
    draft, service = make_service(is_published=False), make_service()
    assert service.get_absolute_url() in desk.get(address(Service, "change", service.pk)).content.decode()
    assert draft.get_absolute_url() not in desk.get(address(Service, "change", draft.pk)).content.decode()


# History -------------------------------------------------------------------------------------------------


def test_history_shows_who_and_what_with_names_instead_of_numbers(desk: Client) -> None:
    old, new = make_category("Kependudukan"), make_category("Pemakaman")
    service = make_service(category=old, fee_amount=Decimal("25000"), audiences=[make_audience("Lansia")])
    url = address(Service, "change", service.pk)
    desk.post(url, form_data(desk.get(url), category=str(new.pk), fee_amount="0", audiences=None))
    page = desk.get(address(Service, "history", service.pk))
    newest = page.context["changes"][0]
    assert newest.change.by_name == "Rini Editor"
    found = {(*one.before, "→", *one.after) for one in newest.differences}
    assert found == {
        ("Kependudukan", "→", "Pemakaman"),
        ("25000", "→", "0"),
        ("Lansia", "→"),
    }
    text = page.content.decode()
    for word in ("Rini Editor", "<del>Kependudukan</del>", "<ins>Pemakaman</ins>"):
        assert word in text


def test_history_of_rows_shows_only_those_that_came_or_went(desk: Client) -> None:
    service = make_service(requirements=["Fotokopi KK", "Pasfoto"])
    url = address(Service, "change", service.pk)
    desk.post(url, form_data(desk.get(url), **{"requirements-1-text": "Paspor"}))
    newest = desk.get(address(Service, "history", service.pk)).context["changes"][0]
    assert [(one.before, one.after) for one in newest.differences] == [(["Pasfoto"], ["Paspor"])]


def test_history_survives_nouns_and_fields_that_are_gone() -> None:
    change = Change(
        noun="services.forgotten",
        object_id=1,
        verb="sang",
        at=timezone.now(),
        before={},
        after={"song": "la"},
    )
    (told,) = explained([change])
    assert (told.verb, told.noun, told.differences[0].after) == ("sang", "services.forgotten", ["la"])
    gone = Change(
        noun="services.service",
        object_id=1,
        verb="change",
        at=timezone.now(),
        before={"category": 999},
        after={},
    )
    assert "999" in explained([gone])[0].differences[0].before[0]


@pytest.mark.any_engine
def test_one_verb_is_called_by_what_it_does_in_each_room() -> None:
    with translation.override("en"):
        called = {noun: verb_name("undo", noun) for noun in ("outreach.visit", "exchange.import")}
        assert called == {"outreach.visit": "Taken back", "exchange.import": "Import undone"}
        assert verb_name("hold", "outreach.event") == "Recorded as held"
        assert verb_name("hold", "field.helditem").startswith("Brought by a phone")
        assert {verb_name("close", noun) for noun in ("outreach.round", "feedback.survey")} == {"Closed"}
        assert verb_name("close", "services.service") == "Closed for a time"


def test_history_is_read_only_even_for_the_administrator(desk: Client) -> None:
    make_service()
    change = Change.objects.latest("pk")
    url = address(Change, "change", change.pk)
    assert desk.get(url).status_code == 200
    assert desk.post(url, {"reason": "diubah"}).status_code == 403
    assert desk.get(address(Change, "add")).status_code == 403
    assert desk.post(address(Change, "delete", change.pk), {"post": "yes"}).status_code == 403
    assert "delete_selected" not in desk.get(address(Change, "changelist")).content.decode()


def test_long_history_is_read_in_pages_with_few_queries(
    desk: Client, django_assert_max_num_queries: Any
) -> None:
    category = make_category("Kependudukan")
    for number in range(60):
        Change.objects.create(
            noun="services.category",
            object_id=category.pk,
            object_name="Kependudukan",
            verb="change",
            at=timezone.now(),
            before={"parent": None, "position": number},
            after={"parent": category.pk, "position": number + 1},
        )
    with django_assert_max_num_queries(10):
        page = desk.get(address(Category, "history", category.pk))
    assert len(page.context["changes"]) == 50
    assert len(desk.get(address(Category, "history", category.pk) + "?p=2").context["changes"]) == 11
    assert desk.get(address(Category, "history", category.pk) + "?p=wild").status_code == 200
