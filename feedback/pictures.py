"""Photos of residents: taken in by one door, kept as drawn anew, destroyed for good."""

import logging
import secrets
from dataclasses import dataclass
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.shared import durable, pictures

logger = logging.getLogger(__name__)

FOLDER: Final = "photos"
NOT_KEPT: Final = _("We could not keep the photo just now. Your story is safe. Try again, or skip the photo")


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
    if upload.size > pictures.MOST_BYTES:
        raise pictures.refusal(pictures.TOO_LARGE, "too_large")
    return keep_drawn(pictures.redrawn(upload.read()))


def keep_drawn(drawn: pictures.Drawn) -> Picture:
    try:
        name = durable.store(f"{FOLDER}/{secrets.token_hex(16)}.jpg", drawn.content)
    except durable.StorageTrouble as trouble:
        logger.exception("A photo could not be kept: the storage refused it.")
        raise ValidationError(NOT_KEPT, code="not_kept") from trouble
    return Picture(name, drawn.width, drawn.height, len(drawn.content))


def shown_names(name: str) -> tuple[str, str]:
    """The small pictures everybody may see of a released photo: WebP, and JPEG for old phones."""
    stem = name.removesuffix(".jpg")
    return f"{stem}-800.webp", f"{stem}-800.jpg"


def destroy(name: str) -> None:
    """Removes a photo with everything drawn from it."""
    durable.destroy(name, *shown_names(name))
