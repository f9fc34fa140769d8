"""By which way residents hear of something: asked at registration, carried by short links, counted in campaigns."""

import re

from django.db import models
from django.utils.translation import gettext_lazy as _

# The name of the query parameter that carries a channel from a short link to a form: “flyer”, or “flyer.c4fgh” with
# the code of the very link, which stands on many copies and so names nobody.
FROM = "dari"
CODE = re.compile(r"[a-z0-9-]{1,60}")


class Channel(models.TextChoices):
    WHATSAPP = "whatsapp", _("WhatsApp")
    FACEBOOK = "facebook", _("Facebook")
    INSTAGRAM = "instagram", _("Instagram")
    FLYER = "flyer", _("a flyer")
    POSTER = "poster", _("a poster or banner")
    NEIGHBOURHOOD = "rt-rw", _("RT, RW, PKK or dasawisma")
    FRIEND = "teman", _("family, friends or neighbours")
    SCHOOL = "sekolah", _("school")
    HEALTH_POST = "posyandu", _("posyandu or puskesmas")
    VISIT = "kunjungan", _("an officer who came to my home")
    COUNTER = "loket", _("a counter of the government")
    PORTAL = "portal", _("this portal")
    OTHER = "lain", _("another way")


def channel_of(written: str | None) -> str:
    """The channel an address names; empty when it names none we know, or only that there was another."""
    channel = word_of(written)
    return channel if channel != Channel.OTHER else ""


def word_of(written: str | None) -> str:
    word = (written or "").partition(".")[0]
    return word if word in Channel.values else ""


def code_of(written: str | None) -> str:
    """The code of the short link an address names beside its channel; empty when there is none."""
    code = (written or "").partition(".")[2]
    return code if word_of(written) and CODE.fullmatch(code) else ""


def way_of(written: str | None) -> str:
    """Channel and code as they travel on from page to page; empty when the address names no channel we know."""
    code = code_of(written)
    return f"{word_of(written)}.{code}" if code else channel_of(written)
