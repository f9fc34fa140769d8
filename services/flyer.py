"""The A5 flyer and the A4 poster of a page: one sheet, to hand over a counter or to pin to a gate.

One content serves both; what makes it of a service stands here, of an activity or a campaign in
outreach/flyers.py. The text travels to the typesetter as data (JSON), never as markup, so no character of it is
an instruction. The templates measure the page and step sizes down, then shorten texts, then lists, until all fits.
"""

import io
import json
import re
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import segno
import typst
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from services import opening
from services.lettering import FONT_DIR, drawable, palette, shortened

TEMPLATES: Final = Path(__file__).resolve().parent / "typst"
FLYER: Final = "flyer"
POSTER: Final = "poster"
PAPERS: Final = {FLYER: "a5", POSTER: "a4"}

# What could never fit a page even at the smallest size is cut before typesetting; the counts stay true.
MOST_CHARACTERS: Final = 500
MOST_ITEMS: Final = 24
TITLE_WORDS: Final = 8
# Letters of the narrowest column in its smallest size; longer words need a place to break.
LONGEST_WORD: Final = 20


@dataclass(frozen=True)
class Fact:
    """One part of the promise line: "Biaya" and "Rp25.000"; a sentence has no label."""

    label: str
    value: str


@dataclass(frozen=True)
class Need:
    """One thing to bring; the condition says for whom ("Belum 17 tahun") and is empty for everyone."""

    text: str
    condition: str = ""
    note: str = ""


@dataclass(frozen=True)
class FlyerContent:
    """Everything a flyer says, in one language. An empty text means the fact is not known and is left out."""

    portal_name: str
    title: str
    short_url: str
    url: str
    promise: tuple[Fact, ...] = ()
    needs: tuple[Need, ...] = ()
    steps: tuple[str, ...] = ()
    hours: tuple[str, ...] = ()
    address: str = ""
    phone: str = ""
    whatsapp: str = ""
    checked: str = ""
    checked_on: date | None = None
    source: str = ""
    is_confirmed: bool = False
    theme: str = "daun"
    language: str = "id"
    lists_language: str = "id"
    # Under the title; empty: what a long title says behind its bracket or colon.
    lead: str = ""
    # What the two lists are called; empty: Bring, and How.
    needs_title: str = ""
    steps_title: str = ""
    # What the code holds; empty: the address to type.
    qr_url: str = ""

    @property
    def short_address(self) -> str:
        """The address as a person types it: no scheme, no slash at the end."""
        return re.sub(r"^https?://", "", self.short_url).rstrip("/")


@lru_cache(maxsize=64)
def render(content: FlyerContent, form: str = FLYER) -> bytes:
    """One page as tagged PDF, A5 or A4 by its form; the same content always gives the same bytes, set once."""
    data = json.dumps(_typeset_data(content), ensure_ascii=False)
    # PDF/UA refuses letters no font here can draw (Chinese, say); such a flyer is tagged all the same.
    try:
        return _compiled(data, form, pdf_standards=["ua-1"])
    except typst.TypstError:
        return _compiled(data, form)


def render_png(content: FlyerContent, form: str = FLYER, *, ppi: float = 144) -> bytes:
    """The same page as a picture, for previews and for reading its QR code back."""
    data = json.dumps(_typeset_data(content), ensure_ascii=False)
    return _compiled(data, form, format="png", ppi=ppi)


def _compiled(data: str, form: str, **options: Any) -> bytes:
    result: object = typst.compile(
        str(TEMPLATES / f"{form}.typ"),
        root=str(TEMPLATES),
        font_paths=[str(FONT_DIR)],
        ignore_system_fonts=True,
        sys_inputs={"data": data},
        **options,
    )
    assert isinstance(result, bytes)  # A list of pages would mean that the fitting has failed.
    return result


