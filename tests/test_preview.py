"""The preview: the public page of what is not public, for those at the desk and for nobody else."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from services.models import Service
from tests.builders import make_category, make_location, make_organization, make_portal, make_service
from tests.desk import address, form_data, make_officer, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft() -> Service:
    make_portal()
    return make_service(
        "Mengurus kartu lansia",
        is_published=False,
        category=make_category("Lansia", parent=make_category("Kependudukan")),
        requirements=["Fotokopi KK"],
        steps=["Datang ke loket"],
        counters=[make_location(hours=[("12345", "07:30", "16:00")])],
        channels=[{"kind": "phone", "label": "Telepon", "value": "112"}],
    )


def preview(service: Service) -> str:
    return reverse("admin:services_service_preview", args=[service.pk])


def test_a_draft_is_shown_as_residents_would_read_it(draft: Service) -> None:
    answer = signed_in(make_officer("clerk")).get("/en" + preview(draft))
    text = answer.content.decode()
    for words in ("Preview – not public yet", "Fotokopi KK", "Datang ke loket", "Example, not confirmed yet"):
        assert words in text
    assert 'content="noindex' in text
    assert 'rel="canonical"' not in text
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert Client().get(draft.get_absolute_url()).status_code == 404


def test_no_link_of_a_preview_leads_nowhere(draft: Service) -> None:
    desk = signed_in(make_officer("clerk"))
    page = desk.get(preview(draft)).content.decode()
    links = {link for link in re.findall(r'(?:href|src)="(/[^"#]*)', page) if not link.startswith("/static/")}
    assert len(links) > 5
    for link in links:
        assert desk.get(link, follow=True).status_code == 200, link


@pytest.mark.parametrize(
    ("state", "words"),
    [("published", "Residents read this page"), ("withdrawn", "Preview – not public any more")],
)
def test_the_banner_says_how_things_stand(state: str, words: str, draft: Service) -> None:
    draft.publish(by="tests")
    if state == "withdrawn":
        draft.withdraw(by="tests", reason="Digabung")
    assert words in signed_in(make_officer("auditor")).get("/en" + preview(draft)).content.decode()


def test_a_published_page_differs_from_its_preview_by_the_banner_alone(draft: Service) -> None:
    draft.publish(by="tests")
    main = re.compile(r"<h1>.*?</h1>.*?<section", re.DOTALL)
    shown = Client().get(draft.get_absolute_url()).content.decode()
    seen = signed_in(make_officer("auditor")).get(preview(draft)).content.decode()
    without_actions = re.sub(
        # What a draft has no use for: passing it on, and keeping it on a phone.
        r'<div class="actions noprint mb-5">.*?(?=<section)',
        "",
        main.findall(shown)[0],
        flags=re.DOTALL,
    )
    assert "".join(without_actions.split()) == "".join(main.findall(seen)[0].split())


def test_nobody_else_sees_a_preview(draft: Service) -> None:
    assert Client().get(preview(draft)).status_code == 302
    stranger = signed_in(make_officer("unit officer", make_organization("Satuan lain")))
    assert stranger.get(preview(draft)).status_code == 404
    assert signed_in(make_officer("clerk")).get(preview(Service(pk=999_999))).status_code == 404
    assert signed_in(make_officer("clerk")).post(preview(draft)).status_code == 405


@pytest.mark.parametrize("page", ["change", "add"])
def test_save_and_preview_saves_first(page: str, draft: Service) -> None:
    desk = signed_in(make_officer("clerk"))
    url = address(Service, page, *([draft.pk] if page == "change" else []))
    form: Any = desk.get(url)
    assert 'name="_preview"' in form.content.decode()
    typed = {"summary": "Bawa KK saja.", "_preview": "1"}
    if page == "add":
        typed |= {"name": "Baru", "code": "baru", "slug": "baru"}
        typed |= {"category": str(draft.category_id), "organization": str(draft.organization_id)}
    answer = desk.post(url, form_data(form, **typed))
    service = Service.objects.latest("pk")
    assert answer["Location"] == preview(service)
    assert "Bawa KK saja." in desk.get(answer["Location"]).content.decode()
    assert service.status == "draft"


def test_who_cannot_save_is_offered_the_preview_alone(draft: Service) -> None:
    page = signed_in(make_officer("auditor")).get(address(Service, "change", draft.pk)).content.decode()
    assert preview(draft) in page
    assert 'name="_preview"' not in page


def test_a_preview_asks_few_questions(draft: Service, django_assert_max_num_queries: Any) -> None:
    desk = signed_in(make_officer("clerk"))
    desk.get(preview(draft))
    with django_assert_max_num_queries(23):
        desk.get(preview(draft))


def test_without_a_profile_there_is_no_page_to_preview() -> None:
    service = make_service(is_published=False)
    assert signed_in(make_officer("clerk")).get(preview(service)).status_code == 404
