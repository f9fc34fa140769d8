"""Questions and complaints whose officer may not write them down any more: kept whole until somebody decides.

Kept are marks of the receipt read out at the door, never the key from which its secret is made. The row names neither
RT nor visit and no time but that of the sending, so that no way leads from a door to a case.
"""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from feedback import pictures
from feedback.intake import Marks, Told, enter
from feedback.models import Photo, Submission
from outreach import visiting
from outreach.models import Round, Visit
from portal.field.models import HeldItem, HeldPhoto, Kind
from portal.field.sending import Sending
from portal.shared.history import recorded
from portal.shared.pictures import Drawn

WHY = "no_right"


def hold(
    sending: Sending,
    key: Any,
    told: Told,
    marks: Marks,
    *,
    photos: Iterable[Drawn],
    visit_client: str,
    area: Any,
) -> HeldItem:
    """For the supervisor of the round; what is about staff waits where their unit does not see it."""
    round_ = Round.objects.select_related("unit").filter(pk=sending.round_of_area.get(area, 0)).first()
    about_staff = bool(told.submission["is_about_staff"])
    unit = round_.unit if round_ else sending.unit
    held = HeldItem(
        client_id=key,
        kind=Kind.CASE,
        why=WHY,
        by=sending.user,
        unit=None if about_staff else unit,
        round=None if about_staff else round_,
        said_at=sending.now,
        at=sending.now,
        received_at=sending.now,
        payload={
            "columns": told.submission,
            "contact": told.contact,
            "marks": asdict(marks),
            "visit_client": visit_client,
        },
    )
    with recorded(held, verb="hold", by=sending.user, at=sending.now, is_public=False):
        held.save()
        HeldPhoto.objects.bulk_create(
            HeldPhoto(held=held, content=one.content, width=one.width, height=one.height) for one in photos
        )
    return held


def accept(held: HeldItem, at: datetime) -> None:
    """The case its resident has the receipt of already, received when the phone brought it."""
    said = held.payload
    marks = Marks(**said["marks"])
    submission, is_new = enter(Told(said["columns"], said["contact"]), marks, at=held.received_at, by=held.by)
    if is_new:
        photos = [Drawn(bytes(one.content), one.width, one.height) for one in held.photos.all()]
        photograph(submission, [pictures.keep_drawn(one) for one in photos], at)
        count_at_visit(said["visit_client"], held.by)
    erase(held)


def erase(held: HeldItem) -> None:
    """Nothing of what a resident said stays here; the caller saves."""
    held.payload = {}
    held.photos.all().delete()


def check_set_aside(held: HeldItem) -> None:
    if is_about_staff(held):
        raise ValidationError(
            _("It is about a member of staff. Nobody sets that aside unread: write it down."), code="staff"
        )


def is_about_staff(held: HeldItem) -> bool:
    return bool(held.payload.get("columns", {}).get("is_about_staff"))


def photograph(submission: Submission, photos: Iterable[pictures.Picture], at: datetime) -> None:
    """Names the photos of a case; their files are kept already."""
    for place, picture in enumerate(photos, start=1):
        Photo.objects.create(
            submission=submission,
            file=picture.name,
            width=picture.width,
            height=picture.height,
            size=picture.size,
            place=place,
            added_at=at,
        )


def count_at_visit(key: str, by: Any) -> None:
    """Counts it at the visit it was heard at, as the page with signal does."""
    try:
        visit = Visit.objects.live().filter(client_id=key, by=by).first() if key else None
    except ValidationError:
        return
    if visit is not None:
        visiting.note_raised(visit)