def from_service(
    service: Any,
    portal: Any,
    *,
    url: str,
    short_url: str,
    at: datetime,
    language: str = "id",
    qr_url: str = "",
    headline: str = "",
) -> FlyerContent:
    """What the catalogue knows about a service, as a flyer; unknown facts stay empty."""
    with translation.override(language):
        counter = next(iter(service.counters.all()), None)
        return FlyerContent(
            portal_name=portal.name,
            theme=portal.theme,
            title=headline or _title_of(service),
            promise=_promise_of(service),
            needs=tuple(Need(row.text, row.condition, row.note) for row in service.requirements.all()),
            steps=tuple(_step_in_words(row) for row in service.steps.all()),
            hours=(
                *filter(None, [service.closing_words_at(at)]),
                *_hours_of(service, counter, timezone.localtime(at).date()),
            ),
            address=_address_of(service, counter),
            phone=_number_of("phone", service, portal),
            whatsapp=_number_of("whatsapp", service, portal),
            short_url=short_url,
            url=url,
            checked=_checked_of(service),
            checked_on=service.checked_on or service.read_on,
            source=_source_of(service),
            is_confirmed=service.is_confirmed,
            language=language,
            lead=_title_of(service) if headline else "",
            qr_url=qr_url,
        )


def _step_in_words(step: Any) -> str:
    return f"{step.title} ({step.place})" if step.place else str(step.title)


def _title_of(service: Any) -> str:
    is_long = len(service.title.split()) > TITLE_WORDS
    return service.label if is_long else service.title


def _promise_of(service: Any) -> tuple[Fact, ...]:
    """Cost and time where they are stated; otherwise the answer in one sentence."""
    facts = []
    if service.fee_amount is not None:
        facts.append(Fact(_("Cost"), service.fee_display))
    elif service.fee_note:
        # Saying nothing about a cost would read as "free".
        facts.append(Fact(_("Cost"), _("see the site")))
    if service.turnaround_value is not None:
        time = service.turnaround_display
        if service.turnaround_start == service.TurnaroundStart.FILE_COMPLETE:
            time = _("%(time)s after your papers are complete") % {"time": time}
        facts.append(Fact(_("Time it takes"), time))
    if not facts and service.answer:
        facts.append(Fact("", service.answer))
    return tuple(facts)


def _hours_of(service: Any, counter: Any, on: date) -> tuple[str, ...]:
    """The usual week at the first counter, else at its place, else what a note says."""
    if counter is None:
        return (service.hours_note,) if service.hours_note else ()
    rows = list(counter.hours.all()) or list(counter.location.hours.all())
    if week := opening.week([row.interval for row in rows], on):
        return tuple(str(line) for line in week)
    return (service.hours_note or _("Opening hours are not confirmed yet"),)


def _address_of(service: Any, counter: Any) -> str:
    if counter is None:
        return service.place_display
    return ", ".join(filter(None, (str(counter), counter.location.address)))


def _number_of(kind: str, service: Any, portal: Any) -> str:
    """Phone or WhatsApp: the service's own channel, else its organization's, else the portal's."""
    own = (channel.value for channel in service.channels.all() if channel.kind == kind)
    return next(own, "") or getattr(service.organization, kind) or getattr(portal, kind)


def _checked_of(service: Any) -> str:
    if service.is_confirmed:
        return _("Checked on %(date)s.") % {"date": date_format(service.checked_on, "j F Y")}
    if service.read_on:
        return _("Source read on %(date)s.") % {"date": date_format(service.read_on, "j F Y")}
    return ""


def _source_of(service: Any) -> str:
    """The source as a sentence, shown while the unit has not vouched for the facts itself."""
    if service.is_confirmed or not service.source:
        return ""
    year = f" ({service.source_year})" if service.source_year else ""
    return _("Source: %(source)s") % {"source": shortened(service.source, 120) + year}


