"""Photos as pictures: small, drawn anew, to whoever may see them and to nobody else."""

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from feedback import pictures
from feedback.models import Photo
from portal.shared import small_pictures
from portal.shared.public_pages import SAVE_DATA, PublicRequest, public_page


@require_safe
@public_page(saves_data=True)
def released_photo(request: PublicRequest, name: str, kind: str) -> HttpResponse:
    """A released photo of a released case; its address is random and changes when something is covered."""
    photo = Photo.objects.released().filter(file=f"{pictures.FOLDER}/{name}.jpg").first()
    if photo is None:
        raise Http404(_("This photo is not public."))
    try:
        content = small_pictures.read(photo.name, kind, is_saving=request.is_saving)
    except (FileNotFoundError, ValidationError) as missing:
        raise Http404(_("This photo is not public.")) from missing
    return HttpResponse(content, content_type=small_pictures.MEDIA_TYPES[kind])


def for_one_person(request: HttpRequest, photo: Photo | None) -> HttpResponse:
    """Small, for a phone, in the lighter kind where it reads that; kept by nobody on the way."""
    if photo is None:
        raise Http404(_("This photo is not public."))
    kind = "webp" if "image/webp" in request.headers.get("Accept", "") else "jpeg"
    is_saving = request.META.get(SAVE_DATA, "").strip().lower() == "on"
    try:
        content = pictures.small(photo.name, kind.upper(), is_saving=is_saving)
        return HttpResponse(content, content_type=f"image/{kind}", headers={"Vary": "Accept, Save-Data"})
    except ValidationError as gone:
        raise Http404(_("This photo is not public.")) from gone
