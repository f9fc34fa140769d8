"""The address of a list asks what its filters ask: no pattern, no stored text letter by letter, no broken page."""

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from tests.builders import make_portal, make_user
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
        (JOBS, "args_kwargs__contains=1"),
        (JOBS, "args_kwargs__0__exact=1"),
        (JOBS, "traceback__contains=a"),
        (CHANGES, "before__contains=1"),
        (CHANGES, "after__isnull=1"),
        ("admin:accounts_tries_changelist", "username__startswith=a"),
    ],
)
def test_a_pattern_in_the_address_is_refused(name: str, query: str, desk: Client) -> None:
    assert desk.get(f"{reverse(name)}?{query}").status_code == 400


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
