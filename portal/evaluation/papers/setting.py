"""Sets a report as tagged PDF; all of its text travels to the typesetter as data, never as markup."""

import json
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

import typst
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from portal.evaluation.papers.blocks import Block, line
from services.lettering import FONT_DIR, palette

TEMPLATES: Final = Path(__file__).resolve().parent.parent / "typst"


@dataclass(frozen=True)
class Paper:
    """A whole report in one language; `facts` stand on the cover or under the title, as label and value."""

    title: str
    subtitle: str
    portal_name: str
    theme: str
    language: str
    made_on: date
    facts: tuple[tuple[str, str], ...]
    parts: tuple[Block, ...] = field(default=())
    has_cover: bool = False
    is_example: bool = False
    # The office whose head signs; empty for a report nobody signs.
    signed_by: str = ""

    @property
    def data(self) -> dict[str, Any]:
        """What the typesetter reads; plain enough for JSON."""
        return {
            "title": line(self.title, 160),
            "subtitle": line(self.subtitle, 200),
            "portal_name": line(self.portal_name, 120),
            "language": self.language,
            "colours": asdict(palette(self.theme)),
            "made": [self.made_on.year, self.made_on.month, self.made_on.day],
            "facts": [[line(label, 60), line(value, 250)] for label, value in self.facts if value],
            "parts": list(self.parts),
            "has_cover": self.has_cover,
            "is_example": self.is_example,
            "signature": self.signature,
            "words": {
                "example": _("example"),
                "contents": _("Contents"),
                "page": _("page %(n)s of %(all)s"),
                "left_out": _("… and %(n)s more rows, see the desk"),
            },
        }

    @property
    def signature(self) -> dict[str, str] | None:
        if not self.signed_by:
            return None
        return {
            "where": "……………………, " + date_format(self.made_on, "j F Y"),
            "who": line(_("Head of %(unit)s") % {"unit": self.signed_by}, 120),
            "below": _("Name and signature"),
        }


def pdf_of(data: dict[str, Any]) -> bytes:
    """The pages; the same data always give the same bytes."""
    told = json.dumps(data, ensure_ascii=False)
    # PDF/UA refuses letters no font here can draw (Chinese, say); such a report is tagged all the same.
    try:
        return compiled(told, pdf_standards=["ua-1"])
    except typst.TypstError:
        return compiled(told)


def compiled(data: str, **options: Any) -> bytes:
    pages: object = typst.compile(
        str(TEMPLATES / "report.typ"),
        root=str(TEMPLATES),
        font_paths=[str(FONT_DIR)],
        ignore_system_fonts=True,
        sys_inputs={"data": data},
        **options,
    )
    assert isinstance(pages, bytes)
    return pages
