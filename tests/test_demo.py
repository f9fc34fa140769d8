"""The examples of `make run`: believable, marked, made once, and never in production."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from outreach.models import Campaign, Commitment, Consultation, Event, Registration
from tests.builders import make_event

pytestmark = pytest.mark.django_db
RealData = Callable[[str], list[str]]


def test_the_kelurahan_shows_its_campaign_from_plan_to_attendance(
    real_data: RealData, client: Client
) -> None:
    real_data("tanjung-barat")
    call_command("demo", data="tanjung-barat", once=True, months=2, verbosity=0)
    kinds = {*Event.objects.values_list("kind", flat=True)}
    assert kinds >= {"workshop", "focus_group", "health_seminar", "mobile_service", "friday_round"}
    assert {*Event.objects.values_list("decision", flat=True)} >= {"published", "held", "cancelled"}
    assert Registration.objects.filter(state="waiting").exists()
    everything = [*Event.objects.all(), *Campaign.objects.all(), *Commitment.objects.all()]
    assert all(row.is_example for row in everything)
    for row in [*Event.objects.all(), *Campaign.objects.all()]:
        page = client.get(row.get_absolute_url())
        assert page.status_code == 200
        assert "contoh" in page.content.decode().lower()
    before = Event.objects.count()
    call_command("demo", data="tanjung-barat", once=True, verbosity=0)
    assert Event.objects.count() == before
    with pytest.raises(CommandError, match="activities already"):
        call_command("demo", data="tanjung-barat", verbosity=0)


def test_the_agency_shows_a_host_school_a_town_hall_and_consultations(real_data: RealData) -> None:
    real_data("disdik-labura")
    call_command("demo", data="disdik-labura", once=True, months=0, verbosity=0)
    host = Event.objects.get(slug="gerakan-serentak-paud")
    assert host.remote_sites.count() == 7
    assert {*Event.objects.values_list("kind", flat=True)} >= {"campaign_day", "town_hall", "briefing"}
    assert Consultation.objects.filter(result_published_at__isnull=False, is_forum=True).count() == 1
    assert Consultation.objects.filter(result_published_at__isnull=True).count() == 1
    assert all(row.is_example for row in [*Event.objects.all(), *Consultation.objects.all()])


def test_a_real_portal_gets_no_examples(settings: Any) -> None:
    settings.PRODUCTION = True
    call_command("demo", data="tanjung-barat", once=True, verbosity=0)
    assert not Event.objects.exists()
    settings.PRODUCTION = False
    make_event()
    call_command("demo", data="tanjung-barat", once=True, verbosity=0)
    assert Event.objects.count() == 1


@pytest.mark.any_engine
def test_unknown_data_and_an_empty_portal_say_so() -> None:
    with pytest.raises(CommandError, match="no examples"):
        call_command("demo", data="mars", verbosity=0)
    with pytest.raises(CommandError, match="prepare"):
        call_command("demo", data="tanjung-barat", verbosity=0)
