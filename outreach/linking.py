"""Making short links, one for each drop, poster and post, and counting how often they are followed."""

import secrets
from datetime import date
from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models import F
from django.utils import translation

from outreach.models.campaign import Campaign
from outreach.models.short_link import LinkCount, ShortLink
from portal.shared.history import recorded
from services.models import Service

# No vowels, so that no word comes about by chance, and nothing that is mistaken for another letter on paper.
LETTERS = "cdfghjkmnpqrtvwxy"
DIGITS = "346789"
LENGTH = 5
ATTEMPTS = 20


def link_for(
    target: str | models.Model,
    channel: str,
    label: str = "",
    campaign: Campaign | None = None,
    *,
    by: Any = None,
) -> ShortLink:
    """The short link to a page (its path, or a row that has one) for this channel, label and campaign.

    The same four always give the same link, so that printing or approving twice counts in one place.
    """
    path, label = path_of(target), label[:160]
    made = ShortLink.objects.filter(
        target=path, channel=channel, label=label, campaign=campaign, is_off=False
    ).first()
    if made is not None:
        return made
    with transaction.atomic():
        link = ShortLink(code=new_code(), target=path, channel=channel, label=label, campaign=campaign)
        link.full_clean()
        # No page shows the links there are; counting them must not empty anybody's store of pages.
        with recorded(link, verb="create", by=by, is_public=False):
            link.save()
    return link


def path_of(target: str | models.Model) -> str:
    if isinstance(target, str):
        return target
    with translation.override("id"):
        address: str = target.get_absolute_url()  # type: ignore[attr-defined]
    return address


def new_code() -> str:
    """Five letters and digits, at least one digit; none that a service or another link answers to."""
    for _attempt in range(ATTEMPTS):
        code = "".join(secrets.choice(LETTERS + DIGITS) for _letter in range(LENGTH))
        is_taken = ShortLink.objects.filter(code=code).exists() or Service.objects.filter(slug=code).exists()
        if set(code) & set(DIGITS) and not is_taken:
            return code
    # Seven million codes: only a broken source of chance gets here.
    raise RuntimeError("No free code was found for a short link.")


def link_at(code: str) -> ShortLink | None:
    """The link of a code however it was typed; also one that is switched off."""
    return ShortLink.objects.filter(code=code.lower()).first()


def count_visit(link: ShortLink, day: date) -> None:
    """One more on this day; two at once are two, because the database adds and nobody reads first."""
    today = LinkCount.objects.filter(link=link, day=day)
    if today.update(count=F("count") + 1):
        return
    try:
        with transaction.atomic():
            LinkCount.objects.create(link=link, day=day, count=1)
    except IntegrityError:
        # Somebody was the first of the day at the same moment.
        today.update(count=F("count") + 1)
