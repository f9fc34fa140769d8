"""What waits for a person of posts: to be published by hand, to be decided after a look at the channel."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from outreach.models import Delivery, Post, PostVersion
from portal.piles import COUNTED, Found, Line, Pile, found, listed, moment

POSTS_LIST = "admin:outreach_post_changelist"


def line_of(version: PostVersion) -> Line:
    post = version.post
    url = f"{reverse('admin:outreach_post_kit', args=[post.pk])}#{version.channel}"
    when = moment(post.planned_at) if post.planned_at else ""
    return Line(post.title, url, " · ".join(filter(None, (version.get_channel_display(), when))))


def to_publish(user: Any, at: datetime) -> Found:
    """Approved, due, and nobody else will do it: not what goes out by itself and is still under way."""
    rows = PostVersion.objects.visible_to(user).due(at).filter(is_automatic=False)
    return found(rows.select_related("post").order_by("post__planned_at", "pk")[: COUNTED + 1], line_of)


def to_decide(user: Any, at: datetime) -> Found:
    asking = Delivery.objects.visible_to(user).asking().values("version")
    rows = PostVersion.objects.filter(pk__in=asking, published_at__isnull=True).select_related("post")
    return found(rows.order_by("post__planned_at", "pk")[: COUNTED + 1], line_of)


POST_PILES = (
    Pile(
        name="posts-due",
        title=_("Posts to publish"),
        explanation=_("Approved and due: copy them to their channel, then note them as published."),
        nothing=_("Every approved post that is due is out."),
        rights=frozenset({"outreach.release_post"}),
        url=listed(POSTS_LIST, f"?state__exact={Post.State.APPROVED}"),
        look=to_publish,
    ),
    Pile(
        name="posts-unclear",
        title=_("Posts nobody knows the end of"),
        explanation=_("A channel did not take them, or did not say so: look there and decide."),
        nothing=_("Of every post that went out by itself it is known that it did."),
        rights=frozenset({"outreach.release_post"}),
        url=listed(POSTS_LIST, f"?state__exact={Post.State.APPROVED}"),
        look=to_decide,
    ),
)
