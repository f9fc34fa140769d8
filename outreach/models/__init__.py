from outreach.models.campaign import Campaign, Partnership, Target
from outreach.models.commitment import Commitment
from outreach.models.delivery import Delivery
from outreach.models.event import Event, Series
from outreach.models.keepsakes import EventDocument, EventPhoto, Minutes
from outreach.models.opinion import AfterUse, EventRating, UnderstandingItem, UnderstandingSheet
from outreach.models.post import Post
from outreach.models.post_version import PostVersion
from outreach.models.program import AgendaItem, RegistrationQuestion, RemoteSite, Speaker
from outreach.models.registration import Registration, RegistrationAnswer, RegistrationContact
from outreach.models.short_link import LinkCount, ShortLink

__all__ = [
    "AfterUse",
    "AgendaItem",
    "Campaign",
    "Commitment",
    "Delivery",
    "Event",
    "EventDocument",
    "EventPhoto",
    "EventRating",
    "LinkCount",
    "Minutes",
    "Partnership",
    "Post",
    "PostVersion",
    "Registration",
    "RegistrationAnswer",
    "RegistrationContact",
    "RegistrationQuestion",
    "RemoteSite",
    "Series",
    "ShortLink",
    "Speaker",
    "Target",
    "UnderstandingItem",
    "UnderstandingSheet",
]
