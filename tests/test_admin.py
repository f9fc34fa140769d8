"""The staff desk: every edit is remembered, found by search and seen by residents at once."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import models
from django.test import Client
from django.urls import reverse

from portal.shared import content_version
from portal.shared.history import Change
from services.models import (
    Area,
    Audience,
    Category,
    Channel,
    ClosedDay,
    Location,
    OpeningHours,
    Organization,
    PortalProfile,
    PublicWork,
    Requirement,
    Service,
    ServiceAtLocation,
)
from tests.builders import (
    make_area,
    make_audience,
    make_category,
    make_hours,
    make_location,
    make_organization,
    make_portal,
    make_public_work,
    make_service,
    make_user,
)
from tests.desk import address, form_data, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor() -> User:
    return make_user("rini", is_superuser=True, first_name="Rini", last_name="Editor")


@pytest.fixture
def desk(editor: User) -> Client:
    return signed_in(editor)


def latest(instance: models.Model) -> Change:
    changes = Change.objects.filter(noun=instance._meta.label_lower, object_id=instance.pk)
    change = changes.order_by("-pk").first()
    assert change is not None
    return change


# The story: an editor corrects a fee ---------------------------------------------------------------------


def test_an_editor_corrects_a_fee_and_the_page_shows_it(desk: Client, editor: User) -> None:
    make_portal()
    service = make_service(fee_amount=Decimal("25000"))
    public = service.get_absolute_url()
    assert "Rp25.000" in Client().get(public).content.decode()
    version = content_version.stored_number()

    url = address(Service, "change", service.pk)
    answer = desk.post(url, form_data(desk.get(url), fee_amount="15000"), follow=True)
    assert answer.status_code == 200

    shown = Client().get(public).content.decode()
    assert "Rp15.000" in shown
    assert "Rp25.000" not in shown
    change = latest(service)
    assert (change.verb, change.by, change.by_name) == ("change", editor, "Rini Editor")
    assert (change.before, change.after) == ({"fee_amount": "25000.00"}, {"fee_amount": "15000.00"})
    assert content_version.stored_number() > version


def test_a_changed_fact_ends_the_confirmation_and_says_so(desk: Client) -> None:
    service = make_service(fee_amount=Decimal(0))
    service.confirm(by="Kelurahan Tanjung Contoh")
    url = address(Service, "change", service.pk)
    desk.post(url, form_data(desk.get(url)))
    service.refresh_from_db()
    assert service.is_confirmed  # saved, but nothing was changed
    told = desk.post(url, form_data(desk.get(url), fee_amount="5000"), follow=True).content.decode()
    service.refresh_from_db()
    assert not service.is_confirmed
    assert "konfirmasi yang lama tidak berlaku lagi" in told


def test_a_fee_below_zero_is_refused_in_words(desk: Client) -> None:
    service = make_service(fee_amount=Decimal("25000"))
    url = address(Service, "change", service.pk)
    answer = desk.post(url, form_data(desk.get(url), fee_amount="-1"))
    assert answer.status_code == 200
    assert answer.context["errors"]
    service.refresh_from_db()
    assert service.fee_amount == Decimal("25000")


def test_an_empty_fee_is_not_zero(desk: Client) -> None:
    service = make_service(fee_amount=Decimal("0"))
    url = address(Service, "change", service.pk)
    desk.post(url, form_data(desk.get(url), fee_amount=""))
    service.refresh_from_db()
    assert service.fee_amount is None


def test_a_changed_requirement_is_remembered_and_found_at_once(desk: Client) -> None:
    service = make_service(requirements=["Fotokopi KK", "Pasfoto"])
    url = address(Service, "change", service.pk)
    first = desk.post(url, form_data(desk.get(url), **{"requirements-0-text": "Paspor merah"}))
    assert first.status_code == 302
    change = latest(service)
    assert [row["text"] for row in change.before["requirements"]] == ["Fotokopi KK", "Pasfoto"]
    assert [row["text"] for row in change.after["requirements"]] == ["Paspor merah", "Pasfoto"]
    assert service in Service.objects.matching("paspor")
    assert service not in Service.objects.matching("fotokopi")


def test_adding_and_deleting_a_service_is_remembered(desk: Client, editor: User) -> None:
    url = address(Service, "add")
    data = form_data(
        desk.get(url),
        name="Mengurus surat baru",
        code="surat-baru",
        slug="surat-baru",
        category=str(make_category().pk),
        organization=str(make_organization().pk),
        **{
            "requirements-TOTAL_FORMS": "1",
            "requirements-0-text": "Kartu Keluarga",
            "requirements-0-position": "0",
        },
    )
    assert desk.post(url, data).status_code == 302
    service = Service.objects.get(code="surat-baru")
    assert service.status == Service.Status.DRAFT
    assert Requirement.objects.get(service=service).text == "Kartu Keluarga"
    assert latest(service).verb == "add"
    assert service in Service.objects.matching("kartu keluarga")

    assert desk.post(address(Service, "delete", service.pk), {"post": "yes"}).status_code == 302
    gone = Change.objects.filter(object_id=service.pk, noun="services.service").latest("pk")
    assert (gone.verb, gone.by, gone.before["code"]) == ("delete", editor, "surat-baru")


def test_deleting_many_remembers_each(desk: Client) -> None:
    days = [ClosedDay.objects.create(date=date(2026, 5, day), name="Libur", kind="local") for day in (1, 2)]
    data = {"action": "delete_selected", "_selected_action": [day.pk for day in days], "post": "yes"}
    assert desk.post(address(ClosedDay, "changelist"), data).status_code == 302
    assert not ClosedDay.objects.exists()
    deleted = Change.objects.filter(noun="services.closedday", verb="delete")
    assert set(deleted.values_list("object_id", flat=True)) == {day.pk for day in days}


def test_a_new_name_of_a_topic_or_provider_finds_its_services_at_once(desk: Client) -> None:
    topic, unit = make_category("Kependudukan"), make_organization("Satuan Lama")
    service = make_service(category=topic, organization=unit)
    for model, row, name in ((Category, topic, "Pemakaman"), (Organization, unit, "Perpustakaan")):
        url = address(model, "change", row.pk)
        assert desk.post(url, form_data(desk.get(url), name=name)).status_code == 302
        assert service in Service.objects.matching(name)


def test_a_new_name_of_an_area_finds_its_places_and_works_at_once(desk: Client) -> None:
    area = make_area("Tanjung Lama")
    place, work = make_location(area=area), make_public_work(area=area)
    url = address(Area, "change", area.pk)
    assert desk.post(url, form_data(desk.get(url), name="Cempaka")).status_code == 302
    assert place in Location.objects.matching("cempaka")
    assert work in PublicWork.objects.matching("cempaka")
    assert place not in Location.objects.matching("lama")


def test_a_channel_corrected_on_its_own_page_is_found_and_told_by_its_service(
    desk: Client, editor: User
) -> None:
    service = make_service(channels=[{"kind": "app", "label": "Alpukat", "value": "https://a.example"}])
    channel = service.channels.get()
    url = address(Channel, "change", channel.pk)
    assert desk.post(url, form_data(desk.get(url), label="Semangka")).status_code == 302
    assert service in Service.objects.matching("semangka")
    assert service not in Service.objects.matching("alpukat")
    assert latest(service).before["channels"][0]["label"] == "Alpukat"

    assert desk.post(address(Channel, "delete", channel.pk), {"post": "yes"}).status_code == 302
    assert service not in Service.objects.matching("semangka")
    change = latest(service)
    assert (change.by, change.after["channels"]) == (editor, [])


def test_a_topic_is_no_sector_and_a_sector_with_topics_no_topic(desk: Client) -> None:
    sector, other = make_category("Kependudukan"), make_category("Kesehatan")
    topic = make_category("KTP", parent=sector)
    for row, parent in ((other, topic), (sector, other)):
        url = address(Category, "change", row.pk)
        answer = desk.post(url, form_data(desk.get(url), parent=str(parent.pk)))
        assert answer.context["errors"], f"{row} under {parent}"


# Opening hours -------------------------------------------------------------------------------------------


def test_hours_are_ticked_by_weekday_and_stored_as_digits(desk: Client) -> None:
    place = make_location(hours=[("12345", "07:30", "16:00")])
    url = address(Location, "change", place.pk)
    page = desk.get(url)
    data = form_data(page, **{"hours-0-days": ["5", "1"], "hours-0-closes": "11:30"})
    assert data["hours-0-opens"] == "07:30"
    assert desk.post(url, data).status_code == 302
    hours = OpeningHours.objects.get(location=place)
    assert (hours.days, f"{hours.closes:%H:%M}") == ("15", "11:30")
    assert latest(place).after["hours"][0]["days"] == "15"


@pytest.mark.parametrize("field_and_value", [("hours-0-closes", "07:00"), ("hours-0-days", None)])
def test_hours_that_cannot_be_are_refused(desk: Client, field_and_value: tuple[str, Any]) -> None:
    place = make_location(hours=[("12345", "07:30", "16:00")])
    url = address(Location, "change", place.pk)
    answer = desk.post(url, form_data(desk.get(url), **dict([field_and_value])))
    assert answer.status_code == 200
    assert answer.context["errors"]


def test_hours_of_a_counter_are_remembered_too(desk: Client, editor: User) -> None:
    service = make_service(counters=[make_location()])
    counter = service.counters.get()
    make_hours("12345", "08:00", "15:00", service_at_location=counter)
    version = content_version.stored_number()
    url = address(ServiceAtLocation, "change", counter.pk)
    assert desk.post(url, form_data(desk.get(url), **{"hours-0-closes": "14:00"})).status_code == 302
    change = Change.objects.latest("pk")
    assert (change.verb, change.by) == ("change", editor)
    assert "14:00" in str(change.after)
    assert "15:00" in str(change.before)
    assert content_version.stored_number() > version


# The portal itself ---------------------------------------------------------------------------------------


def test_there_is_one_portal_profile_to_change_and_none_to_add(desk: Client) -> None:
    assert desk.get(address(PortalProfile, "add")).status_code == 200
    make_portal()
    assert desk.get(address(PortalProfile, "add")).status_code == 403
    assert desk.post(address(PortalProfile, "add"), {"name": "Lain"}).status_code == 403
    assert desk.post(address(PortalProfile, "delete", 1), {"post": "yes"}).status_code == 403
    assert PortalProfile.objects.count() == 1


def test_popular_searches_are_written_one_on_each_line(desk: Client) -> None:
    present = [{"label": "KTP hilang", "query": "ktp ilang"}, {"label": "KK", "query": "KK"}]
    make_portal(popular=present)
    url = address(PortalProfile, "change", 1)
    page = desk.get(url)
    assert form_data(page)["popular"].splitlines() == ["KTP hilang = ktp ilang", "KK"]
    changes = Change.objects.count()
    desk.post(url, form_data(page))
    assert (PortalProfile.objects.get().popular, Change.objects.count()) == (present, changes)
    desk.post(url, form_data(page, popular="Akta lahir=akta\n\n  SKTM \n="))
    assert PortalProfile.objects.get().popular == [
        {"label": "Akta lahir", "query": "akta"},
        {"label": "SKTM", "query": "SKTM"},
    ]


def test_the_desk_wears_the_house_sheet_and_names_the_portal(desk: Client) -> None:
    make_portal("Kelurahan Tanjung Contoh", short_name="Tanjung Contoh")
    page = desk.get(reverse("admin:index")).content.decode()
    assert "admin.css" in page
    assert "Tanjung Contoh" in page
    assert '<html lang="id"' in page


def test_a_group_of_residents_that_services_name_cannot_be_deleted(desk: Client) -> None:
    audience = make_audience("Lansia")
    service = make_service("Kartu lansia", audiences=[audience])
    answer = desk.post(address(Audience, "delete", audience.pk), {"post": "yes"})
    assert "Kartu lansia" in answer.content.decode()
    assert list(service.audiences.all()) == [audience]


def test_a_form_sent_from_a_forgotten_page_is_refused_in_our_own_words(editor: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/admin/login/", {"username": "x", "password": "y"})
    assert answer.status_code == 403
    assert "Halaman ini terbuka terlalu lama" in answer.content.decode()
