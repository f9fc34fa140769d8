"""The ways a post goes out by itself; each is off until its account is set in the environment."""

from django.conf import settings

from outreach.channels import Channel
from outreach.connectors.facebook import Facebook
from outreach.connectors.instagram import Instagram
from outreach.connectors.interface import Connector, NotNow, Outgoing, Receiver, Refused, Sent, Unclear
from outreach.connectors.whatsapp import WhatsApp

__all__ = ["Connector", "NotNow", "Outgoing", "Receiver", "Refused", "Sent", "Unclear", "connector_of"]


def connector_of(channel: str) -> Connector | None:
    """The connector of a channel as the settings have it now; None where there is no account."""
    api = settings.META_API_URL
    if channel == Channel.FACEBOOK and settings.FACEBOOK_PAGE_ID:
        return Facebook(api, settings.FACEBOOK_TOKEN, settings.FACEBOOK_PAGE_ID)
    if channel == Channel.INSTAGRAM and settings.INSTAGRAM_USER_ID:
        return Instagram(api, settings.INSTAGRAM_TOKEN or settings.FACEBOOK_TOKEN, settings.INSTAGRAM_USER_ID)
    if channel == Channel.WHATSAPP and settings.WHATSAPP_PHONE_ID:
        return WhatsApp(
            api,
            settings.WHATSAPP_TOKEN,
            settings.WHATSAPP_PHONE_ID,
            template=settings.WHATSAPP_TEMPLATE,
            numbers=tuple(settings.WHATSAPP_RECEIVERS),
        )
    return None
