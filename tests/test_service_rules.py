"""The rules of a service: what it shows, what it refuses, what it remembers."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils import translation

from portal.shared import content_version
from portal.shared.history import Change, changes_of, recorded
from services.models import Area, Audience, Location, OpeningHours, PublicWork, Service, ServiceAtLocation
from tests import builders

pytestmark = pytest.mark.django_db
JAKARTA = ZoneInfo("Asia/Jakarta")
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=JAKARTA)


def refused(change: Callable[[], Any], code: str) -> None:
    with pytest.raises(ValidationError) as error:
        change()
    assert error.value.code == code


def test_publishing_shows_the_service_and_remembers_who_and_when() -> None:
    editor = builders.make_user("sari")
    service = builders.make_service(is_published=False)
    assert service not in Service.objects.published()
    service.publish(by=editor, at=MONDAY)
    assert service in Service.objects.published()
    change = changes_of(service).first()
    assert change is not None
    assert (change.verb, change.by, change.by_name, change.at) == ("publish", editor, "sari", MONDAY)
    assert (change.before["status"], change.after["status"]) == ("draft", "published")


def test_publishing_twice_changes_nothing_the_second_time() -> None:
    service = builders.make_service()
    changes, version = Change.objects.count(), content_version.current()
    service.publish(by="x", at=MONDAY)
    assert Change.objects.count() == changes
    assert content_version.current() == version


def test_a_service_without_an_answer_is_not_published() -> None:
    service = builders.make_service(is_published=False, summary="")
    refused(lambda: service.publish(by="x", at=MONDAY), "summary_missing")
    assert service not in Service.objects.published()


def test_withdrawing_needs_a_published_service_and_a_reason() -> None:
    service = builders.make_service()
    refused(lambda: service.withdraw(by="x", reason="  "), "reason_missing")
    service.withdraw(by="x", reason="Pindah ke kecamatan", at=MONDAY)
    assert service not in Service.objects.published()
    assert service.withdrawn_reason == "Pindah ke kecamatan"
    refused(lambda: service.withdraw(by="x", reason="lagi"), "not_published")


def test_a_withdrawn_service_can_be_published_again() -> None:
    service = builders.make_service()
    service.withdraw(by="x", reason="salah", at=MONDAY)
    service.publish(by="x", at=MONDAY)
    assert service in Service.objects.published()
    assert service.withdrawn_reason == ""


def test_confirming_says_who_checked_it_and_on_which_day_in_jakarta() -> None:
    late_evening_utc = datetime(2026, 11, 22, 18, 0, tzinfo=ZoneInfo("UTC"))
    service = builders.make_service()
    assert not service.is_confirmed
    service.confirm(
        by=builders.make_user("sari"), at=late_evening_utc, on_behalf_of="Kelurahan Tanjung Contoh"
    )
    assert service.is_confirmed
    assert service.checked_on == date(2026, 11, 23)
    assert service.checked_by_name == "Kelurahan Tanjung Contoh"


@pytest.mark.parametrize(
    ("checked_on", "is_due"), [(None, True), ("2025-11-23", False), ("2025-11-22", True)]
)
def test_a_service_is_due_for_checking_after_a_year(checked_on: str | None, is_due: bool) -> None:
    service = builders.make_service(checked_on=checked_on and date.fromisoformat(checked_on))
    assert service.is_due_for_checking(date(2026, 11, 23)) is is_due
    assert (service in Service.objects.due_for_checking(date(2026, 11, 23))) is is_due


def test_closing_for_a_while_and_reopening() -> None:
    service = builders.make_service()
    refused(
        lambda: service.close_temporarily(
            by="x", from_day=date(2026, 11, 24), until=date(2026, 11, 23), reason="Renovasi"
        ),
        "dates",
    )
    refused(
        lambda: service.close_temporarily(by="x", from_day=date(2026, 11, 24), until=None, reason=""),
        "reason_missing",
    )
    service.close_temporarily(
        by="x", from_day=date(2026, 11, 24), until=date(2026, 11, 26), reason="Renovasi"
    )
    closed = [day for day in range(22, 29) if service.is_closed_on(date(2026, 11, day))]
    assert closed == [24, 25, 26]
    service.reopen(by="x")
    assert not service.is_closed_on(date(2026, 11, 25))


def test_free_is_not_the_same_as_not_stated() -> None:
    with translation.override("en"):
        assert builders.make_service(fee_amount=Decimal(0)).fee_display == "Free"
        assert builders.make_service(fee_amount=None).fee_display == "Not stated yet"
        assert builders.make_service(fee_amount=None, fee_note="Tergantung luas").fee_display == "See details"
        assert builders.make_service(fee_amount=Decimal("25000")).fee_display == "Rp25,000"


def test_no_time_is_not_the_same_as_at_once() -> None:
    with translation.override("en"):
        unknown = builders.make_service()
        at_once = builders.make_service(turnaround_value=0, turnaround_unit="minute")
        days = builders.make_service(turnaround_value=3, turnaround_unit="working_day")
        assert unknown.turnaround_display == "Not stated yet"
        assert at_once.turnaround_display == "0 minutes"
        assert days.turnaround_display == "3 working days"


@pytest.mark.parametrize(
    "change",
    [
        {"fee_amount": Decimal(-1)},
        {"turnaround_value": 3, "turnaround_unit": ""},
        {"turnaround_value": None, "turnaround_unit": "day"},
        {"status": "hidden"},
        {"status": "published", "published_at": None},
        {"closed_from": date(2026, 1, 2), "closed_until": date(2026, 1, 1)},
        {"closed_from": None, "closed_until": date(2026, 1, 1)},
        {"slug": "a-z"},
    ],
)
def test_the_database_refuses_what_must_never_be(change: dict[str, Any]) -> None:
    service = builders.make_service(is_published=False)
    with pytest.raises(IntegrityError), transaction.atomic():
        Service.objects.filter(pk=service.pk).update(**change)


def test_half_a_coordinate_is_refused() -> None:
    location = builders.make_location()
    with pytest.raises(IntegrityError), transaction.atomic():
        Location.objects.filter(pk=location.pk).update(latitude=Decimal("-6.3"), longitude=None)


def test_hours_belong_to_exactly_one_owner() -> None:
    location = builders.make_location()
    counter = ServiceAtLocation.objects.create(service=builders.make_service(), location=location)
    for owners in ({}, {"location": location, "service_at_location": counter}):
        with pytest.raises(IntegrityError), transaction.atomic():
            OpeningHours.objects.create(days="1", opens="08:00", closes="09:00", **owners)


def test_progress_of_a_work_stays_within_a_hundred() -> None:
    work = builders.make_public_work()
    for change in ({"progress": 101}, {"stage": "done", "progress": 60}, {"cost": Decimal(-1)}):
        with pytest.raises(IntegrityError), transaction.atomic():
            PublicWork.objects.filter(pk=work.pk).update(**change)


@pytest.mark.parametrize(
    ("day", "is_late"), [("2026-11-22", False), ("2026-11-23", False), ("2026-11-24", True)]
)
def test_a_work_is_late_from_the_day_after_its_promised_end(day: str, is_late: bool) -> None:
    work = builders.make_public_work(ends_on=date(2026, 11, 23), stage=PublicWork.Stage.UNDER_WAY)
    assert work.is_late(date.fromisoformat(day)) is is_late


def test_history_is_never_rewritten() -> None:
    builders.make_service()
    change = Change.objects.first()
    assert change is not None
    with pytest.raises(TypeError):
        change.save()


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_whoever_changes_a_row_waits_for_who_is_changing_it() -> None:
    """Else both would remember the same “before”, and history would not tell what the second one replaced."""
    service = builders.make_service()

    def change_impatiently() -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '50ms'")
            with recorded(service, verb="change", by="budi"):
                pass
        finally:
            connection.close()

    with (
        recorded(service, verb="change", by="sari"),
        ThreadPoolExecutor(1) as others,
        pytest.raises(OperationalError, match="lock timeout"),
    ):
        others.submit(change_impatiently).result()


def test_a_verb_leaves_alone_what_somebody_else_corrected_meanwhile() -> None:
    service = builders.make_service(fee_amount=Decimal(5000))
    Service.objects.filter(pk=service.pk).update(fee_amount=Decimal(7000))
    service.close_temporarily(by="x", from_day=MONDAY.date(), until=None, reason="Banjir", at=MONDAY)
    service.reopen(by="x", at=MONDAY)
    service.withdraw(by="x", reason="Digabung", at=MONDAY)
    service.publish(by="x", at=MONDAY)
    service.confirm(by="x", at=MONDAY)
    service.refresh_from_db()
    assert (service.fee_amount, service.status) == (7000, Service.Status.PUBLISHED)


def test_a_change_that_fails_leaves_no_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    service = builders.make_service(is_published=False)
    changes = Change.objects.count()

    def refuse() -> None:
        raise IntegrityError

    monkeypatch.setattr(content_version, "bump", refuse)
    with pytest.raises(IntegrityError), transaction.atomic():
        service.publish(by="x", at=MONDAY)
    service.refresh_from_db()
    assert service.status == Service.Status.DRAFT
    assert Change.objects.count() == changes


# Questions of the queryset ------------------------------------------------------------


def test_narrowing_by_sector_takes_its_topics_along() -> None:
    sector = builders.make_category("Kesehatan")
    topic = builders.make_category("Posyandu", parent=sector)
    inside = builders.make_service(category=topic)
    builders.make_service(category=builders.make_category("Sekolah"))
    assert list(Service.objects.in_category(sector)) == [inside]
    assert list(Service.objects.in_category(topic)) == [inside]


def test_narrowing_by_audience_and_by_the_area_of_the_counter() -> None:
    elderly: Audience = builders.make_audience("Lansia")
    district = builders.make_area("Jagakarsa", level=Area.Level.DISTRICT)
    village = builders.make_area("Tanjung Contoh", parent=district)
    office = builders.make_location(area=village)
    service = builders.make_service(audiences=[elderly], counters=[office])
    builders.make_service("Lain")
    assert list(Service.objects.for_audience(elderly)) == [service]
    assert list(Service.objects.in_area(village)) == [service]
    assert list(Service.objects.in_area(district)) == [service]
    assert not Service.objects.in_area(builders.make_area("Lain")).exists()


@pytest.mark.parametrize(
    ("clock", "is_open"),
    [
        ("2026-11-23T07:29", False),
        ("2026-11-23T07:30", True),
        ("2026-11-23T15:59", True),
        ("2026-11-23T16:00", False),
        ("2026-11-22T09:00", False),  # Sunday
        ("2026-12-25T09:00", False),  # Friday, a holiday
    ],
)
def test_open_now_by_the_hours_of_the_building(clock: str, is_open: bool) -> None:
    builders.make_closed_day(date(2026, 12, 25), "Natal")
    office = builders.make_location(hours=[("12345", "07:30", "16:00")])
    service = builders.make_service(counters=[office])
    at = datetime.fromisoformat(clock).replace(tzinfo=JAKARTA)
    assert (service in Service.objects.open_at(at)) is is_open


def test_open_now_by_a_line_that_answers_on_holidays_and_never_sleeps() -> None:
    builders.make_closed_day(date(2026, 12, 25), "Natal")
    service = builders.make_service(channels=[{"kind": "phone", "label": "112", "value": "112"}])
    builders.make_hours("1234567", "00:00", "00:00", channel=service.channels.get(), open_on_closed_days=True)
    assert service in Service.objects.open_at(datetime(2026, 12, 25, 3, 0, tzinfo=JAKARTA))


def test_a_counter_with_hours_of_its_own_does_not_follow_the_building() -> None:
    office = builders.make_location(hours=[("12345", "07:30", "16:00")])
    service = builders.make_service(counters=[office])
    builders.make_hours("12345", "13:00", "15:00", service_at_location=service.counters.get())
    assert service not in Service.objects.open_at(MONDAY)
    assert service in Service.objects.open_at(MONDAY.replace(hour=14))


def test_a_place_closed_for_a_day_of_its_own_closes_its_counters_only() -> None:
    hall = builders.make_location("Aula", hours=[("12345", "07:30", "16:00")])
    office = builders.make_location(hours=[("12345", "07:30", "16:00")])
    in_hall, in_office = builders.make_service(counters=[hall]), builders.make_service(counters=[office])
    builders.make_closed_day(MONDAY.date(), "Perbaikan", kind="local", location=hall)
    assert list(Service.objects.open_at(MONDAY)) == [in_office]
    assert in_hall not in Service.objects.open_at(MONDAY)


def test_ramadan_hours_replace_the_usual_ones_while_they_last() -> None:
    office = builders.make_location(hours=[("12345", "07:30", "16:00")])
    builders.make_hours(
        "12345",
        "08:00",
        "14:00",
        location=office,
        valid_from=date(2026, 11, 23),
        valid_through=date(2026, 11, 27),
    )
    service = builders.make_service(counters=[office])
    assert service not in Service.objects.open_at(MONDAY.replace(hour=15))
    assert service in Service.objects.open_at(datetime(2026, 11, 30, 15, 0, tzinfo=JAKARTA))


def test_a_service_closed_for_a_while_is_not_open() -> None:
    office = builders.make_location(hours=[("12345", "07:30", "16:00")])
    service = builders.make_service(counters=[office])
    service.close_temporarily(by="x", from_day=MONDAY.date(), until=MONDAY.date(), reason="Rapat")
    assert service not in Service.objects.open_at(MONDAY)
    assert service in Service.objects.open_at(MONDAY.replace(day=24))
