"""A complaint heard at a door without signal: its slip is its receipt, its photo is never thrown away."""

from io import BytesIO
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.utils import timezone

from feedback.models import Contact, Photo, Submission
from outreach.models import RoundArea, Visit
from portal.accounts.roles import AUDITOR, COORDINATOR, UNIT_OFFICER
from portal.field import settling
from portal.field.models import HeldItem, HeldPhoto
from portal.shared import durable, receipt
from portal.shared.history import changes_of
from tests.desk import make_officer, signed_in
from tests.field_world import Phone, at_door, current_round, item, take_along, walker
from tests.photo_files import saved
from tests.rounds import first_area

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer() -> Any:
    return walker("siti")


@pytest.fixture
def rt(officer: Any) -> RoundArea:
    return first_area(current_round(officer))


@pytest.fixture
def phone(officer: Any, rt: RoundArea) -> Phone:
    return take_along(officer)


def full(name: str, content: bytes) -> str:
    raise durable.StorageTrouble("full")


def test_a_slip_read_out_at_the_door_is_the_receipt(
    phone: Phone, rt: RoundArea, monkeypatch: pytest.MonkeyPatch
) -> None:
    slip = phone.taken["slips"][0]
    case = item(
        "case", area=rt.pk, story="Selokan mampet", wish="whatsapp", phone="081234567890", name="Rini", **slip
    )
    photos = {f"photo:{case['client_id']}:{n}": BytesIO(saved("JPEG")) for n in range(2)}
    photos |= {f"photo:{case['client_id']}:2": BytesIO(b"bukan foto")}
    (told,) = phone.send(case, **photos)
    assert (told["result"], told["case"], "photo" in told["words"]) == ("done", slip["number"], True)
    made = Submission.objects.get(number=slip["number"])
    assert receipt.is_same(made.secret_hash, receipt.secret_hash(slip["secret"]))
    assert (made.channel, made.rt, made.rw, made.entered_by) == ("visit", "01", "03", phone.officer)
    assert (Photo.objects.filter(submission=made).count(), Contact.objects.get().phone[-4:]) == (2, "7890")
    # A storage that is full takes in nothing without its photo, which the phone still has.
    with_photo = item("case", area=rt.pk, story="Jembatan retak", **phone.taken["slips"][2])
    photo = {f"photo:{with_photo['client_id']}:0": BytesIO(saved("JPEG"))}
    monkeypatch.setattr("feedback.pictures.durable.store", full)
    assert phone.post([with_photo], **photo).status_code == 503
    assert not Submission.objects.filter(story="Jembatan retak").exists()
    # What was typed wrong stays on the phone; a key or number that is not of this phone tells nobody anything.
    empty = item("case", area=rt.pk, story="", **phone.taken["slips"][1])
    stolen = case | {"number": phone.taken["slips"][1]["number"]}
    assert [one["result"] for one in phone.send(empty, stolen)] == ["refused", "refused"]
    other = take_along(walker())
    assert "case" not in other.send(case)[0]
    assert Submission.objects.count() == 1
    # With the slips used up, the answer tells the secret, also when the first one was lost on the way.
    bare = item("case", area=rt.pk, story="Lampu mati", form_key=receipt.new_key())
    (first,), (again,) = phone.send(bare), phone.send(bare)
    assert (first["result"], again["result"]) == ("done", "known")
    assert first["secret"] == again["secret"] == receipt.secret_from(bare["form_key"])


def test_a_complaint_of_an_officer_who_lost_the_right_waits_whole(
    phone: Phone, rt: RoundArea, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Words, photo and receipt are kept; the desk makes the case of the slip or erases what was said."""
    slips, story = phone.taken["slips"], "Selokan mampet contoh"
    visit = at_door(rt)
    told = {"wish": "phone", "phone": "081234567890", "visit_client": visit["client_id"]}
    case = item("case", area=rt.pk, story=story, **told, **slips[0])
    photo = {f"photo:{case['client_id']}:0": BytesIO(saved("JPEG"))}
    unkind = item("case", area=rt.pk, story="Kata orang lain", **slips[1])
    staff = item("case", area=rt.pk, story="Petugas minta uang", is_about_staff=True, **slips[2])
    bare = item("case", area=rt.pk, story="Lampu mati", form_key=receipt.new_key())
    for group in phone.officer.groups.all():
        group.permissions.remove(Permission.objects.get(codename="add_submission"))
    assert phone.one(visit) == "done"
    for _again in range(2):
        assert phone.one(case, **photo) == "held"
    first, last = phone.send(unkind, staff, bare)[::2]
    assert (first["case"], "secret" in first) == (slips[1]["number"], False)
    assert (last["result"], last["secret"]) == ("held", receipt.secret_from(bare["form_key"]))
    assert (Submission.objects.count(), HeldItem.objects.count(), HeldPhoto.objects.count()) == (0, 4, 1)
    held, second, about_staff, _fourth = HeldItem.objects.order_by("pk")
    assert case["form_key"] not in str(held.payload)
    # Whoever wrote it neither takes it back nor words it anew; a number once told stays, also next month.
    takes_back = item("undo", target=case["client_id"])
    rewords = item("correction", target=case["client_id"], outcome="empty", columns={"story": "Tidak ada"})
    assert [one["result"] for one in phone.send(takes_back, rewords)] == ["held", "held"]
    assert HeldItem.objects.get(pk=held.pk).payload == held.payload
    HeldItem.objects.filter(kind__in=("undo", "correction")).delete()
    with monkeypatch.context() as later:
        later.setattr("portal.field.cases.receipt.number_from", lambda *key_and_day: "2701-OTHER")
        assert phone.send(bare)[0]["case"] == last["case"]
    # Whoever decides reads the words, whoever only looks on does not; staff of the unit see nothing of themselves.
    own, coordinator = make_officer(UNIT_OFFICER, rt.round.unit), make_officer(COORDINATOR)
    pages = [signed_in(one).get(held.desk_url) for one in (own, coordinator, make_officer(AUDITOR))]
    assert [story in page.content.decode() for page in pages] == [True, True, False]
    assert "4567" not in pages[1].content.decode()
    assert list(HeldItem.objects.visible_to(own).filter(pk=about_staff.pk)) == []
    assert "uang" not in signed_in(coordinator).get(about_staff.desk_url).content.decode()
    with pytest.raises(ValidationError):
        settling.set_aside(about_staff, by=coordinator, at=timezone.now(), reason="Bukan")

    assert signed_in(own).post(f"{held.desk_url.replace('change/', 'verb/accept/')}", {}).status_code == 302
    settling.set_aside(second, by=coordinator, at=timezone.now(), reason="Salah catat")
    made = Submission.objects.get(number=slips[0]["number"])
    assert receipt.is_same(made.secret_hash, receipt.secret_hash(slips[0]["secret"]))
    assert (made.story, made.rt, made.entered_by, made.received_at) == (
        *(story, "01", phone.officer),
        held.received_at,
    )
    assert (Photo.objects.get().submission, Contact.objects.get().phone[-4:]) == (made, "7890")
    assert Visit.objects.get().raised == 1
    for one in (held, second):
        one.refresh_from_db()
        assert (one.payload, one.photos.count()) == ({}, 0)
        assert story not in str([(change.before, change.after) for change in changes_of(one)])
    # Sent once more by a phone that heard no answer.
    for group in phone.officer.groups.all():
        group.permissions.add(Permission.objects.get(codename="add_submission"))
    again = phone.send(case, unkind)
    assert [one["result"] for one in again] == ["known", "held"]
    assert "Salah catat" in again[1]["words"]
    assert Submission.objects.count() == 1
