"""What every page knows: whose portal this is, and the page's own address in both languages."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import translate_url
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from outreach.channels import FROM
from portal.shared.public_pages import PublicRequest
from services.facets import profile
from services.models import News
from services.notices import changes_after, emergencies_at

# The resolver's names, and the door of the menu they stand behind.
SECTIONS = {
    "home": "home",
    "list": "services",
    "a_to_z": "services",
    "detail": "services",
    "place_list": "places",
    "place": "places",
    "area_list": "places",
    "area": "places",
    "public_work_list": "places",
    "public_work": "places",
    "emergency": "emergency",
    **dict.fromkeys(("events", "past_events", "calendar", "event", "commitments"), "activities"),
    **dict.fromkeys(("campaigns", "campaign", "partners", "partner"), "activities"),
    **dict.fromkeys(("consultations", "consultation", "consultation_result"), "activities"),
    "answers": "voice",
    "answer": "voice",
    "improvements": "voice",
    "statistics": "voice",
    "overview": "voice",
    "board": "voice",
    "correct": "voice",
    **dict.fromkeys(("tell", "tell_story", "tell_place", "tell_send", "tell_receipt", "track"), "voice"),
}


@dataclass(frozen=True)
class Page:
    """The page's addresses: ``path_id`` and ``path_en`` for the languages, ``canonical`` for search engines."""

    path_id: str
    path_en: str
    canonical: str
    site_url: str
    section: str


def page_of(request: HttpRequest) -> Page:
    path = request.path_info
    query = request.GET.urlencode()
    # A page is one page in both languages with the same filters.
    suffix = f"?{query}" if query else ""
    asked = request.GET.copy()
    # By which way somebody came makes no other page of it.
    asked.pop(FROM, None)
    own = f"?{asked.urlencode()}" if asked else ""
    match = request.resolver_match
    return Page(
        path_id=translate_url(path, "id") + suffix,
        path_en=translate_url(path, "en") + suffix,
        canonical=settings.SITE_URL + path + own,
        site_url=settings.SITE_URL,
        section=SECTIONS.get(match.url_name or "", "") if match else "",
    )


# For content that exists in Indonesian only, so that a screen reader on an English page speaks it rightly.
IN_INDONESIAN = mark_safe(' lang="id"')


def alerts_on(request: HttpRequest) -> list[News]:
    """Emergency notices of this moment; says to whoever keeps the page when the notice board next changes."""
    at = timezone.now()
    if isinstance(request, PublicRequest) and (changes_at := changes_after(at)) is not None:
        request.holds_for = int((changes_at - at).total_seconds())
    return emergencies_at(at)


def portal_and_page(request: HttpRequest) -> dict[str, object]:
    return {
        "alerts": alerts_on(request),
        "portal": profile(),
        "portal_app": settings.SERVICE_WORKER,
        "page": page_of(request),
        "lang_id": IN_INDONESIAN if get_language() == "en" else "",
    }
