"""The receipt of a registration: its code as a picture for the door, and the appointment for a chat of one's own."""

import segno
from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from outreach.models import Event
from portal.shared.templatetags.indonesia import clock, long_date
from portal.shared.whatsapp import share_link

register = template.Library()

MODULE, QUIET = 7, 4


@register.simple_tag
def code_to_scan(code: str) -> SafeString:
    """The text of the code alone as a QR code, with its quiet zone, on white whatever the theme."""
    drawing = segno.make_qr(code, error="m", boost_error=False)
    # Nothing but squares: segno writes numbers only.
    return mark_safe(
        drawing.svg_inline(
            scale=MODULE, border=QUIET, dark="#000", light="#fff", svgclass=None, lineclass=None
        )
    )


@register.filter
def on_own_whatsapp(event: Event) -> str:
    """The appointment for a chat of one's own. Not the code: it would stand in the address of another service."""
    words = gettext(
        "%(title)s: %(date)s, %(time)s, %(place)s. With my code I open my registration at %(address)s"
    )
    told = {
        "title": event.label,
        "date": long_date(event.starts_at),
        "time": clock(event.starts_at),
        "place": event.place or event.online_url,
        "address": f"{settings.SITE_URL}{reverse('outreach:code')}",
    }
    return share_link(words % told)
