"""The small pictures of a photo we keep: two sizes in three kinds, each drawn once, beside the photo.

The smaller size is for phones that ask to be spared (`Save-Data: on`).
"""

from contextlib import suppress
from typing import Final

from portal.shared import durable, pictures

# By the end of the address; the first a browser can read is the lightest.
KINDS: Final = {"avif": "AVIF", "webp": "WEBP", "jpg": "JPEG"}
MEDIA_TYPES: Final = {"avif": "image/avif", "webp": "image/webp", "jpg": "image/jpeg"}


def name_of(photo: str, kind: str, *, is_saving: bool = False) -> str:
    side = pictures.SAVING_SIDE if is_saving else pictures.SHOWN_SIDE
    return f"{photo.removesuffix('.jpg')}-{side}.{kind}"


def names_of(photo: str) -> tuple[str, ...]:
    return tuple(name_of(photo, kind, is_saving=saving) for saving in (False, True) for kind in KINDS)


def draw(photo: str) -> None:
    """Draws all of them before anybody asks.

    Raises FileNotFoundError, ValidationError or StorageTrouble.
    """
    content = durable.read(photo)
    for saving in (False, True):
        for kind in KINDS:
            name = name_of(photo, kind, is_saving=saving)
            durable.destroy(name)
            durable.store(name, pictures.shown(content, KINDS[kind], is_saving=saving).content)


def read(photo: str, kind: str, *, is_saving: bool = False) -> bytes:
    """One of them; drawn and kept now if nobody has asked before.

    Raises FileNotFoundError or ValidationError where the photo itself is gone or broken.
    """
    name = name_of(photo, kind, is_saving=is_saving)
    with suppress(FileNotFoundError):
        return durable.read(name)
    content = pictures.shown(durable.read(photo), KINDS[kind], is_saving=is_saving).content
    # Where somebody else drew it at the same moment, or the disk is full, this reader has it all the same.
    with suppress(durable.StorageTrouble):
        durable.store(name, content)
    return content
