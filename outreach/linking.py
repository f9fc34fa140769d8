"""Making short links, one for each drop, poster and post, and counting how often they are followed."""

import json
import secrets
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models import F
from django.utils import translation

from outreach.channels import Channel
from outreach.models.short_link import LinkCount, ShortLink
from portal.shared.history import Act, recorded, remember, state_of
from services.models import Service

# No vowels, so that no word comes about by chance, and nothing that is mistaken for another letter on paper.
LETTERS = "cdfghjkmnpqrtvwxy"
DIGITS = "346789"
LENGTH = 5
ATTEMPTS = 20
# The links every page of ours has from its publishing on: on a flyer, on a poster, written on a picture.
OF_EVERY_PAGE = (Channel.FLYER, Channel.POSTER, Channel.OTHER)


def link_for(
    target: str | models.Model,
    channel: str,
    label: str = "",
    campaign: Any = None,
    *,
    by: Any = None,
) -> ShortLink:
    """The short link to a page (its path, or a row that has one) for this channel, label and campaign.

    The same four always give the same link, so that printing or approving twice counts in one place.
    """
    wanted = {"target": path_of(target), "channel": str(channel), "label": label[:160], "campaign": campaign}
    alike = ShortLink.objects.filter(**wanted, is_off=False)
    if (made := alike.first()) is not None:
        return made
    mark, [code] = mark_of(**wanted), new_codes(1)
    # One whose label was changed since, or whose campaign is gone, is made for something else by now.
    ShortLink.objects.filter(made_for=mark).exclude(**wanted).update(made_for=None)
    link = ShortLink(code=code, made_for=mark, **wanted)
    link.full_clean(validate_unique=False)
    try:
        # No page shows the links there are; counting them must not empty anybody's store of pages.
        with transaction.atomic(), recorded(link, verb="create", by=by, is_public=False):
            link.save()
    except IntegrityError:
        # Somebody has made it at the same moment.
        if (made := alike.first()) is None:
            raise
        return made
    return link


def mark_of(target: str, channel: str, label: str, campaign: Any) -> str:
    """One word for the four a link is made for."""
    four = json.dumps([target, channel, label, campaign.pk if campaign else None])
    return sha256(four.encode()).hexdigest()


def path_of(target: str | models.Model) -> str:
    if isinstance(target, str):
        return target
    with translation.override("id"):
        address: str = target.get_absolute_url()  # type: ignore[attr-defined]
    return address


def link_page(page: models.Model, campaign: Any = None, *, by: Any = None, at: datetime) -> None:
    """Gives a page that is being published its own short links, so that reading it never has to make any."""
    path, known = path_of(page), codes_of(page)
    channels = [channel for channel in OF_EVERY_PAGE if channel not in known]
    links = ShortLink.objects.bulk_create(
        ShortLink(code=code, target=path, channel=channel, campaign=campaign)
        for code, channel in zip(new_codes(len(channels)), channels, strict=True)
    )
    act = Act("create", by, at)
    remember([act.change(link, link.pk, {}, state_of(link)) for link in links])


def codes_of(page: models.Model) -> dict[str, str]:
    """The codes of a page's own short links by channel; empty before it was published."""
    own = ShortLink.objects.filter(target=path_of(page), label="", is_off=False)
    return dict(own.order_by("-pk").values_list("channel", "code"))


def new_codes(number: int) -> list[str]:
    """Five letters and digits each, at least one digit; none that a service or another link answers to."""
    found: set[str] = set()
    for _attempt in range(ATTEMPTS):
        drawn = {
            "".join(secrets.choice(LETTERS + DIGITS) for _letter in range(LENGTH)) for _code in range(number)
        }
        drawn = {code for code in drawn if set(code) & set(DIGITS)}
        drawn -= {*ShortLink.objects.filter(code__in=drawn).values_list("code", flat=True)}
        drawn -= {*Service.objects.filter(slug__in=drawn).values_list("slug", flat=True)}
        found |= drawn
        if len(found) >= number:
            return sorted(found)[:number]
    # Six million codes: only a broken source of chance gets here.
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
