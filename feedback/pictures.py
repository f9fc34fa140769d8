"""Photos of residents: taken in by one door, kept as drawn anew, covered and destroyed for good."""

import logging
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.shared import durable, pictures, small_pictures

logger = logging.getLogger(__name__)

FOLDER: Final = "photos"
# The long side of a photo in squares to cover.
SQUARES: Final = 20
# A file no row names may belong to a form that is being sent just now.
SWEPT_AFTER: Final = timedelta(hours=24)
OURS: Final = re.compile(r"([0-9a-f]{32})(-(?:800|400)\.(?:avif|webp|jpg)|\.jpg)(\.part)?")
NOT_KEPT: Final = _("We could not keep the photo just now. Your story is safe. Try again, or skip the photo")
GONE: Final = _("The file of this photo is not there any more.")


@dataclass(frozen=True)
class Picture:
    """A photo that is on the disk already, under a name that tells nothing."""

    name: str
    width: int
    height: int
    size: int


def keep(upload: Any) -> Picture:
    """Draws an uploaded photo anew and keeps it durably, before any row says so.

    Raises ValidationError with a sentence for the resident (`too_large`, `not_a_photo`, `unreadable`, `broken`,
    `not_kept`). Call it outside a transaction: it takes a moment. A file no row names is swept away later.
    """
    return keep_drawn(drawn(upload))


def drawn(upload: Any) -> pictures.Drawn:
    if upload.size > pictures.MOST_BYTES:
        raise pictures.refusal(pictures.TOO_LARGE, "too_large")
    return pictures.redrawn(upload.read())


def keep_drawn(one: pictures.Drawn) -> Picture:
    name = f"{FOLDER}/{secrets.token_hex(16)}.jpg"
    return Picture(stored(name, one.content), one.width, one.height, len(one.content))


def stored(name: str, content: bytes) -> str:
    try:
        return durable.store(name, content)
    except durable.StorageTrouble as trouble:
        logger.exception("A photo could not be kept: the storage refused it.")
        raise ValidationError(NOT_KEPT, code="not_kept") from trouble


def master(name: str) -> bytes:
    try:
        return durable.read(name)
    except FileNotFoundError as missing:
        raise ValidationError(GONE, code="gone") from missing


def are_equal(one: str, other: str) -> bool:
    """Whether both are there, and the same to the last byte."""
    try:
        return durable.read(one) == durable.read(other)
    except FileNotFoundError:
        return False


def destroy(name: str) -> None:
    """Removes a photo with everything drawn from it."""
    durable.destroy(name, *shown_names(name))


# The small pictures -------------------------------------------------------------------------------------------


def shown_names(name: str) -> tuple[str, ...]:
    """The small pictures everybody may see of a released photo."""
    return small_pictures.names_of(name)


def shown_size(width: int, height: int) -> tuple[int, int]:
    return pictures.fitted((width, height), pictures.SHOWN_SIDE)


def keep_shown(name: str) -> None:
    """Draws what everybody may see, once, before anybody asks."""
    try:
        small_pictures.draw(name)
    except FileNotFoundError as missing:
        raise ValidationError(GONE, code="gone") from missing
    except durable.StorageTrouble as trouble:
        logger.exception("The small pictures of a photo could not be kept: the storage refused them.")
        raise ValidationError(NOT_KEPT, code="not_kept") from trouble


def destroy_shown(name: str) -> None:
    durable.destroy(*shown_names(name))


def small(name: str, kind: str = "JPEG", *, is_saving: bool = False) -> bytes:
    """A photo small enough for a phone of the one person who may see it."""
    return pictures.shown(master(name), kind, is_saving=is_saving).content


# Covering -----------------------------------------------------------------------------------------------------


def grid(width: int, height: int) -> tuple[int, int]:
    """Columns and rows of about square fields."""
    longest = max(width, height)
    return max(1, round(SQUARES * width / longest)), max(1, round(SQUARES * height / longest))


def covered(name: str, squares: list[tuple[int, int]]) -> Picture:
    """The photo with these squares (column, row; from 0) painted over, kept as a new file."""
    content = master(name)
    return keep_drawn(pictures.covered(content, squares, grid))


# Sweeping -----------------------------------------------------------------------------------------------------


def swept(at: datetime, known: Any, *, is_dry: bool = False) -> list[str]:
    """Files of photos that no row names any more, removed; `known(names)` says which of these names rows have.

    Left behind when the portal was killed between a file and its row, or between a row and its file.
    """
    kept = durable.storage()
    try:
        found = kept.listdir(FOLDER)[1]
    except FileNotFoundError:
        return []
    masters: dict[str, list[tuple[str, bool]]] = {}
    for name in found:
        # Whatever is not called like a file of ours is not ours to remove.
        if match := OURS.fullmatch(name):
            masters.setdefault(f"{FOLDER}/{match[1]}.jpg", []).append((name, bool(match[3])))
    removed = []
    named = known(list(masters))
    for master_name, files in sorted(masters.items()):
        for name, is_part in files:
            path = f"{FOLDER}/{name}"
            if (is_part or master_name not in named) and is_old(kept, path, at):
                removed.append(path)
    if not is_dry:
        durable.destroy(*removed)
    return removed


def is_old(kept: Any, path: str, at: datetime) -> bool:
    try:
        return bool(kept.get_modified_time(path) < at - SWEPT_AFTER)
    except FileNotFoundError:
        return False
