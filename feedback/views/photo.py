"""Photos as pictures: small, drawn anew, to whoever may see them and to nobody else."""

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from feedback import pictures
from feedback.models import Photo
from portal.shared import durable
from portal.shared.public_pages import public_page


@require_safe
@public_page()
def released_photo(request: HttpRequest, name: str, kind: str) -> HttpResponse:
    """A released photo of a released case; its address is random and changes when something is covered."""
    photo = Photo.objects.released().filter(file=f"{pictures.FOLDER}/{name}.jpg").first()
    if photo is None:
        raise Http404(_("This photo is not public."))
    webp, jpeg = pictures.shown_names(photo.name)
    try:
        content = durable.read(webp if kind == "webp" else jpeg)
    except FileNotFoundError as missing:
        raise Http404(_("This photo is not public.")) from missing
    return HttpResponse(content, content_type=f"image/{kind}")


def for_one_person(photo: Photo | None) -> HttpResponse:
    """Small, for a phone; kept by nobody on the way."""
    if photo is None:
        raise Http404(_("This photo is not public."))
    try:
        return HttpResponse(pictures.small(photo.name), content_type="image/jpeg")
    except ValidationError as gone:
        raise Http404(_("This photo is not public.")) from gone
