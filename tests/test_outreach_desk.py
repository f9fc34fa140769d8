"""Campaigns and activities at the desk: written in one form, decided by buttons, copied, and never past a right."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from outreach.copying import copy_event, following, free_slug, make_series, next_beginning
from outreach.models import Campaign, Commitment, Event, EventPhoto, Minutes, Partnership
from portal.accounts.roles import CLERK, COORDINATOR, FIELD_OFFICER, UNIT_OFFICER
from portal.shared import durable
from portal.shared.history import Change
from tests.builders import EVENT_AT, WHO, make_event, make_organization, make_service
from tests.desk import form_data, make_officer, signed_in
from tests.photo_files import saved

pytestmark = pytest.mark.django_db


def change(row: Any) -> str:
    return reverse(f"admin:outreach_{row._meta.model_name}_change", args=[row.pk])


def verb(row: Any, name: str) -> str:
    return reverse(f"admin:outreach_{row._meta.model_name}_verb", args=[row.pk, name])


def wib(day: int, hour: int = 9, month: int = 12) -> datetime:
    return timezone.make_aware(datetime(2026, month, day, hour))


def test_a_campaign_and_its_activity_are_planned_in_the_admin_and_published_by_buttons() -> None:
    unit, partner = make_organization("Kelurahan Contoh"), make_organization("Yayasan Contoh")
    service = make_service(organization=unit)
    desk = signed_in(make_officer(COORDINATOR))

    page = desk.get(reverse("admin:outreach_campaign_add"))
    sent = form_data(
        page,
        title="Cek kesehatan gratis RW 03",
        slug="cek-kesehatan-rw-03",
        summary="Periksa tekanan darah, gratis.",
        starts_on="2026-11-01",
        ends_on="2026-12-31",
        unit=unit.pk,
        services=[service.pk],
        **{
            "targets-TOTAL_FORMS": 1,
            "targets-0-measure": "came",
            "targets-0-amount": 200,
            "partnerships-TOTAL_FORMS": 1,
            "partnerships-0-organization": partner.pk,
            "partnerships-0-role": "expert",
            "partnerships-0-promised": "Dua perawat",
        },
    )
    assert desk.post(reverse("admin:outreach_campaign_add"), sent).status_code == 302
    campaign = Campaign.objects.get()
    assert [target.amount for target in campaign.targets.all()] == [200]
    assert campaign.partnerships.get().promised == "Dua perawat"
    desk.post(verb(campaign, "publish"), {"answered": "1"})
    campaign.refresh_from_db()
    assert campaign.is_published

    page = desk.get(reverse("admin:outreach_event_add"))
    sent = form_data(
        page,
        title="Cek kesehatan di Balai RW 03",
        slug="cek-kesehatan",
        kind="health_seminar",
        summary="Periksa tekanan darah, gratis.",
        campaign=campaign.pk,
        unit=unit.pk,
        services=[service.pk],
        starts_at="2026-12-05T09:00",
        ends_at="2026-12-05T12:00",
        place_words="Balai RW 03",
        capacity=20,
        **{
            "agenda-TOTAL_FORMS": 1,
            "agenda-0-position": 0,
            "agenda-0-title": "Pembukaan",
            "agenda-0-minutes": 10,
            "commitments-TOTAL_FORMS": 1,
            "commitments-0-what": "Kursi roda dipinjamkan",
            "commitments-0-unit": unit.pk,
            "commitments-0-by_when": "2026-12-31",
        },
    )
    answer = desk.post(reverse("admin:outreach_event_add"), sent)
    assert answer.status_code == 302, answer.context["errors"]
    event = Event.objects.get()
    assert event.starts_at == wib(5)
    assert [item.title for item in event.agenda.all()] == ["Pembukaan"]
    assert event.commitments.get().what == "Kursi roda dipinjamkan"
    desk.post(verb(event, "publish"), {"answered": "1"})
    event.refresh_from_db()
    assert event.decision == "published"


def test_calling_off_asks_why_and_another_date_is_given_by_the_verb_alone() -> None:
    event = make_event(starts_at=timezone.now().replace(microsecond=0) + timedelta(days=9))
    desk = signed_in(make_officer(COORDINATOR))
    page = desk.get(verb(event, "cancel"))
    assert "reason" in page.context["form"].fields
    assert desk.post(verb(event, "cancel"), {"answered": "1"}).context["form"].errors["reason"]
    page = desk.get(change(event))
    assert "starts_at" not in page.context["adminform"].form.fields

    before = event.sequence
    page = desk.get(verb(event, "reschedule"))
    assert page.context["form"]["starts_at"].value() == timezone.make_naive(event.starts_at)
    later = timezone.localtime(event.starts_at + timedelta(days=7)).replace(second=0, microsecond=0)
    sent = {"answered": "1", "starts_at": f"{later:%Y-%m-%dT%H:%M}", "reason": "Balai dipakai."}
    wrong = desk.post(verb(event, "reschedule"), {**sent, "ends_at": f"{later:%Y-%m-%dT%H:%M}"})
    assert wrong.context["form"].errors["ends_at"]
    desk.post(verb(event, "reschedule"), {**sent, "ends_at": f"{later + timedelta(hours=2):%Y-%m-%dT%H:%M}"})
    event.refresh_from_db()
    assert (event.starts_at, event.sequence) == (later, before + 1)

    desk.post(verb(event, "cancel"), {"answered": "1", "reason": "Hujan lebat."})
    event.refresh_from_db()
    assert (event.decision, event.decision_reason) == ("cancelled", "Hujan lebat.")
    # What may no longer be done is no button any more, and refused in words.
    assert "postpone" not in {one.name for one in desk.get(change(event)).context["verbs"]}
    desk.post(verb(event, "postpone"), {"answered": "1", "reason": "Lagi."})
    event.refresh_from_db()
    assert event.decision == "cancelled"


def test_a_copy_is_a_draft_with_its_run_and_partners_and_is_made_once() -> None:
    event = make_event(
        capacity=20,
        agenda=["Pembukaan", "Pemeriksaan"],
        questions=[{"text": "Alergi?"}],
        services=[make_service()],
        registration_closes_at=EVENT_AT - timedelta(days=1),
    )
    partner = Partnership(event=event, organization=make_organization(), role="host", delivered="Tenda")
    partner.save()
    Event.objects.filter(pk=event.pk).update(taken=7, waiting=0)
    desk = signed_in(make_officer(COORDINATOR))
    # Offered is the same weekday and hour, the first that lies ahead: never the day it took place.
    for at, weeks in ((EVENT_AT - timedelta(days=3), 1), (EVENT_AT + timedelta(days=15), 3)):
        assert next_beginning(event, at) == event.starts_at + timedelta(weeks=weeks)
    offered = desk.get(verb(event, "copy")).context["form"]["starts_at"].value()
    assert timezone.make_aware(offered) == next_beginning(event, timezone.now())
    sent = {"answered": "1", "starts_at": "2030-12-05T14:00"}
    page = desk.post(verb(event, "copy"), sent, follow=True)
    copy = Event.objects.exclude(pk=event.pk).get()
    assert change(copy) in page.content.decode()
    assert (copy.decision, copy.taken, copy.sequence, copy.published_at) == ("draft", 0, 0, None)
    assert copy.starts_at == timezone.make_aware(datetime(2030, 12, 5, 14))
    assert copy.ends_at - copy.starts_at == event.ends_at - event.starts_at
    assert copy.starts_at - copy.registration_closes_at == timedelta(days=1)
    assert [item.title for item in copy.agenda.all()] == ["Pembukaan", "Pemeriksaan"]
    assert [one.text for one in copy.questions_asked.all()] == ["Alergi?"]
    assert list(copy.services.all()) == list(event.services.all())
    assert copy.partnerships.get().delivered == ""
    assert copy.slug == f"{event.slug}-2030-12-05"
    assert Change.objects.filter(noun="outreach.event", object_id=copy.pk, verb="add").exists()
    # The form sent twice makes no second one.
    desk.post(verb(event, "copy"), sent)
    assert Event.objects.count() == 2
    with pytest.raises(ValidationError):
        copy_event(event, EVENT_AT - timedelta(days=99), by=WHO, at=EVENT_AT)


def test_a_series_is_made_whole_or_not_at_all() -> None:
    event = make_event(starts_at=wib(5), hours=2)
    dates = following(event.starts_at, "month", 2)
    # The first Saturday stays the first Saturday.
    assert dates == [wib(2, month=1).replace(year=2027), wib(6, month=2).replace(year=2027)]
    with pytest.raises(ValidationError):
        make_series(event, [*dates, wib(1, month=1)], by=WHO, at=wib(1, month=11))
    assert Event.objects.count() == 1
    made = make_series(event, dates, by=WHO, at=wib(1, month=11))
    event.refresh_from_db()
    assert event.series is not None
    assert {one.series for one in made} == {event.series}
    assert made[0].slug == f"{event.slug}-2027-01-02"
    again = make_series(made[0], following(event.starts_at, "week", 1), by=WHO, at=wib(1, month=11))
    assert again[0].series == event.series
    assert again[0].slug == f"{event.slug}-2026-12-12"
    desk = signed_in(make_officer(COORDINATOR))
    typed = {"answered": "1", "rhythm": "week", "count": "1", "dates": "29-13-2026"}
    assert desk.post(verb(event, "repeat"), typed).context["form"].errors["dates"]
    desk.post(verb(event, "repeat"), {**typed, "dates": "03-01-2031\n2031-02-03\n"})
    assert Event.objects.filter(starts_at__year=2031).count() == 2


@pytest.mark.any_engine
def test_dates_of_a_series_keep_hour_and_weekday() -> None:
    fifth = timezone.make_aware(datetime(2026, 10, 31, 19, 30))
    months = following(fifth, "month", 4)
    assert [f"{timezone.localtime(one):%d-%m %H.%M %a}" for one in months] == [
        "28-11 19.30 Sat",
        "26-12 19.30 Sat",
        "30-01 19.30 Sat",
        "27-02 19.30 Sat",
    ]
    assert [one - fifth for one in following(fifth, "fortnight", 2)] == [
        timedelta(weeks=2),
        timedelta(weeks=4),
    ]
    assert len(free_slug("a" * 80, fifth.date())) <= 80


def test_more_places_than_taken_are_needed_and_saving_the_form_leaves_the_seats_alone() -> None:
    event = make_event(capacity=20)
    desk = signed_in(make_officer(COORDINATOR))
    page = desk.get(change(event))
    Event.objects.filter(pk=event.pk).update(taken=12)
    assert desk.post(change(event), form_data(page, capacity=11)).status_code == 200
    assert desk.post(change(event), form_data(page, capacity=30)).status_code == 302
    event.refresh_from_db()
    assert (event.taken, event.capacity) == (12, 30)


def test_a_photo_is_drawn_anew_with_consent_and_leaves_with_its_row() -> None:
    event = make_event()
    desk = signed_in(make_officer(COORDINATOR))
    page = desk.get(change(event))

    def sent(content: bytes, **more: Any) -> Any:
        row = {
            "photos-TOTAL_FORMS": 1,
            "photos-0-alt": "Warga mengantre",
            "photos-0-consent": "Ditanya satu per satu",
            "photos-0-upload": SimpleUploadedFile("a.jpg", content),
        }
        return desk.post(change(event), form_data(page, **row | more))

    assert sent(b"no picture").status_code == 200
    assert sent(saved("JPEG"), **{"photos-0-consent": ""}).status_code == 200
    assert not EventPhoto.objects.exists()
    assert sent(saved("JPEG")).status_code == 302
    photo = event.photos.get()
    assert durable.read(photo.file.name).startswith(b"\xff\xd8\xff")
    assert photo.width > 0
    page = desk.get(change(event))
    row = {"photos-0-DELETE": "on", "photos-0-id": photo.pk}
    assert desk.post(change(event), form_data(page, **row)).status_code == 302
    assert not event.photos.exists()


def test_whoever_may_only_look_at_an_activity_meets_no_empty_tables() -> None:
    event = make_event()
    looking, writing = signed_in(make_officer(CLERK)), signed_in(make_officer(COORDINATOR))
    page = reverse("admin:outreach_event_change", args=[event.pk])
    seen, written = looking.get(page).content.decode(), writing.get(page).content.decode()
    for only_written in ('id="agenda-heading"', "field-upload", 'class="description"'):
        assert only_written in written, only_written
        assert only_written not in seen, only_written
    event.agenda.create(title="Pembukaan", position=1)
    assert 'id="agenda-heading"' in looking.get(page).content.decode()
    nothing = looking.get(reverse("admin:outreach_campaign_changelist")).content.decode()
    assert "desk-none" in nothing
    assert 'name="action"' not in nothing


def test_rows_end_where_units_end_and_no_role_goes_past_its_rights() -> None:
    unit, other = make_organization("Seksi Pelayanan"), make_organization("Dinas Lain")
    mine, theirs = make_event("Milik unit", unit=unit), make_event("Milik lain", unit=other)
    minutes = Minutes(event=theirs, text="Catatan.")
    minutes.save()
    promise = Commitment(what="Janji", unit=other, by_when=EVENT_AT.date())
    promise.save()
    officer = signed_in(make_officer(UNIT_OFFICER, unit))
    assert officer.get(change(mine)).status_code == 200
    for row in (theirs, minutes, promise):
        assert officer.get(change(row)).status_code in {302, 404}
    # Planning is the unit's, deciding the coordinator's.
    assert officer.get(verb(mine, "cancel")).status_code == 403
    page = officer.get(change(mine))
    row = {"speakers-TOTAL_FORMS": 1, "speakers-0-position": 0, "speakers-0-name": "Pembicara contoh"}
    row |= {"speakers-0-role": "speaker", "speakers-0-organization": other.pk}
    assert officer.post(change(mine), form_data(page, **row)).status_code == 302
    assert mine.speakers.get().organization == other
    for role in (CLERK, FIELD_OFFICER):
        desk = signed_in(make_officer(role))
        assert desk.get(change(mine)).status_code == 200
        assert desk.post(change(mine), form_data(page)).status_code == 403
