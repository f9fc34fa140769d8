"""The address of a list asks what its filters ask: no pattern, no stored text letter by letter, no broken page."""

from datetime import date

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from tests.builders import make_closed_day, make_portal, make_user
from tests.desk import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Client:
    make_portal()
    return signed_in(make_user(is_staff=True, is_superuser=True))


SERVICES, JOBS, CHANGES = (
    "admin:services_service_changelist",
    "admin:work_job_changelist",
    "admin:shared_change_changelist",
)


@pytest.mark.parametrize(
    ("name", "query"),
    [
        (SERVICES, "name__regex=(a%2B)%2B$"),
        (SERVICES, "name__iregex=("),
        (SERVICES, "name__startswith=a"),
        (SERVICES, "withdrawn_reason__icontains=a"),
        (SERVICES, "organization__name__contains=a"),
        (SERVICES, "checked_on__year=99999999"),
        (SERVICES, "id__in=99999999999999999999"),
        (JOBS, "args_kwargs__contains=1"),
        (JOBS, "args_kwargs__0__exact=1"),
        (JOBS, "traceback__contains=a"),
        ("admin:exchange_import_changelist", "content__exact=a"),
        (CHANGES, "before__contains=1"),
        (CHANGES, "after__isnull=1"),
        ("admin:accounts_tries_changelist", "username__startswith=a"),
    ],
)
def test_a_pattern_in_the_address_is_refused(name: str, query: str, desk: Client) -> None:
    assert desk.get(f"{reverse(name)}?{query}").status_code == 400


@pytest.mark.parametrize(
    "query",
    [
        "at__lt=0001-01-01 00:00:00%2B07:00",
        "at__gte=9999-12-31 23:59:59-07:00",
        "id__gt=99999999999999999999",
    ],
)
def test_a_value_beyond_every_calendar_breaks_nothing(query: str, desk: Client) -> None:
    assert desk.get(f"{reverse(CHANGES)}?{query}").status_code in {200, 302}


@pytest.mark.parametrize("odd", ["abc", "9" * 30, "\x00"])
def test_a_row_that_cannot_be_is_not_ticked(odd: str, desk: Client) -> None:
    ticked = {"action": "delete_selected", "_selected_action": odd}
    for name in (SERVICES, JOBS, "admin:feedback_answertemplate_changelist"):
        wanted = ticked | {"action": "retry"} if name == JOBS else ticked
        assert desk.post(reverse(name), wanted).status_code == 400


def test_the_calendar_is_still_read_by_year_and_month(desk: Client) -> None:
    make_closed_day(date(2026, 8, 17))
    address = reverse("admin:services_closedday_changelist")
    assert desk.get(f"{address}?date__year=2026&date__month=8").status_code == 200
    assert desk.get(f"{address}?date__year=99999999").status_code == 302


def test_every_filter_that_is_offered_is_answered(desk: Client) -> None:
    for model, kept in admin.site._registry.items():
        if model._meta.app_label not in {"services", "accounts", "shared", "work"}:
            continue
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        page = desk.get(address)
        saved = [query for _label, query in getattr(kept, "saved_filters", ())]
        offered = [
            choice["query_string"].lstrip("?")
            for one in page.context["cl"].filter_specs
            for choice in one.choices(page.context["cl"])
        ]
        for query in {*saved, *offered}:
            assert desk.get(f"{address}?{query}").status_code == 200, (address, query)
