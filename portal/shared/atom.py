"""A feed of news as programs read it (Atom, RFC 4287): entries in, one document out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from xml.etree import ElementTree

from django.http import HttpResponse
from django.utils import translation

ATOM = "http://www.w3.org/2005/Atom"


@dataclass(frozen=True)
class Entry:
    """One item; `address` is absolute and names it for ever."""

    address: str
    title: str
    author: str
    summary: str
    published_at: datetime
    updated_at: datetime


def feed(*, address: str, page: str, title: str, author: str, entries: Iterable[Entry]) -> HttpResponse:
    """The feed at an absolute address, in the active language; `page` is what people read instead."""
    kept = list(entries)
    root = ElementTree.Element("feed", {"xmlns": ATOM, "xml:lang": translation.get_language() or "id"})
    say(root, "id", address)
    say(root, "title", title)
    say(root, "updated", stamp(max((one.updated_at for one in kept), default=None)))
    say(root, "link", rel="self", href=address, type="application/atom+xml")
    say(root, "link", rel="alternate", href=page, type="text/html")
    say(say(root, "author"), "name", author)
    for one in kept:
        entry = say(root, "entry")
        say(entry, "id", one.address)
        say(entry, "title", one.title)
        say(entry, "updated", stamp(one.updated_at))
        say(entry, "published", stamp(one.published_at))
        say(entry, "link", rel="alternate", href=one.address, type="text/html")
        say(say(entry, "author"), "name", one.author)
        say(entry, "summary", one.summary)
    body = ElementTree.tostring(root, encoding="unicode")
    content = f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'
    return HttpResponse(content, content_type="application/atom+xml; charset=utf-8")


def say(parent: ElementTree.Element, tag: str, words: str = "", **attributes: str) -> ElementTree.Element:
    element = ElementTree.SubElement(parent, tag, attributes)
    element.text = clean(words) or None
    return element


def stamp(at: datetime | None) -> str:
    """As Atom writes a moment; a feed without news is as old as time."""
    return at.isoformat(timespec="seconds") if at else "1970-01-01T00:00:00+00:00"


def clean(words: str) -> str:
    """Without the control characters that no XML may hold."""
    return "".join(one for one in words if one >= " " or one in "\n\t")
