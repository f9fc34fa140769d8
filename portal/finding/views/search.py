"""The page of the one search: the same for everybody who asks the same, and without a trace of who asked."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal.finding import seeking
from portal.finding.searching import (
    FILTERS,
    Asked,
    Found,
    asked_of,
    cards,
    filter_chips,
    kind_chips,
    near,
    search,
)
from portal.shared.paging import page_of
from portal.shared.public_pages import public_page
from services.facets import facets

IN_VAIN = "found_nothing_for"
View = Callable[..., Any]


def noting_what_is_missing(view: View) -> View:
    """Counts the words of a question that found nothing, after the page was made and without changing a byte of it.

    Outside of the public view, which only reads and may read a copy of the database. A page taken from the store is
    not made and not counted, so that pressing a key again and again is one question.
    """

    @wraps(view)
    def counting(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        response = view(request, *args, **kwargs)
        if text := getattr(response, IN_VAIN, ""):
            seeking.note(text, timezone.now())
        return response

    return counting


@require_safe
@noting_what_is_missing
@public_page(*FILTERS)
def search_page(request: HttpRequest) -> HttpResponse:
    """Documents of all kinds for the words asked, best first; filters stay when the words change."""
    asked, at = asked_of(request), timezone.now()
    context: dict[str, Any] = {"asked": asked, "chips": filter_chips(asked, facets())}
    if not asked.q:
        return render(request, "finding/search.html", context)
    found = search(asked, at)
    page = page_of(request, found.shown.found, found.count, found.is_count_capped)
    context |= {
        "found": found,
        "page_obj": page,
        "kinds": kind_chips(found),
        "cards": cards([(hit.kind, hit.pk) for hit in page.rows], at),
        "near": [] if found.count or asked.filters else near(asked.q, at),
    }
    response = render(request, "finding/search.html", context)
    if is_missing(asked, found):
        setattr(response, IN_VAIN, asked.q)
    return response


def is_missing(asked: Asked, found: Found) -> bool:
    """Whether the portal has nothing at all for these words, not only nothing behind the filters chosen."""
    return not found.count and not asked.filters
