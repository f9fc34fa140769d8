"""The page an officer works with where there is no signal: the same for everybody, filled on the phone itself."""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html

from feedback.forms.entry import KINDS
from feedback.forms.from_visit import WISHES
from feedback.models.draft import MOST_PHOTOS
from outreach.forms.visit import MOST_FLYERS, SCALE, CountsForm
from outreach.models.home_visit import MOST_HOMES
from outreach.views.visits import BUTTONS
from portal.shared.public_pages import public_page

# Where the script writes what only the phone knows, inside a sentence that is translated whole.
WRITTEN_THERE: Final = (
    "unsent",
    "dies",
    "left",
    "until",
    "done",
    "target",
    "again",
    "inside",
    "size",
    "people",
    "retry",
)
LOUD: Final = frozenset({"done", "target", "inside"})


def slot(name: str) -> str:
    return format_html('<{0} data-text="{1}" data-{1}></{0}>', "b" if name in LOUD else "span", name)


def screens() -> dict[str, Any]:
    """What the screens of the page offer to choose from: the same as the pages with signal."""
    return {
        "slot": {name: slot(name) for name in WRITTEN_THERE},
        "buttons": BUTTONS,
        "counted": CountsForm.counted,
        "kinds": KINDS,
        "wishes": WISHES,
        "scale": SCALE,
        "most_flyers": MOST_FLYERS,
        "most_homes": MOST_HOMES,
        "most_photos": MOST_PHOTOS,
    }


@public_page()
def shell(request: HttpRequest) -> HttpResponse:
    """Holds nothing of anybody, so the phone may keep it."""
    return render(request, "field/shell.html", screens())
