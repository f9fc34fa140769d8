"""Lists of the desk on a phone, where each row is a card and the headings of the columns are not seen."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from django import template
from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst

register = template.Library()
CELL: Final = "<td "


@register.filter
def with_names(cells: Iterable[SafeString], headers: Iterable[dict[str, Any]]) -> Iterator[SafeString]:
    """A row's cells; those that say nothing without their heading carry it, and empty ones say that they are."""
    for cell, header in zip(cells, headers, strict=False):
        text = strip_tags(cell).strip()
        is_picture = not text and "<img" in cell
        if not cell.startswith(CELL) or "action-checkbox" in cell[:40]:
            yield cell
        elif not is_picture and text in ("", "-", "–"):
            yield mark_safe(cell.replace(CELL, "<td data-empty ", 1))
        elif is_picture or not text[0].isalpha():
            name = format_html('<td data-name="{}" ', capfirst(header["text"]))
            yield mark_safe(cell.replace(CELL, name, 1))
        else:
            yield cell
