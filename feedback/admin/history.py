"""What history calls the verbs of this room."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from services.admin.differences import VERBS, VERBS_OF

VERBS |= {
    "correct": _("Put right"),
    "release": _("Released to everybody"),
    "take_back": _("Taken back from everybody"),
    "export": _("Exported"),
    "describe": _("Described"),
    "cover": _("Faces and plates covered"),
    "open": _("Opened for answers"),
    "issue": _("New key made"),
    "revoke": _("Key taken back"),
}
VERBS_OF |= {("feedback.survey", "close"): pgettext_lazy("in history", "Closed")}
