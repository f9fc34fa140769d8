"""What a phone kept without signal because its owner asked it to: the page to write on, sending, and the receipt."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from feedback import drafting, spam
from feedback.composing import columns_of
from feedback.drafting import Kept
from feedback.forms.from_phone import ASKED, FromPhone, PhoneForm
from feedback.intake import Told, receive
from feedback.models import Draft, Photo, Submission
from feedback.models.draft import ENOUGH_PHOTOS, MOST_PHOTOS
from outreach.channels import FROM
from portal.shared import receipt
from portal.shared.public_pages import public_page
from portal.shared.slowing import spend
from portal.shared.visitor import client_address

# A page of somebody else's cannot set it without asking us first, and we never say yes.
OURS: Final = "X-Form-Key"
# Twenty-four random bytes, as static/outbox.js and portal/shared/receipt.py write them.
KEY: Final = re.compile(r"[A-Za-z0-9_-]{32}")
# How long a phone keeps what is unsent, and what a clock that is wrong may claim.
KEPT_ON_PHONE: Final = timedelta(days=14)
# From then on the key of the form opens no receipt any more.
RECEIPT_OPENS: Final = timedelta(days=30)


@public_page()
def on_phone(request: HttpRequest) -> HttpResponse:
    """Writing without signal, and the list of what this phone keeps; the same bytes for everybody."""
    return render(request, "feedback/on_phone.html", {"form": PhoneForm()})


def asked_by_script(view: Callable[[HttpRequest, str, datetime], HttpResponse]) -> Any:
    """An address for our own script alone: it brings the key of a form in its body and gets JSON."""

    @wraps(view)
    def asked(request: HttpRequest) -> HttpResponse:
        if request.headers.get(OURS) != "yes":
            return told_why(_("This address is for the pages of this portal alone."), 403)
        key = request.POST.get("form_key", "")
        if not KEY.fullmatch(key):
            return told_why(_("This was not written on a page of this portal."), 400)
        return view(request, key, timezone.now())

    return sensitive_post_parameters()(csrf_exempt(require_POST(asked)))


def told_why(sentence: str, status: int) -> JsonResponse:
    return JsonResponse({"problems": {"": [sentence]}}, status=status)


# Sending ----------------------------------------------------------------------------------------------------


@asked_by_script
def from_phone(request: HttpRequest, key: str, at: datetime) -> HttpResponse:
    """One case out of what the phone kept, however often it is sent; its number, or what is left to do."""
    data = drafting.typed(request.POST, [*ASKED, "website", "age", "is_about", FROM, *drafting.ABOUT])
    written_at = at - age_of(data.get("age", ""))
    known = Submission.objects.filter(form_key_hash=receipt.key_hash(key)).first()
    if known is not None:
        is_same = drafting.alike(data.get("story", "")) == drafting.alike(known.story)
        if not is_same and written_at > known.received_at:
            # Written after this form had been sent: another story, which the phone gives a form of its own.
            return told_why(_("This form has been sent before."), 409)
        return JsonResponse({"number": known.number})
    if wait := spend("phone", client_address(request), at=at):
        busy = told_why(
            _("Very many messages come from your network just now. Yours waits on the phone."), 429
        )
        busy.headers["Retry-After"] = str(int(wait.total_seconds()) + 1)
        return busy
    form = FromPhone(data, today=timezone.localdate(written_at))
    if problems := form.problems():
        return JsonResponse({"problems": problems}, status=422)
    begun = Draft.objects.alive(at).filter(key_hash=receipt.key_hash(key), submission=None).first()
    carrier = Draft.objects.create(key_hash=receipt.key_hash(receipt.new_key()), touched_at=at)
    try:
        photos = taken(request, carrier, begun, at)
        told = Told(columns(request, form, data, at), form.send.contact(), photos)
        done = receive(told, form_key=key, at=at, draft=begun)
    except ValidationError as problem:
        status = 503 if problem.code == "not_kept" else 422
        return JsonResponse({"problems": {"photos": problem.messages}}, status=status)
    finally:
        # What the case has not taken over: a photo that came twice, or of a sending that was second.
        Photo.objects.filter(draft=carrier).erase()
        carrier.delete()
    return JsonResponse({"number": done.submission.number}, status=201 if done.is_new else 200)


def age_of(written: str) -> timedelta:
    """How long ago it was written, by the phone's own count and never longer than a phone keeps anything."""
    seconds = int(written) if written.isascii() and written.isdecimal() and len(written) < 9 else 0
    return min(timedelta(seconds=seconds), KEPT_ON_PHONE)


def taken(request: HttpRequest, carrier: Draft, begun: Draft | None, at: datetime) -> tuple[int, ...]:
    """The photos that came along, then those the wizard had kept for the same form, as far as there is room."""
    uploads = request.FILES.getlist("photos")
    if len(uploads) > MOST_PHOTOS:
        raise ValidationError(ENOUGH_PHOTOS, code="enough")
    photos = [carrier.add_photo(upload, at) for upload in uploads]
    seen = {looks(photo) for photo in photos}
    if begun is not None:
        photos += [photo for photo in begun.photos.all() if looks(photo) not in seen]
    return tuple(photo.pk for photo in photos[:MOST_PHOTOS])


def looks(photo: Photo) -> tuple[int, int, int]:
    """The same picture drawn anew twice has the same."""
    return photo.width, photo.height, photo.size


def columns(request: HttpRequest, form: FromPhone, data: Any, at: datetime) -> dict[str, Any]:
    words = form.story.cleaned_data["story"]
    signs = [spam.TRAPPED] if data.get("website") else []
    signs += spam.signs_of_words(words, at) + spam.signs_of_source(request, at)
    return columns_of(
        kind=form.kind.cleaned_data["kind"],
        story=words,
        is_about_staff=bool(form.story.cleaned_data.get("is_about_staff")),
        place=form.place,
        privacy=form.send.cleaned_data["privacy"],
        about=drafting.rows_about(drafting.about_of(data)) if data.get("is_about") else {},
        heard_from=data.get(FROM),
        signs=signs,
    )


# The receipt ------------------------------------------------------------------------------------------------


@asked_by_script
def phone_receipt(request: HttpRequest, key: str, at: datetime) -> HttpResponse:
    """Where the receipt of this form is; from here on it is shown as that of every other case."""
    submission = Submission.objects.filter(
        form_key_hash=receipt.key_hash(key), received_at__gt=at - RECEIPT_OPENS
    ).first()
    if submission is None:
        return JsonResponse({"next": reverse("feedback:track")})
    unfinished = drafting.kept_of(request, at)
    if unfinished is not None and unfinished.is_begun:
        # Its key is in the one cookie there is, and must not be lost: both codes are told by the page of tracking.
        codes = f"{submission.number}.{receipt.secret_from(key)}"
        return JsonResponse({"next": f"{reverse('feedback:track')}#{codes}"})
    draft, _is_new = Draft.objects.update_or_create(
        key_hash=receipt.key_hash(key),
        defaults={"submission": submission, "data": {}, "touched_at": at},
    )
    answer = JsonResponse({"next": reverse("feedback:tell_receipt")})
    return drafting.remember_until_closed(answer, Kept(draft, key))
