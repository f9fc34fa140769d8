"""The worker's script: what it keeps, under which version, and its sources in one file."""

import hashlib
import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation

SOURCES = ("outbox.js", "sw.js", "push-worker.js")
# First the page for when nothing else is there; with Save-Data it alone is fetched unasked.
PAGES = ("offline", "services:emergency", "home", "feedback:on_phone")
OFFICERS = "petugas/lapangan/"
# A change of these is a change of what was kept, and so a new version.
MADE_FROM = ("base.html", "includes", "web_app", "field", "feedback/on_phone.html", "services/emergency.html")
# In place of everything above when the office switches the worker off.
ENDING = "sw-end.js"


def script() -> str:
    """Read anew after every start of the portal; nothing of it changes before the next."""
    return whole(settings.SERVICE_WORKER)


@cache
def whole(is_on: bool) -> str:
    folder = settings.BASE_DIR / "static"
    if not is_on:
        return text_of(folder / ENDING)
    parts = [text_of(folder / name) for name in SOURCES if (folder / name).exists()]
    shell = kept_from_the_start()
    shell = {"version": version(shell, parts), **shell}
    return "\n".join([f"const SHELL = {json.dumps(shell, separators=(',', ':'))};", *parts])


def kept_from_the_start() -> dict[str, Any]:
    pages = {language: addresses(language) for language, _name in settings.LANGUAGES}
    officers = {language: reverse_in(language, "home") + OFFICERS for language in pages}
    lasting = [address for one in pages.values() for address in one] + list(officers.values())
    return {"pages": pages, "officers": officers, "lasting": lasting}


def addresses(language: str) -> list[str]:
    return [reverse_in(language, name) for name in PAGES]


def reverse_in(language: str, name: str) -> str:
    with translation.override(language):
        return reverse(name)


def files() -> list[str]:
    """What pages of residents and the officers' shell load, by the name that tells its content."""
    folder = settings.BASE_DIR / "static"
    found = (one.name for one in folder.iterdir() if one.suffix in {".css", ".js", ".svg"})
    return sorted(
        static(name) for name in found if name not in {"admin.css", "desk.css", *SOURCES[1:], ENDING}
    )


def version(shell: dict[str, Any], parts: Iterable[str]) -> str:
    seen = hashlib.blake2b(digest_size=8)
    for part in (json.dumps(shell), *files(), *parts, *templates(), *loose_files()):
        seen.update(part.encode() + b"\0")
    return seen.hexdigest()


def templates() -> Iterable[str]:
    folder = settings.BASE_DIR / "templates"
    for name in MADE_FROM:
        one = folder / name
        for path in sorted(one.rglob("*.html")) if one.is_dir() else [one]:
            yield path.read_text(encoding="utf-8") if path.exists() else ""


def loose_files() -> Iterable[str]:
    """Where names do not tell the content, the content itself."""
    for name in ("site.css", "app.js", "outbox.js"):
        yield text_of(settings.BASE_DIR / "static" / name)


def text_of(path: Path) -> str:
    """Without the comments and the spaces only people need."""
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))
