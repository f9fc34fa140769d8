"""Photos and papers of activities, to everybody who may see them."""

from contextlib import suppress

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from outreach import uploads
from outreach.models import Event, EventDocument, EventPhoto
from portal.shared import durable, pictures
from portal.shared.public_pages import public_page

KINDS = {"webp": "WEBP", "jpg": "JPEG"}


@require_safe
@public_page(max_age=3600)
def event_photo(request: HttpRequest, name: str, kind: str) -> HttpResponse:
    """A photo of an activity with a page, small; drawn when it is first asked for and kept from then on."""
    file = f"{uploads.PHOTOS}/{name}.jpg"
    if not EventPhoto.objects.filter(file=file, event__in=Event.objects.public()).exists():
        raise Http404(_("This photo is not public."))
    small = f"{uploads.PHOTOS}/{name}-800.{kind}"
    try:
        content = durable.read(small)
    except FileNotFoundError:
        content = drawn(file, small, KINDS[kind])
    return HttpResponse(content, content_type="image/webp" if kind == "webp" else "image/jpeg")


def drawn(file: str, small: str, kind: str) -> bytes:
    try:
        content: bytes = pictures.shown(durable.read(file), kind).content
    except (FileNotFoundError, ValidationError) as missing:
        raise Http404(_("This photo is not public.")) from missing
    # Where somebody else drew it at the same moment, or the disk is full, this reader has it all the same.
    with suppress(durable.StorageTrouble):
        durable.store(small, content)
    return content


@require_safe
@public_page(max_age=3600)
def event_paper(request: HttpRequest, pk: int) -> HttpResponse:
    papers = EventDocument.objects.filter(is_public=True, event__in=Event.objects.public())
    paper = get_object_or_404(papers, pk=pk)
    try:
        content = durable.read(str(paper.file.name))
    except FileNotFoundError as missing:
        raise Http404(_("The file of this paper is not there any more.")) from missing
    if not content.startswith(uploads.PDF):
        raise Http404(_("The file of this paper is not there any more."))
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{slugify(paper.title)[:60] or "berkas"}.pdf"'
    return response
