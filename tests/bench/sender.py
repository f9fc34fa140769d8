"""One resident with a bad line who tells one story after another and gives up on none."""

import io
import random
import re
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image

from tests.bench.browser import Browser, Form, Page

LETTER = "[0-9A-HJKMNP-TV-Z]"
NUMBER = re.compile(rf"\b\d{{4}}-{LETTER}{{6}}-{LETTER}\b")
SECRET = re.compile(rf"\b{LETTER}{{4}}-{LETTER}{{4}}-{LETTER}{{4}}-{LETTER}\b")
BEGINNING = "/suara/"
STEPS, TRIES = 60, 400
PAUSE = 0.15  # seconds before the button is pressed again


class GivenUp(Exception):
    """The form led nowhere."""


@dataclass(frozen=True)
class Acknowledged:
    """A receipt somebody has read, the word of their story, and how many photos a page had taken."""

    number: str
    secret: str
    word: str
    photos: int

    def as_list(self) -> list[Any]:
        return [self.number, self.secret, self.word, self.photos]


def picture(number: int) -> bytes:
    """A photo of this sender's own, with a note a phone would write."""
    out = io.BytesIO()
    notes = Image.Exif()
    notes[0x010F] = "Ponsel contoh"
    Image.effect_noise((640, 480), 40 + number).convert("RGB").save(out, "JPEG", exif=notes)
    return out.getvalue()


@dataclass
class Sender:
    """Walks the form from the first page to the receipt, again and again."""

    path: Path
    number: int
    acknowledged: list[Acknowledged] = field(default_factory=list)
    cut: int = 0
    odd: Counter[int] = field(default_factory=Counter)
    trouble: list[str] = field(default_factory=list)

    def tell_until(self, ended: threading.Event) -> None:
        photo = picture(self.number)
        count = 0
        while not ended.is_set():
            count += 1
            word = f"kata-{self.number}-{count}-{random.getrandbits(40):x}"
            try:
                self.acknowledged.append(self.tell(word, photo))
            except GivenUp as trouble:
                self.trouble.append(str(trouble))

    def tell(self, word: str, photo: bytes) -> Acknowledged:
        browser = Browser(self.path)
        page = self.open(browser, BEGINNING)
        photos = 0
        for _ in range(STEPS):
            number, secret = NUMBER.search(plain(page.text)), SECRET.search(plain(page.text))
            if number and secret:
                return Acknowledged(number[0], secret[0], word, photos)
            form = next((one for one in page.forms() if "stamp" in one.values), None)
            if form is None:
                page = self.open(browser, beginning_of(page))
                continue
            fill(form, word)
            has_photo = bool(form.files)
            page, was_taken = self.press(browser, page, form, photo if has_photo else None)
            photos = max(photos, int(has_photo and was_taken))
        raise GivenUp(f"{page.address} answered {page.status} and led to no receipt.")

    def open(self, browser: Browser, address: str) -> Page:
        """Opens a page, and again while nobody is there."""
        for _ in range(TRIES):
            try:
                page = browser.open(address)
            except OSError:
                self.cut += 1
            else:
                if page.status == 200:
                    return page
                self.odd[page.status] += 1
            time.sleep(PAUSE)
        raise GivenUp(f"{address} did not open.")

    def press(self, browser: Browser, page: Page, form: Form, photo: bytes | None) -> tuple[Page, bool]:
        """Sends a page; cut off, presses again or opens the page anew, as people do. Also whether it was taken."""
        file = (form.files[0], photo) if photo is not None else None
        for _ in range(TRIES):
            try:
                answer = browser.send(page, form, file)
            except OSError:
                self.cut += 1
            else:
                if answer.status == 200:
                    # Sent back to the same page: something was not as it should be.
                    return answer, answer.address != page.address
                self.odd[answer.status] += 1
            time.sleep(PAUSE)
            if random.random() < 0.5:
                return self.open(browser, page.address), False
        raise GivenUp(f"{page.address} took nothing.")


def fill(form: Form, word: str) -> None:
    """What this resident says; what was said before stays."""
    said = {
        "kind": "complaint",
        "story": f"Lampu jalan di gang contoh mati. {word}",
        "place_words": "Gang contoh",
        "privacy": "public",
        "wish": "none",
    }
    for name, value in said.items():
        if name in form.values or value in form.choices.get(name, ()):
            form.values[name] = value


def beginning_of(page: Page) -> str:
    """Where the first page leads on, if it is one to read; else the first page."""
    found = re.search(r'href="(/suara/(?!foto)[a-z0-9/-]+/)"', page.text)
    return found[1] if found else BEGINNING


def plain(html: str) -> str:
    return re.sub(r"<[^>]+>", " ", html)
