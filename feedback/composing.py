"""One case out of what was answered page by page, in the wizard or on a phone that kept it."""

from typing import Any

from django.utils import translation

from feedback import spam
from feedback.forms.tell import ABOUT_STAFF, PlaceForm
from feedback.models import Submission
from outreach.channels import channel_of


def columns_of(
    *,
    kind: str,
    story: str,
    is_about_staff: bool,
    place: PlaceForm,
    privacy: str,
    about: dict[str, Any],
    heard_from: str | None,
    signs: list[str],
) -> dict[str, Any]:
    """The columns of the case; `place` has been found valid, `about` holds rows by the name of their column."""
    is_about_staff = is_about_staff and kind in ABOUT_STAFF
    where = place.cleaned_data
    point = where["point"] or (None, None)
    return {
        "kind": kind,
        "privacy": privacy or Submission.Privacy.PUBLIC,
        "language": translation.get_language() or "id",
        "story": story,
        "place_words": where["place_words"],
        "rt": where["rt"],
        "rw": where["rw"],
        "latitude": point[0],
        "longitude": point[1],
        "is_about_staff": is_about_staff,
        "is_oversight": is_about_staff,
        "about_unit": unit_of(about) if is_about_staff else None,
        "suspicion": spam.suspicion(signs),
        "heard_from": channel_of(heard_from),
        **place.happened(),
        **about,
    }


def unit_of(about: dict[str, Any]) -> Any:
    """Whose staff a complaint about a service or a place is about, as far as that is known."""
    row = next(iter(about.values()), None)
    return getattr(row, "organization", None) or getattr(row, "unit", None)
