"""Pages of a long list: numbered, with a count that stops counting where nobody reads on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

PAGE_SIZE = 20
# Beyond this a list is narrowed, not read; counting further would cost more the longer the table grows.
COUNT_CAP = 1000


@dataclass(frozen=True)
class ListPage:
    """One page of a list; ``count`` is exact unless ``is_count_capped``."""

    rows: Sequence[Any]
    number: int
    page_count: int
    count: int
    is_count_capped: bool
    query_without_page: str

    @property
    def has_other_pages(self) -> bool:
        return self.page_count > 1

    @property
    def has_previous(self) -> bool:
        return self.number > 1

    @property
    def has_next(self) -> bool:
        return self.number < self.page_count

    @property
    def previous_page_number(self) -> int:
        return self.number - 1

    @property
    def next_page_number(self) -> int:
        return self.number + 1


def list_page(request: HttpRequest, rows: QuerySet[Any], *, size: int = PAGE_SIZE) -> ListPage:
    """The page that ``?hal=`` asks for; 404 for one that does not exist."""
    return page_of(request, rows, *counted(rows), size=size)


def page_of(
    request: HttpRequest,
    rows: QuerySet[Any] | Sequence[Any],
    count: int,
    is_capped: bool,
    *,
    size: int = PAGE_SIZE,
) -> ListPage:
    """The same of rows that somebody has counted already."""
    asked = request.GET.get("hal", "1")
    if not (asked.isascii() and asked.isdecimal() and len(asked) <= 4):
        raise Http404(_("This page number does not exist."))
    number = int(asked)
    page_count = max(1, -(-count // size))
    if not 1 <= number <= page_count:
        raise Http404(_("This page number does not exist."))
    query = urlencode([(name, value) for name, value in request.GET.items() if name != "hal" and value])
    return ListPage(
        rows=list(rows[(number - 1) * size : number * size]),
        number=number,
        page_count=page_count,
        count=count,
        is_count_capped=is_capped,
        query_without_page=query,
    )


def counted(rows: QuerySet[Any]) -> tuple[int, bool]:
    """How many rows there are, and whether counting stopped early; a search has counted its hits already."""
    hits = getattr(rows, "hits", None)
    if hits is not None and not hits.is_narrowed:
        return hits.count, hits.is_count_capped
    count = rows.order_by()[: COUNT_CAP + 1].count()
    return min(count, COUNT_CAP), count > COUNT_CAP or (hits is not None and hits.is_count_capped)
