"""The pictures a page shows when its address is shared: JPEG in three shapes, drawn when first asked for.

Their addresses carry a fingerprint of what they say, so that a corrected fee is never shown from an old cache.
Shared addresses are Indonesian, and so are their pictures.
"""

import hashlib
import json
import os
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from services.share_drawing import SHAPES, WIDE, Shape, ShareContent, render

__all__ = ["ShareContent", "render"]

# Part of the fingerprint: raise it when the drawing changes.
LAYOUT: Final = 2


@dataclass(frozen=True)
class Picture:
    """One picture: what it says, in which shape, and the folder its files lie in."""

    content: ShareContent
    folder: str
    shape: Shape = WIDE

    @property
    def fingerprint(self) -> str:
        """Twelve hex digits that change when anything shown on the picture does."""
        said = json.dumps([LAYOUT, asdict(self.content)], ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:12]

    @property
    def path(self) -> Path:
        beginning = "" if self.shape is WIDE else f"{self.shape.key}-"
        return Path(settings.MEDIA_ROOT) / "bagikan" / self.folder / f"{beginning}{self.fingerprint}.jpg"

    def read_or_write(self) -> bytes:
        """The present picture, drawn first if nobody has asked for it yet."""
        try:
            return self.path.read_bytes()
        except FileNotFoundError:
            # Not read back: another process that knows a newer content may have removed it already.
            return self.write()

    def write(self) -> bytes:
        """Draws the picture, puts it in place in one move, and removes those of earlier contents."""
        path, picture = self.path, render(self.content, self.shape)
        _put_in_place(path, picture)
        for earlier in path.parent.glob("*.jpg"):
            if earlier != path and earlier.stem.rpartition("-")[0] == path.stem.rpartition("-")[0]:
                earlier.unlink(missing_ok=True)
        return picture


def content_of(service: Any, portal: Any) -> ShareContent:
    with translation.override("id"):
        checked = ""
        if service.is_confirmed:
            checked = _("Checked on %(date)s.") % {"date": date_format(service.checked_on, "j F Y")}
        return ShareContent(
            portal_name=portal.name,
            theme=portal.theme,
            name=service.title,
            answer=service.answer,
            facts=(
                (_("Cost"), service.fee_display),
                (_("Time it takes"), service.turnaround_display),
                (_("Place"), service.place_display),
            ),
            checked=checked,
            is_confirmed=service.is_confirmed,
            address=typed(reverse("short_link", args=[service.slug])),
        )


def typed(path: str) -> str:
    """An address of this portal as a person types it: no scheme, no slash at the end."""
    return (settings.SITE_URL + path).partition("://")[2].rstrip("/")


def picture_of(service: Any, portal: Any, shape: Shape = WIDE) -> Picture:
    return Picture(content_of(service, portal), str(service.slug), shape)


def addresses_of(service: Any, portal: Any) -> dict[str, str]:
    """The three pictures of a service by the key of their shape, as absolute addresses."""
    with translation.override("id"):
        mark = fingerprint(service, portal)
        wide = reverse("services:share_image", args=[service.slug, mark])
        others = {
            key: reverse("services:share_picture", args=[service.slug, key, mark])
            for key in SHAPES
            if key != WIDE.key
        }
    return {key: settings.SITE_URL + path for key, path in {WIDE.key: wide, **others}.items()}


def fingerprint(service: Any, portal: Any) -> str:
    return picture_of(service, portal).fingerprint


def _put_in_place(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        # mkstemp keeps its files to itself; a web server in front must be able to read this one.
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
