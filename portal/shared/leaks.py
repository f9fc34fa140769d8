"""What in a text could tell who somebody is, found by simple patterns: a second look for staff, never a proof.

Released words are read by everybody. These patterns notice what slips through most often; that nothing is found
does not mean that nothing is there.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# An address word or title, and the name behind it, which begins with a capital letter.
TITLES: Final = (
    *("pak", "bapak", "bpk", "bu", "ibu", "sdr", "sdri", "saudara", "saudari", "tuan", "nyonya", "ny", "tn"),
    *("mas", "mbak", "mba", "bang", "kak", "adik", "haji", "hajjah", "hj", "ustaz", "ustadz", "dokter", "dr"),
)
# Offices are addressed the same way, and name nobody.
OFFICES: Final = frozenset(
    {"lurah", "camat", "rt", "rw", "wali", "kepala", "ketua", "petugas", "guru", "bidan"}
)

NIK: Final = re.compile(r"(?<!\d)\d{16}(?!\d)")
PHONE: Final = re.compile(r"(?<![\d.,])(?:\+?62|0)[\s.-]?\(?\d{2,4}\)?(?:[\s.-]?\d{2,4}){2,3}(?!\d)")
PLATE: Final = re.compile(r"(?<![\w/.-])[A-Z]{1,2}[\s.-]?\d{1,4}[\s.-]?[A-Z]{1,3}(?![\w/])")
EMAIL: Final = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]*\w")
HOUSE: Final = re.compile(r"\b(?:no(?:mor)?\.?|nomer)\s?\d{1,4}[A-Za-z]?\b(?:\s?/\s?\d+)?", re.IGNORECASE)
NAMED: Final = re.compile(rf"\b(?i:{'|'.join(TITLES)})\b\.?\s+(?P<name>[A-Z][\w'’.-]+(?:\s+[A-Z][\w'’-]+)*)")
INTRODUCED: Final = re.compile(
    r"\b(?i:nama saya|nama|saya bernama|bernama|a\.?n\.?|atas nama)\b:?\s+(?P<name>[A-Z][\w'’-]+(?:\s+[A-Z][\w'’-]+)*)"
)
SHORTEST_NAME: Final = 3


@dataclass(frozen=True)
class Leak:
    """One piece of a text that may tell who somebody is."""

    kind: Promise
    text: str


PATTERNS: Final = (
    (_("a number of an identity card"), NIK),
    (_("a phone number"), PHONE),
    (_("an e-mail address"), EMAIL),
    (_("a number plate"), PLATE),
    (_("a house number"), HOUSE),
)


def leaks(text: str, names: str = "") -> list[Leak]:
    """Every piece once, in the order of the text; `names` are names known to belong to the resident."""
    found: list[tuple[int, Leak]] = []
    rest = text
    for kind, pattern in PATTERNS:
        for match in pattern.finditer(rest):
            found.append((match.start(), Leak(kind, match[0].strip())))
        # What is a card's number is not a phone's too; as long as before, so that places stay.
        rest = pattern.sub(lambda match: " " * len(match[0]), rest)
    for pattern in (NAMED, INTRODUCED):
        for match in pattern.finditer(text):
            if match["name"].split()[0].strip(".").lower() not in OFFICES:
                found.append((match.start("name"), Leak(_("a name"), match["name"])))
    for word in re.findall(rf"\w{{{SHORTEST_NAME},}}", names):
        if own := re.search(rf"\b{re.escape(word)}\b", text, re.IGNORECASE):
            found.append((own.start(), Leak(_("the name of who wrote it"), own[0])))
    ordered = [leak for _place, leak in sorted(found, key=lambda one: one[0])]
    return list({leak.text.casefold(): leak for leak in reversed(ordered)}.values())[::-1]


def mark_of(found: Sequence[Leak]) -> str:
    """One word for what was shown to whoever ticks."""
    return sha256("\n".join(leak.text for leak in found).encode()).hexdigest()


class SecondLook(forms.Form):
    """A form whose words everybody will read: saved only once they tell nobody, or somebody has looked again."""

    is_sure = forms.BooleanField(
        label=_("I have read these words again: nobody can be recognised by them."), required=False
    )
    # What was found when the form was last shown: a tick counts only for what its writer has seen.
    looked_at = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    found: Sequence[Leak] = ()

    def look_again(self, cleaned: dict[str, Any], typed: str, names: str = "") -> None:
        """Refuses what may tell who somebody is, with what was found and a tick to set anew."""
        self.found = leaks(typed, names)
        mark = mark_of(self.found)
        if self.found and not (cleaned.get("is_sure") and cleaned.get("looked_at") == mark):
            data: Any = self.data
            data = data.copy()
            data["looked_at"] = mark
            data.pop("is_sure", None)
            self.data = data
            sentence = _("These words may tell who somebody is. Change them, or tick that you are sure.")
            self.add_error("is_sure", ValidationError(sentence, code="leaks"))
        cleaned.pop("is_sure", None)
        cleaned.pop("looked_at", None)
