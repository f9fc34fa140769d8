from services.models.area import Area
from services.models.category import Audience, Category
from services.models.channel import Channel
from services.models.location import Location, ServiceAtLocation
from services.models.membership import Membership
from services.models.news import News
from services.models.opening_hours import ClosedDay, OpeningHours
from services.models.organization import Organization
from services.models.profile import Charter, EmergencyNumber, PortalProfile
from services.models.public_work import PublicWork, PublicWorkUpdate
from services.models.requirement import Requirement
from services.models.service import Service
from services.models.step import Step
from services.models.synonym import Synonym

__all__ = [
    "Area",
    "Audience",
    "Category",
    "Channel",
    "Charter",
    "ClosedDay",
    "EmergencyNumber",
    "Location",
    "Membership",
    "News",
    "OpeningHours",
    "Organization",
    "PortalProfile",
    "PublicWork",
    "PublicWorkUpdate",
    "Requirement",
    "Service",
    "ServiceAtLocation",
    "Step",
    "Synonym",
]
