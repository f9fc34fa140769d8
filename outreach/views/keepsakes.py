"""Photos and papers of activities, to everybody who may see them."""

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from outreach import uploads
from outreach.models import Event, EventDocument, EventPhoto
from portal.shared import durable, small_pictures
from portal.shared.public_pages import PublicRequest, public_page


@require_safe
@public_page(max_age=3600, saves_data=True)
def event_photo(request: PublicRequest, name: str, kind: str) -> HttpResponse:
    """A photo of an activity with a page, small; drawn when it is first asked for and kept from then on."""
    file = f"{uploads.PHOTOS}/{name}.jpg"
    if not EventPhoto.objects.filter(file=file, event__in=Event.objects.public()).exists():
        raise Http404(_("This photo is not public."))
    try:
        content = small_pictures.read(file, kind, is_saving=request.is_saving)
    except (FileNotFoundError, ValidationError) as missing:
        raise Http404(_("This photo is not public.")) from missing
    return HttpResponse(content, content_type=small_pictures.MEDIA_TYPES[kind])


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
