"""The walk list on paper: A4 sheets with a row of boxes for every door, made to be ticked standing up."""

import io
import json
from collections.abc import Sequence
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import segno
import typst
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from outreach import visiting
from outreach.models.home_visit import Visit
from outreach.models.visit_round import RoundArea, WalkSheet
from services.lettering import FONT_DIR, drawable, palette, shortened

TEMPLATE: Final = Path(__file__).resolve().parent / "typst" / "walk_list.typ"
# What fits the sheet beside twenty doors.
MOST_TOPICS, MOST_GUIDE, MOST_HOUSES = 4, 5, 12
LETTERS: Final = "ABCD"


def render(area: RoundArea, sheets: Sequence[WalkSheet], portal: Any) -> bytes:
    """One page for each sheet; the same sheets with the same words give the same bytes."""
    with translation.override("id"):
        data = asdict(palette(portal.theme if portal else "daun"))
        content = {
            "colours": data,
            **common(area, portal),
            "sheets": [one_sheet(area, one) for one in sheets],
        }
    return typeset(json.dumps(content, ensure_ascii=False, sort_keys=True))


def common(area: RoundArea, portal: Any) -> dict[str, Any]:
    round_ = area.round
    topics = list(round_.topics.all()[:MOST_TOPICS])
    away = [text(home.house, 20) for home in visiting.not_to_visit([area]).get(area.area_id, [])]
    days = f"{date_format(round_.starts_on, 'j F')} – {date_format(round_.ends_on, 'j F Y')}"
    homes = ""
    if area.target:
        count = ngettext("about %(count)d home", "about %(count)d homes", area.target) % {
            "count": area.target
        }
        homes = f"{count} ({text(area.target_source, 60)})"
    return {
        "portal_name": text(portal.name if portal else "", 60),
        "title": text(round_.title, 90),
        "area": text(area.label, 60),
        "days": days,
        "homes": homes,
        "is_example": round_.is_example,
        "topics": [
            {"letter": letter, "words": text(topic.words, 60)}
            for letter, topic in zip(LETTERS, topics, strict=False)
        ],
        "guide": [text(line, 130) for line in round_.guide_lines[:MOST_GUIDE]],
        "pass_by": away[:MOST_HOUSES],
        "more_away": max(0, len(away) - MOST_HOUSES),
        "outcomes": [str(outcome.label) for outcome in Visit.Outcome],
        "words": {
            "list": _("Walk list"),
            "sheet": _("Sheet"),
            "line": _("No."),
            "hour": _("Hour"),
            "house": _("House, if you come back"),
            "topics": _("Talked about"),
            "material": text(round_.material_words, 30) or _("Material"),
            "raised": _("Question, complaint"),
            "guide": _("At the door"),
            "pass_by": _("Do not knock here"),
            "no_names": _("Write no names and no telephone numbers on this sheet."),
            "day": _("Day and hour"),
            "officer": _("Officer"),
            "signature": _("Signature"),
            "type_in": _("Type it in here:"),
            "example": _("Example, not confirmed yet"),
        },
    }


def one_sheet(area: RoundArea, sheet: WalkSheet) -> dict[str, Any]:
    path = reverse("outreach:type_walk_sheet", args=[area.round_id, area.pk, sheet.number])
    address = settings.SITE_URL + path
    drawing = io.BytesIO()
    code = segno.make_qr(address, error="m", boost_error=False)
    code.save(drawing, kind="svg", border=4, xmldecl=False, nl=False)
    return {
        "number": sheet.number,
        "lines": sheet.lines,
        "address": address.partition("//")[2],
        "qr": drawing.getvalue().decode(),
    }


def text(words: Any, limit: int) -> str:
    return shortened(drawable(str(words)), limit)


@lru_cache(maxsize=8)
def typeset(data: str) -> bytes:
    """As PDF; the last few stay in memory, so that whoever opens them once more does not wait."""
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
