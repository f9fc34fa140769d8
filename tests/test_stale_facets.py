"""For up to a second a process may know less than its database holds: pages must not break on it."""

import pytest
from django.test import Client

from portal.shared import content_version
from services import facets
from services.models import Service
from tests import builders


@pytest.mark.django_db
def test_a_topic_added_a_moment_ago_does_not_break_the_catalogue(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    builders.make_portal()
    builders.make_service()
    client.get("/layanan/")
    known = facets.facets()
    service: Service = builders.make_service(
        "Meminta izin makam", category=builders.make_category("Pemakaman")
    )
    monkeypatch.setattr("services.views.catalogue.facets", lambda: known)
    content_version.forget()
    page = client.get("/layanan/").content.decode()
    assert service.name in page
    assert "Pemakaman" in page
