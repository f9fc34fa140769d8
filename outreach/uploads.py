"""Photos and papers of activities: taken in by one door, kept durably under a name that tells nothing."""

import logging
import secrets
from dataclasses import dataclass
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.shared import durable, pictures, small_pictures

logger = logging.getLogger(__name__)

PHOTOS: Final = "events"
PAPERS: Final = "documents"
MOST_BYTES: Final = 10 * 1024 * 1024
PDF: Final = b"%PDF-"
NOT_KEPT: Final = _("We could not keep the file just now. Try again in a moment.")


@dataclass(frozen=True)
class Kept:
    """A file that is on the disk already; width and height are those of a picture."""

    name: str
    size: int
    width: int = 0
    height: int = 0


def keep_photo(upload: Any) -> Kept:
    """Draws a photo anew and keeps it. Call it outside a transaction: it takes a moment."""
    if upload.size > pictures.MOST_BYTES:
        raise pictures.refusal(pictures.TOO_LARGE, "too_large")
    drawn = pictures.redrawn(upload.read())
    name = stored(f"{PHOTOS}/{secrets.token_hex(16)}.jpg", drawn.content)
    return Kept(name, len(drawn.content), drawn.width, drawn.height)


def keep_paper(upload: Any) -> Kept:
    """Keeps a PDF as it is; what it is stands in its first bytes, its name counts nothing."""
    if upload.size > MOST_BYTES:
        raise ValidationError(_("The file is larger than 10 MB. Make it smaller first."), code="too_large")
    content = upload.read()
    if not content.startswith(PDF):
        raise ValidationError(_("This file is not a PDF. Save the paper as PDF first."), code="not_pdf")
    return Kept(stored(f"{PAPERS}/{secrets.token_hex(16)}.pdf", content), len(content))


def stored(name: str, content: bytes) -> str:
    try:
        return durable.store(name, content)
    except durable.StorageTrouble as trouble:
        logger.exception("A file of an activity could not be kept: the storage refused it.")
        raise ValidationError(NOT_KEPT, code="not_kept") from trouble


def destroy(name: str) -> None:
    """Removes a file with everything drawn from it."""
    durable.destroy(name, *(small_pictures.names_of(name) if name.endswith(".jpg") else ()))
