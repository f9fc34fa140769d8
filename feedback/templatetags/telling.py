"""What a resident takes home."""

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext

from feedback.models import Submission
from feedback.spam import in_words
from portal.shared.whatsapp import share_link

register = template.Library()


@register.filter
def number_on_whatsapp(submission: Submission) -> str:
    """Sends the number to a chat of one's own. Not the secret: it would stand in the address of another service."""
    address = f"{settings.SITE_URL}{reverse('feedback:track')}"
    words = gettext("My message to the office has the number %(number)s. I can follow it at %(address)s")
    return share_link(words % {"number": submission.number, "address": address})


@register.filter
def suspicion_in_words(submission: Submission) -> str:
    """Why a clerk should look twice."""
    return in_words(submission.suspicion)
