"""Bringing back what history remembers: exactly, asked first, undoable itself, never more than it says."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.messages import get_messages
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from portal.shared.history import Change, changes_of, recorded
from portal.shared.restoring import restore
from services.models import Audience, Channel, Location, Service
from tests.builders import (
    make_audience,
    make_category,
    make_hours,
    make_location,
    make_organization,
    make_public_work,
    make_service,
    make_synonym,
    make_user,
)
from tests.desk import address, make_editor, make_officer, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor() -> User:
    return make_user("rini", is_superuser=True, first_name="Rini", last_name="Editor")


@pytest.fixture
def desk(editor: User) -> Client:
    return signed_in(editor)


def change(row: Any, **values: Any) -> Change:
    """Changes the row as an editor would; the newest line of its history."""
    with recorded(row, verb="change", by="tests"):
        for name, value in values.items():
            setattr(row, name, value)
        row.save()
    return newest(row)


def newest(row: Any) -> Change:
    found = changes_of(row).order_by("-pk").first()
    assert found is not None
    return found


def first(row: Any) -> Change:
    found = changes_of(row).order_by("pk").first()
    assert found is not None
    return found


def page(pk: int) -> str:
    return reverse("admin:shared_change_restore", args=[pk])


def said(answer: Any) -> str:
    return " ".join(str(message) for message in get_messages(answer.wsgi_request))


def test_every_field_comes_back_and_the_way_forward_stays(desk: Client, editor: User) -> None:
    old, new = make_category("Lama"), make_category("Baru")
    service = make_service(category=old, fee_amount=Decimal(5000), staff_count=0)
    as_it_was = newest(service)
    change(service, category=new, fee_amount=None, staff_count=None, decree_date=date(2026, 3, 27))
    as_changed = newest(service)
    change(service, fee_note="Lihat perda")

    asked = desk.get(page(as_it_was.pk))
    assert "Lama" in asked.content.decode()
    assert Service.objects.get(pk=service.pk).category == new  # looking changes nothing
    assert desk.post(page(as_it_was.pk)).status_code == 302
    restored = Service.objects.get(pk=service.pk)
    assert (restored.category, restored.fee_amount, restored.staff_count) == (old, Decimal(5000), 0)
    assert (restored.decree_date, restored.fee_note) == (None, "")
    line = newest(service)
    assert (line.verb, line.by) == ("restore", editor)
    assert line.reason

    desk.post(page(as_changed.pk))
    again = Service.objects.get(pk=service.pk)
    assert (again.category, again.fee_amount, again.fee_note) == (new, None, "")


def test_rows_of_the_row_come_back_with_theirs_and_their_keys() -> None:
    lansia, warga = make_audience("Lansia"), make_audience("Warga")
    office = make_location()
    service = make_service(
        requirements=["KTP", "KK"],
        steps=["Datang"],
        channels=[{"kind": "phone", "label": "Telepon", "value": "112"}],
        counters=[office],
        audiences=[lansia, warga],
    )
    with recorded(service, verb="change", by="tests"):
        make_hours("12345", "08:00", "15:00", channel=service.channels.get())
    before = service.snapshot()
    as_it_was = newest(service)
    with recorded(service, verb="change", by="tests"):
        service.requirements.filter(text="KTP").update(text="Paspor")
        service.requirements.filter(text="KK").delete()
        service.channels.all().delete()
        service.counters.all().delete()
        service.audiences.set([])
    assert service.snapshot() != before
    restore(as_it_was, by=None)
    assert Service.objects.get(pk=service.pk).snapshot() == before
    assert Channel.objects.get(service=service).hours.count() == 1


def test_search_finds_the_row_by_its_old_words_again() -> None:
    service = make_service("Mengurus surat pindah", requirements=["Akta kelahiran"])
    as_it_was = newest(service)
    with recorded(service, verb="change", by="tests"):
        service.requirements.all().delete()
        service.name = "Mengurus sesuatu"
        service.save()
    restore(as_it_was, by=None)
    again = Service.objects.get(pk=service.pk)
    assert "pindah" in again.search_title
    assert "akta" in again.search_text


def test_nothing_is_published_or_confirmed_by_restoring() -> None:
    service = make_service(fee_amount=Decimal(5000))
    service.confirm(by=None)
    while_public = newest(service)
    service.withdraw(by=None, reason="Digabung")
    change(service, fee_amount=Decimal(9000))
    service.confirm(by=None)
    restore(while_public, by=None)
    again = Service.objects.get(pk=service.pk)
    assert again.fee_amount == 5000
    assert (again.status, again.withdrawn_reason) == ("withdrawn", "Digabung")
    assert again.checked_on is None


def test_a_deleted_row_comes_back_as_a_draft_with_its_history(desk: Client) -> None:
    service = make_service(requirements=["KTP"], audiences=[make_audience("Lansia")], staff_count=3)
    key = service.pk
    with recorded(service, verb="delete", by="tests"):
        service.delete()
    deletion = Change.objects.get(verb="delete")
    listed = desk.get(address(Service, "changelist"))
    assert "verb=delete&amp;noun=services.service" in listed.content.decode()
    found = desk.get(address(Change, "changelist") + "?verb=delete&noun=services.service")
    assert address(Change, "change", deletion.pk) in found.content.decode()
    told = desk.get(address(Change, "change", deletion.pk)).content.decode()
    assert page(deletion.pk) in told
    assert "KTP" in desk.get(page(deletion.pk)).content.decode()
    assert desk.post(page(deletion.pk)).status_code == 302
    again = Service.objects.get(pk=key)
    assert (again.status, again.published_at, again.staff_count) == ("draft", None, 3)
    assert [one.text for one in again.requirements.all()] == ["KTP"]
    assert [one.name for one in again.audiences.all()] == ["Lansia"]
    assert changes_of(again).count() == 4  # made, published, deleted, brought back
    # Once is enough: now it is there, and no button says otherwise.
    assert page(deletion.pk) not in desk.get(address(Change, "change", deletion.pk)).content.decode()


@pytest.mark.parametrize("kept_before", [True, False])
def test_a_choice_that_is_gone_is_named_and_nothing_changes(kept_before: bool) -> None:
    audience = make_audience("Lansia")
    service = make_service(audiences=[audience])
    as_it_was = newest(service)
    with recorded(service, verb="change", by="tests"):
        service.audiences.clear()
    if kept_before:  # history from before keys were kept
        Change.objects.filter(pk=newest(service).pk).update(before={"audiences": ["Lansia"]})
    Audience.objects.all().delete()
    before = Service.objects.values().get(pk=service.pk)
    with pytest.raises(ValidationError, match="Lansia"):
        restore(as_it_was, by=None)
    assert Service.objects.values().get(pk=service.pk) == before
    assert newest(service).verb == "change"


def test_choices_remembered_by_name_alone_come_back() -> None:
    service = make_service(audiences=[make_audience("Lansia")])
    as_it_was = newest(service)
    with recorded(service, verb="change", by="tests"):
        service.audiences.clear()
    Change.objects.filter(pk=newest(service).pk).update(before={"audiences": ["Lansia"]})
    restore(as_it_was, by=None)
    assert [one.name for one in service.audiences.all()] == ["Lansia"]


def test_a_reference_that_is_gone_is_refused_with_a_sentence(desk: Client) -> None:
    unit, other = make_organization("Lama"), make_organization("Baru")
    place = make_location(organization=unit)
    as_it_was = newest(place)
    change(place, organization=other)
    with recorded(unit, verb="delete", by="tests"):
        unit.delete()
    answer = desk.post(page(as_it_was.pk))
    assert answer.status_code == 200
    assert said(answer)
    assert Location.objects.get(pk=place.pk).organization == other


def test_a_word_that_another_row_has_taken_is_refused() -> None:
    synonym = make_synonym("surat miskin", "sktm")
    as_it_was = newest(synonym)
    change(synonym, phrase="surat tidak mampu")
    make_synonym("surat miskin", "sktm")
    with pytest.raises(ValidationError):
        restore(as_it_was, by=None)
    synonym.refresh_from_db()
    assert synonym.phrase == "surat tidak mampu"


def test_the_newest_state_has_no_button_and_restoring_it_says_so(desk: Client) -> None:
    service = make_service()
    change(service, fee_note="Lihat perda")
    text = desk.get(address(Service, "history", service.pk)).content.decode()
    assert page(newest(service).pk) not in text
    assert page(first(service).pk) in text
    with pytest.raises(ValidationError):
        restore(newest(service), by=None)


def test_who_may_not_change_the_row_may_not_restore_it() -> None:
    service = make_service()
    as_it_was = newest(service)
    change(service, fee_note="Lihat perda")
    reader = signed_in(make_editor("view_service", "view_change"))
    assert page(as_it_was.pk) not in reader.get(address(Service, "history", service.pk)).content.decode()
    assert reader.get(page(as_it_was.pk)).status_code == 403
    assert reader.post(page(as_it_was.pk)).status_code == 403
    assert Service.objects.get(pk=service.pk).fee_note == "Lihat perda"


def test_another_units_row_is_out_of_reach() -> None:
    service = make_service()
    as_it_was = newest(service)
    change(service, fee_note="Lihat perda")
    stranger = signed_in(make_officer("unit officer", make_organization()))
    assert stranger.post(page(as_it_was.pk)).status_code == 403
    own = signed_in(make_officer("unit officer", service.organization))
    assert own.get(page(as_it_was.pk)).status_code == 200
    assert Service.objects.get(pk=service.pk).fee_note == "Lihat perda"


def test_unknown_changes_and_forgotten_kinds_are_not_found(desk: Client) -> None:
    assert desk.get(page(999_999)).status_code == 404
    work = make_public_work()
    Change.objects.filter(object_id=work.pk, noun="services.publicwork").update(noun="services.gone")
    gone = Change.objects.get(noun="services.gone")
    assert desk.get(page(gone.pk)).status_code == 404
