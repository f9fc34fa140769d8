"""The share image a version of a post goes out with: that of its page, or for news one of its own."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.text import Truncator

from outreach.channel_rules import Shape
from outreach.models import Post, PostVersion
from outreach.share_images import addresses_of
from services.facets import profile
from services.models import News
from services.share_drawing import SQUARE, TALL, WIDE, ShareContent
from services.share_drawing import Shape as Drawn
from services.share_image import Picture

LONGEST_BEGINNING = 140
KEYS = {Shape.WIDE: WIDE.key, Shape.SQUARE: SQUARE.key, Shape.TALL: TALL.key}


def picture_of(version: PostVersion) -> str:
    """Path of its picture in the shape it asks for; empty when it wants none or its page is not public yet."""
    return pictures_of(version.post).get(version.shape, "")


def pictures_of(post: Post) -> dict[str, str]:
    """Paths of its pictures by shape; none while the page it leads to is not public."""
    portal = profile()
    if portal is None or not post.leads_somewhere:
        return {}
    subject = post.subject
    if subject is not None and not isinstance(subject, News):
        absolute = addresses_of(subject, portal)
        return {shape: absolute[key].removeprefix(settings.SITE_URL) for shape, key in KEYS.items()}
    mark = picture_of_news(post, portal, SQUARE).fingerprint
    with translation.override("id"):
        return {
            shape: reverse("outreach:post_picture", args=[post.pk, key, mark]) for shape, key in KEYS.items()
        }


def picture_of_news(post: Post, portal: Any, shape: Drawn) -> Picture:
    """News has no picture of its own, so this one says its headline, how it begins, and when it was told."""
    with translation.override("id"):
        content = content_of_news(post, portal)
    return Picture(content, f"siaran/{post.pk}", shape)


def content_of_news(post: Post, portal: Any) -> ShareContent:
    told_at = post.planned_at or post.approved_at
    return ShareContent(
        portal_name=portal.name,
        theme=portal.theme,
        name=post.title,
        answer=Truncator(post.text.strip().partition("\n")[0]).chars(LONGEST_BEGINNING),
        facts=(),
        checked=date_format(timezone.localtime(told_at), "j F Y") if told_at else "",
        is_confirmed=not post.is_example,
    )
