from feedback.models.api_key import ApiKey
from feedback.models.calendar import UnitCalendar
from feedback.models.contact import Contact, ContactOpening
from feedback.models.counted_month import CountedMonth
from feedback.models.deadline import DeadlineRule
from feedback.models.draft import Draft
from feedback.models.follow_up import FollowUp
from feedback.models.improvement import Improvement
from feedback.models.message import InternalNote, Message
from feedback.models.photo import Photo
from feedback.models.rating import Rating
from feedback.models.status_change import StatusChange
from feedback.models.submission import Submission
from feedback.models.survey import Survey
from feedback.models.survey_invitation import SurveyInvitation
from feedback.models.survey_response import SurveyResponse
from feedback.models.triage import AnswerTemplate, SensitiveCategory, TriageRule

__all__ = [
    "AnswerTemplate",
    "ApiKey",
    "Contact",
    "ContactOpening",
    "CountedMonth",
    "DeadlineRule",
    "Draft",
    "FollowUp",
    "Improvement",
    "InternalNote",
    "Message",
    "Photo",
    "Rating",
    "SensitiveCategory",
    "StatusChange",
    "Submission",
    "Survey",
    "SurveyInvitation",
    "SurveyResponse",
    "TriageRule",
    "UnitCalendar",
]
