"""Small tables every page needs, read once for each version of the content."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from portal.shared import content_version

T = TypeVar("T")


def per_content_version(read: Callable[[], T]) -> Callable[[], T]:
    """Keeps what ``read`` returned until public content changes; ``.forget()`` drops it at once.

    The value is shared by every request of the process: treat it as read-only.
    """
    kept: list[tuple[int, T]] = []

    @wraps(read)
    def remembered() -> T:
        version = content_version.current()
        if kept and kept[0][0] == version:
            return kept[0][1]
        value = read()
        # One assignment, so that another thread sees the old pair or the new one, never a mixture.
        kept[:] = [(version, value)]
        return value

    remembered.forget = kept.clear  # type: ignore[attr-defined]
    return remembered
