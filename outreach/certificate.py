"""Certificates of attendance as PDF: one page for each person, signed by hand where the office wants that.

The name is what somebody asks to be called or types for this one sheet; it is drawn and kept nowhere.
"""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import typst
from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from outreach.models.event import Event
from portal.shared.templatetags.indonesia import clock
from services.lettering import FONT_DIR, drawable, palette, shortened

TEMPLATE: Final = Path(__file__).resolve().parent / "typst" / "certificate.typ"
LONGEST_NAME: Final = 80
# What is typeset within about a second; more people get further files.
MOST_PAGES: Final = 100


@dataclass(frozen=True)
class Paper:
    """What stands on every certificate of one event, in one language."""

    portal_name: str
    theme: str
    title: str
    when: str
    where: str
    unit: str
    address: str
    is_example: bool
    language: str


def parts_of(people: int) -> list[tuple[int, int]]:
    """The files in which the certificates of a full hall come: (1, 100), (101, 200) …"""
    return [(first, min(first + MOST_PAGES - 1, people)) for first in range(1, people + 1, MOST_PAGES)]


def of_event(event: Event, portal: Any, *, language: str = "id") -> Paper:
    with translation.override(language):
        starts, ends = timezone.localtime(event.starts_at), timezone.localtime(event.ends_at)
        first = date_format(starts, "l, j F Y")
        last = "" if starts.date() == ends.date() else date_format(ends, "l, j F Y")
        when = f"{first} – {last}" if last else f"{first}, {clock(starts)}–{clock(ends)}"
        return Paper(
            portal_name=portal.name,
            theme=portal.theme,
            title=event.label,
            when=when,
            where=event.place,
            unit=str(event.unit),
            address=settings.SITE_URL.partition("//")[2] + reverse("outreach:event", args=[event.slug]),
            is_example=event.is_example,
            language=language,
        )


def render(paper: Paper, names: list[str], made_at: datetime) -> bytes:
    """One page for each name, with a line to write on for an empty one; the same words give the same bytes."""
    with translation.override(paper.language):
        data = {
            **{name: drawable(str(words)) for name, words in asdict(paper).items()},
            "is_example": paper.is_example,
            "portal_name": shortened(drawable(paper.portal_name), 90),
            "title": shortened(drawable(paper.title), 160),
            "where": shortened(drawable(paper.where), 140),
            "unit": shortened(drawable(paper.unit), 70),
            "document_title": f"{_('Certificate of attendance')}: {shortened(drawable(paper.title), 120)}",
            "names": [shortened(drawable(name), LONGEST_NAME) for name in names[:MOST_PAGES]],
            "colours": asdict(palette(paper.theme)),
            "words": {
                "title": _("Certificate of attendance"),
                "given_to": _("given to"),
                "took_part": _("for taking part in"),
                "signed": _("Name and signature of the officer"),
                "example": _("Example, not confirmed yet"),
                "made": _("Made from the attendance list on %(day)s.")
                % {"day": date_format(timezone.localtime(made_at), "j F Y")},
            },
        }
    return typeset(json.dumps(data, ensure_ascii=False, sort_keys=True))


# The last few, so that whoever opens the sheet once more does not wait; names leave memory with the process.
@lru_cache(maxsize=8)
def typeset(data: str) -> bytes:
    # PDF/UA refuses letters no font here can draw; such a sheet is tagged all the same.
    try:
        return compiled(data, pdf_standards=["ua-1"])
    except typst.TypstError:
        return compiled(data)


def compiled(data: str, **options: Any) -> bytes:
    result: object = typst.compile(
        str(TEMPLATE),
        root=str(TEMPLATE.parent),
        font_paths=[str(FONT_DIR)],
        ignore_system_fonts=True,
        sys_inputs={"data": data},
        **options,
    )
    assert isinstance(result, bytes)
    return result