def _typeset_data(content: FlyerContent) -> dict[str, Any]:
    with translation.override(content.language):
        words = _words(content)
    title, subtitle = _title_parts(drawable(content.title))
    return {
        "language": content.language,
        "lists_language": content.lists_language,
        "author": shortened(drawable(content.portal_name), 120),
        "document_title": shortened(drawable(content.title), 200),
        "date": content.checked_on and list(content.checked_on.timetuple()[:3]),
        "colours": asdict(palette(content.theme)),
        "words": words,
        "portal_name": _text(content.portal_name, 90),
        "title": _text(title, 160),
        "subtitle": _text(content.lead or subtitle, 250),
        "promise": [
            {"label": _text(fact.label, 40), "value": _text(fact.value, 140)} for fact in content.promise[:3]
        ],
        "needs": [
            {"condition": _text(need.condition), "text": _text(need.text), "note": _text(need.note, 90)}
            for need in _case_by_case(content.needs)[:MOST_ITEMS]
        ],
        "steps": [_text(step) for step in content.steps[:MOST_ITEMS]],
        "hours": [_text(line, 80) for line in content.hours[:3]],
        "address": _text(content.address, 140),
        "phone": _text(content.phone, 30),
        "whatsapp": _text(content.whatsapp, 30),
        "short_address": content.short_address,
        "url": content.url,
        "qr": _qr_drawing(content.qr_url or content.short_url, palette(content.theme).deep),
        "checked": _text(content.checked, 100),
        "source": _text(content.source, 150),
        "is_confirmed": content.is_confirmed,
        # Boxes are for ticking off what to bring.
        "has_boxes": not content.needs_title,
    }


def _words(content: FlyerContent) -> dict[str, Any]:
    """The flyer's own words in the active language."""
    return {
        "bring": content.needs_title or _("Bring"),
        "how": content.steps_title or _("How"),
        "not_stated": _("Not stated yet. Ask the officer first."),
        "more_needs": _sentences_for_the_rest(len(content.needs)),
        "more_steps": _sentences_for_the_rest(len(content.steps)),
        "example": _("Example, not confirmed yet"),
        "phone": _("Phone:"),
        "whatsapp": _("Ask by WhatsApp:"),
        "scan": _("Scan or type:"),
        "qr": _("QR code of %(address)s") % {"address": content.short_address},
    }


def _sentences_for_the_rest(total: int) -> list[str]:
    """What follows a list cut after 0, 1, 2 … items: how many more there are, or nothing."""
    return [
        ngettext("… and %(count)d more, see the site", "… and %(count)d more, see the site", total - shown)
        % {"count": total - shown}
        if shown < total
        else ""
        for shown in range(MOST_ITEMS + 1)
    ]


def _case_by_case(needs: tuple[Need, ...]) -> list[Need]:
    """What everyone brings first, then each case together, otherwise in the editor's order."""
    order = {
        condition: place for place, condition in enumerate(dict.fromkeys(need.condition for need in needs))
    }
    return sorted(needs, key=lambda need: (need.condition != "", order[need.condition]))


def _title_parts(title: str) -> tuple[str, str]:
    """A long name in two sizes: what stands before its bracket or colon, and the rest below it."""
    if len(title.split()) <= TITLE_WORDS:
        return title, ""
    if match := re.fullmatch(r"([^(:]{3,60}?)\s*(?:\((.+)\)|:\s*(.+))", title):
        rest = match[2] or match[3]
        return match[1], rest[0].upper() + rest[1:]
    return title, ""


def _text(text: str, limit: int = MOST_CHARACTERS) -> str:
    """Drawable, bounded, and breakable inside words no column can hold."""
    return " ".join(_breakable(word) for word in shortened(drawable(text), limit).split(" "))


def _breakable(word: str) -> str:
    if len(word) <= LONGEST_WORD:
        return word
    word = re.sub(r"([/._@&=?-])(?=.)", "\\1\u200b", word)
    return re.sub(rf"([^\u200b]{{{LONGEST_WORD - 6}}})(?=[^\u200b]{{6}})", "\\1\u200b", word)


def _qr_drawing(address: str, colour: str) -> dict[str, Any]:
    """The code as SVG with its quiet zone (error level M, dark on white), and its own width in modules."""
    code = segno.make_qr(address, error="m", boost_error=False)
    drawing = io.BytesIO()
    code.save(drawing, kind="svg", border=4, dark=colour, light="#ffffff", xmldecl=False, nl=False)
    return {"svg": drawing.getvalue().decode(), "modules": code.symbol_size(border=0)[0]}
