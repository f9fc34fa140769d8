"""The data sets in pages, for programs: version 1, whose names and kinds stay as long as its address."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.hsds.views import Refused, answer, number
from portal.open_data.dictionary import address_of, page_of
from portal.open_data.files import about_portal
from portal.open_data.licence import licence
from portal.open_data.shelf import DATASETS, EXTENSIONS
from portal.shared.public_pages import public_page

VERSION = "1"
PER_PAGE, MOST_PER_PAGE, DEEPEST_PAGE = 100, 1000, 100_000

Thing = dict[str, Any]


def asked(view: Callable[..., Thing]) -> Callable[..., HttpResponse]:
    """Answers in JSON, refusals too."""

    def answered(request: HttpRequest, **arguments: Any) -> HttpResponse:
        try:
            return answer(view(request, **arguments))
        except Refused as refusal:
            return answer({"error": str(refusal)}, refusal.status)

    answered.__module__, answered.__qualname__ = view.__module__, view.__qualname__
    answered.__name__ = view.__name__
    return answered


@require_safe
@public_page()
@asked
def index(request: HttpRequest) -> Thing:
    """What there is to ask."""
    listed = [
        {
            "name": one.name,
            "title": str(one.title),
            "description": str(one.about),
            "url": settings.SITE_URL + reverse("data_v1_rows", args=[one.name]),
            "page": page_of(one),
            "files": [address_of(one, extension) for extension in EXTENSIONS],
            "dictionary": f"{address_of(one, 'csv')}-metadata.json",
        }
        for one in DATASETS.values()
    ]
    about = about_portal() | {"licence_url": licence().url, "version": VERSION}
    return about | {"openapi": settings.SITE_URL + reverse("data_openapi"), "datasets": listed}


@require_safe
@public_page("page", "per_page")
@asked
def rows(request: HttpRequest, name: str) -> Thing:
    """One page of a data set, in its lasting order."""
    dataset = DATASETS.get(name)
    if dataset is None:
        raise Refused(_("There is no data set with this name."), 404)
    at = timezone.now()
    size = number(request, "per_page", PER_PAGE, MOST_PER_PAGE)
    current = number(request, "page", 1, DEEPEST_PAGE)
    total = dataset.count(at)
    pages = max(1, -(-total // size))
    if current > pages:
        raise Refused(_("There are only %(pages)s pages.") % {"pages": pages}, 404)
    own = settings.SITE_URL + reverse("data_v1_rows", args=[name])

    def turned_to(page: int) -> str | None:
        return f"{own}?{urlencode({'page': page, 'per_page': size})}" if 1 <= page <= pages else None

    return {
        "dataset": name,
        "version": VERSION,
        "licence": licence().code,
        "total_items": total,
        "total_pages": pages,
        "page_number": current,
        "per_page": size,
        "previous": turned_to(current - 1),
        "next": turned_to(current + 1),
        "rows": dataset.part(at, (current - 1) * size, current * size),
    }
