"""What a resident has typed so far: kept on the server step by step, found by a key only their browser holds."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict

from feedback.models import Draft, Submission
from feedback.models.draft import KEPT
from outreach.models import Event
from portal.shared import receipt
from services.models import Location, PublicWork, Service

# PostgreSQL's JSON has no place for them, and nobody types them.
NOT_KEPT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
# Ten times what a story may be, so that whoever pasted too much still has all of it before them.
LONGEST_KEPT = 100_000
LONGEST_KEY = 64
# The receipt is shown again so long; then the tracking page is the way.
RECEIPT_SHOWN = KEPT


@dataclass
class Kept:
    """A draft together with the key of the browser it belongs to."""

    draft: Draft
    key: str

    def answers(self, step: str) -> dict[str, Any]:
        """What was typed on a page, right or wrong."""
        return dict(self.draft.data.get(step, {}))

    def keep(self, step: str, answers: dict[str, Any], at: datetime) -> None:
        """Keeps what was typed on a page; a draft that was sent meanwhile stays empty."""
        self.draft.data = self.draft.data | {step: answers}
        self.draft.touched_at = at
        unsent = Draft.objects.filter(pk=self.draft.pk, submission=None)
        unsent.update(data=self.draft.data, touched_at=at)

    @property
    def is_begun(self) -> bool:
        """Whether there is something in it that a stranger at the same phone should not see."""
        return "story" in self.draft.data


def key_of(request: HttpRequest) -> str:
    return request.COOKIES.get(settings.DRAFT_COOKIE, "")[:LONGEST_KEY]


def kept_of(request: HttpRequest, at: datetime) -> Kept | None:
    """The draft of this browser, unless it was sent or is older than a day."""
    key = key_of(request)
    if not key:
        return None
    draft = Draft.objects.alive(at).filter(key_hash=receipt.key_hash(key), submission=None).first()
    return Kept(draft, key) if draft else None


def sent_of(request: HttpRequest, at: datetime) -> Submission | None:
    """The case this browser has sent within the last day."""
    key = key_of(request)
    if not key:
        return None
    return Submission.objects.filter(
        form_key_hash=receipt.key_hash(key), received_at__gt=at - RECEIPT_SHOWN
    ).first()


def begin(at: datetime) -> Kept:
    key = receipt.new_key()
    return Kept(Draft.objects.create(key_hash=receipt.key_hash(key), touched_at=at), key)


def remember(response: HttpResponse, kept: Kept) -> HttpResponse:
    """Gives the browser the key, for as long as the draft lives."""
    response.set_cookie(settings.DRAFT_COOKIE, kept.key, max_age=int(KEPT.total_seconds()), **cookie_rules())
    return response


def remember_until_closed(response: HttpResponse, kept: Kept) -> HttpResponse:
    """The receipt is the browser's until it is closed: a phone is often not one person's alone."""
    response.set_cookie(settings.DRAFT_COOKIE, kept.key, **cookie_rules())
    return response


def forget(response: HttpResponse) -> HttpResponse:
    response.delete_cookie(settings.DRAFT_COOKIE, samesite="Lax")
    return response


def cookie_rules() -> dict[str, Any]:
    return {"httponly": True, "samesite": "Lax", "secure": settings.PRODUCTION}


def typed(post: QueryDict, names: list[str]) -> QueryDict:
    """What was sent for these fields, without signs that no text has; one value each."""
    data = QueryDict(mutable=True)
    for name in names:
        if name in post:
            data[name] = NOT_KEPT.sub("", str(post[name]))[:LONGEST_KEPT]
    return data


# What it is about ------------------------------------------------------------------------------------------

# The word in an address, and how the row behind it is found.
ABOUT = {
    # With what a promise depends on, so that it is not asked for one by one.
    "layanan": (
        "service",
        lambda slug: (
            Service.objects.published().filter(slug=slug).select_related("organization", "category__parent")
        ),
    ),
    "tempat": ("location", lambda slug: Location.objects.filter(slug=slug).select_related("organization")),
    "pekerjaan": ("public_work", lambda slug: PublicWork.objects.filter(slug=slug)),
    "kegiatan": ("event", lambda slug: Event.objects.public().filter(slug=slug).select_related("unit")),
}


def about_of(query: Any) -> dict[str, str]:
    """The words of an address or a draft that name a row which exists."""
    found = {}
    for word, (_column, rows) in ABOUT.items():
        slug = str(query.get(word, ""))[:100]
        if slug and not NOT_KEPT.search(slug) and rows(slug).exists():
            found[word] = slug
    return found


def rows_about(about: dict[str, str]) -> dict[str, Any]:
    """The columns of a case; a row that is gone meanwhile is left out."""
    return {
        column: row
        for word, (column, rows) in ABOUT.items()
        if word in about and (row := rows(about[word]).first())
    }
