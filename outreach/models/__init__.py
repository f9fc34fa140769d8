from outreach.models.attendance import Attendance, HeadCount, HeadCountSheet
from outreach.models.campaign import Campaign, Partnership, Target
from outreach.models.commitment import Commitment
from outreach.models.consultation import Consultation
from outreach.models.consultation_parts import (
    ConsultationPaper,
    ConsultationQuestion,
    ConsultationSection,
    Finding,
    ForumStep,
    ParticipantGroup,
)
from outreach.models.consultation_response import ConsultationResponse, Remark
from outreach.models.delivery import Delivery
from outreach.models.event import Event, Series
from outreach.models.home_visit import DoNotVisit, Visit
from outreach.models.invitation import Invitation
from outreach.models.keepsakes import EventDocument, EventPhoto, Minutes
from outreach.models.message import EventMessage, NumbersOpening
from outreach.models.opinion import AfterUse, EventRating, UnderstandingItem, UnderstandingSheet
from outreach.models.post import Post
from outreach.models.post_version import PostVersion
from outreach.models.printing import Drop, Material, PrintRun
from outreach.models.program import AgendaItem, RegistrationQuestion, RemoteSite, Speaker
from outreach.models.question import Question, QuestionLike
from outreach.models.registration import Registration, RegistrationAnswer, RegistrationContact
from outreach.models.short_link import LinkCount, ShortLink
from outreach.models.visit_round import Round, RoundArea, RoundTopic, WalkSheet

__all__ = [
    "AfterUse",
    "AgendaItem",
    "Attendance",
    "Campaign",
    "Commitment",
    "Consultation",
    "ConsultationPaper",
    "ConsultationQuestion",
    "ConsultationResponse",
    "ConsultationSection",
    "Delivery",
    "DoNotVisit",
    "Drop",
    "Event",
    "EventDocument",
    "EventMessage",
    "EventPhoto",
    "EventRating",
    "Finding",
    "ForumStep",
    "HeadCount",
    "HeadCountSheet",
    "Invitation",
    "LinkCount",
    "Material",
    "Minutes",
    "NumbersOpening",
    "ParticipantGroup",
    "Partnership",
    "Post",
    "PostVersion",
    "PrintRun",
    "Question",
    "QuestionLike",
    "Registration",
    "RegistrationAnswer",
    "RegistrationContact",
    "RegistrationQuestion",
    "Remark",
    "RemoteSite",
    "Round",
    "RoundArea",
    "RoundTopic",
    "Series",
    "ShortLink",
    "Speaker",
    "Target",
    "UnderstandingItem",
    "UnderstandingSheet",
    "Visit",
    "WalkSheet",
]
