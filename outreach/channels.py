"""By which way residents hear of something: asked at registration, carried by short links, counted in campaigns."""

from django.db import models
from django.utils.translation import gettext_lazy as _

# The name of the query parameter that carries a channel from a short link to a form.
FROM = "dari"


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
    """The channel an address names; empty when it names none we know."""
    return written if written in Channel.values else ""
