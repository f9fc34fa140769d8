"""Approved posts for programs that carry them on: a feed, and the pictures of news."""

import re
from datetime import datetime
from typing import Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.feedgenerator import Atom1Feed, Enclosure
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from outreach.channel_rules import RULES
from outreach.models import Post, PostVersion
from outreach.post_pictures import picture_of, picture_of_news
from portal.shared.public_pages import public_page
from services.facets import profile
from services.share_drawing import SHAPES
from services.views.service import portal_or_404

MOST: Final = 30
ITS_PAGE: Final = ("event__location", "event__unit", "service__organization", "news__unit", "campaign__unit")
OF_ITS_PICTURE: Final = (
    *("campaign__areas", "campaign__audiences", "service__counters__location", "service__channels"),
)
# What no XML may hold, however it came into a text.
CONTROLS: Final = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Readers count with a length; ours is drawn when asked for, and 0 is “not known”.
LENGTH_NOT_KNOWN: Final = "0"


@require_safe
@public_page("kanal")
def post_feed(request: HttpRequest) -> HttpResponse:
    """Approved posts whose time has come, the newest first, in the words of one channel (`?kanal=`) or of any."""
    channel = request.GET.get("kanal", "")
    if channel and channel not in RULES:
        raise Http404(_("There are posts for these channels: %s") % ", ".join(RULES))
    portal = profile()
    feed = Atom1Feed(
        title=_("Posts of %(name)s") % {"name": portal.name if portal else "Balai Warga"},
        link=settings.SITE_URL + "/",
        description="",
        language=translation.get_language(),
        feed_url=settings.SITE_URL + reverse("outreach:post_feed") + (f"?kanal={channel}" if channel else ""),
    )
    for post in posts_out(timezone.now()):
        version = version_for(post, channel)
        if version is not None:
            add_entry(feed, post, version, channel)
    return HttpResponse(feed.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


def posts_out(at: datetime) -> list[Post]:
    """Those that still are what a second person said yes to."""
    rows = Post.objects.approved().filter(planned_at__lte=at).order_by("-planned_at", "-pk")
    rows = rows.select_related(*ITS_PAGE, "unit").prefetch_related("versions__short_link", *OF_ITS_PICTURE)
    posts: list[Post] = list(rows[:MOST])
    return [post for post in posts if post.is_bound]


def version_for(post: Post, channel: str) -> PostVersion | None:
    """The version of the channel asked for; without one, the longest words there are."""
    versions: list[PostVersion] = list(post.versions.all())
    if channel:
        return next((one for one in versions if one.channel == channel), None)
    return max(versions, key=lambda one: len(one.whole_text), default=None)


def add_entry(feed: Atom1Feed, post: Post, version: PostVersion, channel: str) -> None:
    # An approved post has both moments: the database says so.
    since = max(moment for moment in (post.planned_at, post.approved_at) if moment)
    picture = picture_of(version)
    enclosures = [Enclosure(settings.SITE_URL + picture, LENGTH_NOT_KNOWN, "image/jpeg")] if picture else []
    feed.add_item(
        title=CONTROLS.sub("", post.title),
        link=version.link or settings.SITE_URL + "/",
        description=CONTROLS.sub("", version.whole_text),
        # Never changes, whatever headline and link become.
        unique_id=f"{settings.SITE_URL}/siaran/{post.pk}" + (f"/{channel}" if channel else ""),
        author_name=post.unit.name,
        pubdate=since,
        updateddate=since,
        enclosures=enclosures,
        categories=[version.channel],
    )


@require_safe
@public_page()
def post_picture(request: HttpRequest, pk: int, shape: str, fingerprint: str) -> HttpResponse:
    """The picture of news; found only under the mark of what it says at present."""
    news = get_object_or_404(Post.objects.select_related("unit", *ITS_PAGE), pk=pk)
    if shape not in SHAPES or not news.has_own_picture:
        raise Http404(_("This portal draws no picture of that shape."))
    picture = picture_of_news(news, portal_or_404(), SHAPES[shape])
    if fingerprint != picture.fingerprint:
        raise Http404(_("This picture has been replaced by a newer one."))
    return HttpResponse(picture.read_or_write(), content_type="image/jpeg")
