"""Notices for tests, made by the domain's own verbs."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from portal.shared.history import recorded
from services.models import Area, News
from tests.builders import PUBLISHED_AT, WHO, make_organization, unique


def make_news(
    title: str = "Loket tutup Jumat siang",
    *,
    at: datetime = PUBLISHED_AT,
    is_published: bool = True,
    areas: Iterable[Area] = (),
    **changes: Any,
) -> News:
    """A notice shown from `at` on, without an end; an emergency ends after six hours unless told otherwise."""
    given: dict[str, Any] = {"title": title, "slug": unique(title), "shown_from": at}
    given |= {"text": "Loket kembali buka Senin pukul 08.00."} | changes
    if given.get("kind") == News.Kind.EMERGENCY:
        given.setdefault("shown_until", at + timedelta(hours=6))
    given["unit"] = given.get("unit") or make_organization()
    one = News(**given)
    with recorded(one, verb="create", by=WHO, at=at):
        one.save()
        one.areas.set(areas)
    if is_published:
        one.publish(by=WHO, at=at)
    return one
