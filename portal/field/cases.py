"""Questions and complaints heard at a door without signal: the slip read out there is the receipt of the case."""

from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import ngettext

from feedback import pictures
from feedback.forms.entry import LONGEST_KEY
from feedback.forms.from_visit import FromVisitForm
from feedback.intake import Marks, Told, receive
from feedback.models import Submission
from feedback.models.draft import MOST_PHOTOS
from feedback.views.from_visit import RIGHT, places_of
from outreach.channels import Channel
from outreach.models import RoundArea
from portal.field import held_cases
from portal.field.items import LARGEST_KEY, NOT_UNDERSTOOD, Said
from portal.field.models import HeldItem, Kind
from portal.field.sending import Later, Refuse, Sending
from portal.field.words import WHY
from portal.shared import receipt
from portal.shared.pictures import Drawn

SHORTEST_KEY: Final = 30


def take(sending: Sending, said: Said) -> dict[str, Any]:
    """The case of this slip, new or known; the answer names its number, and the secret where no slip told it.

    Of whoever may not write complaints down any more it is held, with the same receipt.
    """
    item, user = said.item, sending.user
    form_key, number = str(item.get("form_key") or ""), str(item.get("number") or "")
    if not SHORTEST_KEY <= len(form_key) <= LONGEST_KEY or not form_key.isascii():
        raise Refuse(NOT_UNDERSTOOD)
    if number and not receipt.is_number_from(form_key, number):
        raise Refuse(NOT_UNDERSTOOD)
    # Whoever got no slip has no other way to the secret when the first answer was lost.
    secret = {} if number else {"secret": receipt.secret_from(form_key)}
    if before := Submission.objects.filter(form_key_hash=receipt.key_hash(form_key)).first():
        if before.entered_by_id != user.pk:
            raise Refuse(NOT_UNDERSTOOD)
        return {"result": "known", "words": "", "case": before.number} | secret
    told_now = number or receipt.number_from(form_key, timezone.localdate(sending.now))
    # Also when the right came back meanwhile: somebody decides, or has decided.
    if answer := held_before(sending, said, told_now):
        return answer | secret
    may_write = user.has_perm(RIGHT)
    form = form_of(item, form_key, sending)
    told = Told(columns(sending, item, form), form.contact())
    photos, lost = drawn(sending, said)
    if may_write:
        answer = received(sending, said, told, form_key, number, photos)
    else:
        answer = held_now(sending, said, told, marks_of(form_key, told_now), photos)
    words = (
        ngettext(
            "%(count)d photo could not be kept. The story is safe.",
            "%(count)d photos could not be kept. The story is safe.",
            lost,
        )
        % {"count": lost}
        if lost
        else ""
    )
    return answer | {"words": " ".join(filter(None, (answer["words"], words)))} | secret


def received(
    sending: Sending, said: Said, told: Told, form_key: str, number: str, photos: list[Drawn]
) -> dict[str, Any]:
    """Taken in as the page with signal does."""
    files = kept(photos)
    with transaction.atomic():
        done = receive(told, form_key=form_key, at=sending.now, by=sending.user, number=number)
        if not done.is_new and done.submission.entered_by_id != sending.user.pk:
            raise Refuse(NOT_UNDERSTOOD)
        if done.is_new:
            held_cases.photograph(done.submission, files, sending.now)
            held_cases.count_at_visit(str(said.item.get("visit_client") or ""), sending.user)
    if not done.is_new:
        for picture in files:
            pictures.destroy(picture.name)
    return {"result": "done" if done.is_new else "known", "words": "", "case": done.submission.number}


def held_now(sending: Sending, said: Said, told: Told, marks: Marks, photos: list[Drawn]) -> dict[str, Any]:
    """For the supervisor to write down."""
    visit, area = str(said.item.get("visit_client") or ""), area_key(said.item)
    try:
        held_cases.hold(sending, said.key, told, marks, photos=photos, visit_client=visit, area=area)
    except IntegrityError:
        # The same thing, sent at the same moment.
        if answer := held_before(sending, said, marks.number):
            return answer
        raise
    return {"result": "held", "words": str(WHY[held_cases.WHY].told), "case": marks.number}


def held_before(sending: Sending, said: Said, number: str) -> dict[str, Any] | None:
    """What is said of one that is held already, with the number it was told first: another month, another number."""
    held = HeldItem.objects.filter(client_id=said.key).first()
    if held is None:
        return None
    if held.by_id != sending.user.pk or held.kind != Kind.CASE:
        raise Refuse(NOT_UNDERSTOOD)
    number = held.payload.get("marks", {}).get("number") or number
    return {"result": "held", "words": held.told, "case": number}


def marks_of(form_key: str, number: str) -> Marks:
    secret = receipt.secret_from(form_key)
    return Marks(receipt.key_hash(form_key), receipt.secret_hash(secret), number)


def form_of(item: dict[str, Any], form_key: str, sending: Sending) -> FromVisitForm:
    """The form of the page with signal, so that both ask the same."""
    names = [name for name in FromVisitForm.base_fields if name not in ("photos", "kind", "form_key")]
    data = {name: item[name] for name in names if item.get(name) is not None}
    # `kind` is what every thing of a phone is, so the kind of the case has a name of its own.
    data |= {"form_key": form_key, "kind": item.get("case_kind") or Submission.Kind.UNDECIDED.value}
    if any(isinstance(value, list | dict) for value in data.values()):
        raise Refuse(NOT_UNDERSTOOD)
    form = FromVisitForm(data, today=timezone.localdate(sending.now))
    if not form.is_valid():
        raise ValidationError([sentence for errors in form.errors.values() for sentence in errors])
    return form


def columns(sending: Sending, item: dict[str, Any], form: FromVisitForm) -> dict[str, Any]:
    pk = area_key(item)
    area = None
    if pk in sending.round_of_area:
        # Also of a round that is closed or no longer theirs: the resident's words depend on neither.
        area = RoundArea.objects.select_related("area__parent").filter(pk=pk).first()
    return form.columns() | (places_of(area.area) if area else {}) | {"heard_from": Channel.VISIT}


def area_key(item: dict[str, Any]) -> int:
    pk = item.get("area")
    return pk if type(pk) is int and 0 < pk < LARGEST_KEY else 0


def drawn(sending: Sending, said: Said) -> tuple[list[Drawn], int]:
    """The photos that came along, drawn anew, and how many cannot be kept."""
    found, lost = [], 0
    for number in range(MOST_PHOTOS):
        for upload in sending.files.get(f"photo:{said.key}:{number}", [])[:1]:
            try:
                found.append(pictures.drawn(upload))
            except ValidationError:
                lost += 1
    return found, lost


def kept(photos: list[Drawn]) -> list[pictures.Picture]:
    try:
        return [pictures.keep_drawn(one) for one in photos]
    except ValidationError as problem:
        # Our storage, not the photo: taken in without it, the phone would throw it away.
        raise Later(problem.message) from problem
