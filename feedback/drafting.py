"""What a resident has typed so far: kept on the server step by step, found by a key only their browser holds."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict

from feedback import spam
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
STEPS = ("kind", "story", "place", "send")
# The receipt is shown again so long; then the tracking page is the way.
RECEIPT_SHOWN = KEPT


def alike(story: str) -> str:
    """Its words, however lines were ended."""
    return " ".join(NOT_KEPT.sub("", story).split())


def said(answers: dict[str, Any]) -> dict[str, str]:
    """What was written or chosen on a page, without what a program notes beside it."""
    return {name: alike(words) for name, words in answers.items() if isinstance(words, str) and words.strip()}


@dataclass
class Kept:
    """A draft together with the key of the browser it belongs to."""

    draft: Draft
    key: str

    def answers(self, step: str) -> dict[str, Any]:
        """What was typed on a page, right or wrong."""
        return dict(self.draft.data.get(step, {}))

    def keep(
        self,
        step: str,
        answers: dict[str, Any],
        at: datetime,
        *,
        stamp: str = "",
        beside: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Keeps what was typed on a page, beside what other pages have kept since; a draft sent meanwhile stays empty.

        Kept by another page since the one with this stamp was shown, other words stay there and are given back.
        """
        with transaction.atomic():
            unsent = Draft.objects.filter(pk=self.draft.pk, submission=None)
            if there := unsent.select_for_update().first():
                self.draft.data = there.data
            if self.is_newer({step}, stamp, at) and said(self.answers(step)) != said(answers):
                return self.answers(step)
            saved = self.draft.data.get("saved", {}) | {step: [stamp, at.timestamp()]}
            self.draft.data |= {step: answers, "saved": saved} | (beside or {})
            self.draft.touched_at = at
            unsent.update(data=self.draft.data, touched_at=at)
        return {}

    def is_newer(self, steps: set[str], stamp: str, at: datetime) -> bool:
        """Whether another page kept one of these steps after the page with this stamp was shown."""
        shown = spam.shown_at(stamp, at)
        saved = [mark for step, mark in self.draft.data.get("saved", {}).items() if step in steps]
        return shown is not None and any(by != stamp and shown.timestamp() < then for by, then in saved)

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
    since = at - RECEIPT_SHOWN
    # Sent from a phone that kept it, it is shown from when its owner asked for the receipt.
    is_shown = Q(received_at__gt=since) | Q(draft__touched_at__gt=since)
    return Submission.objects.filter(is_shown, form_key_hash=receipt.key_hash(key)).first()


def told_before(kept: Kept) -> dict[str, str]:
    """Everything typed on all pages, flat, so that a phone without signal can keep the whole of it when asked to."""
    data = kept.draft.data
    told = {"dari": data.get("heard_from", ""), **data.get("about", {})}
    for step in STEPS:
        told |= data.get(step, {})
    return {name: value for name, value in told.items() if isinstance(value, str) and value}


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
