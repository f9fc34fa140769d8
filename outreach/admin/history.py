"""What history calls the verbs of this room."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from services.admin.differences import VERBS, VERBS_OF

VERBS |= {
    "create": _("Made"),
    "cancelled": _("Called off"),
    "postponed": _("Put off"),
    "published": _("Published"),
    "reschedule": _("Given a new date"),
    "cancel": _("Registration given up"),
    "resize": _("Number of people changed"),
    "admit": _("Moved up from the waiting list"),
    "done": _("Promise kept"),
    "dropped": _("Promise dropped"),
    "answer": _("Answered"),
    "shortlist": _("Chosen to be answered"),
    "hide": _("Not shown"),
    "sort": _("Laid to a finding"),
    "prolong": _("Left open for longer"),
    "publish_result": _("Result published"),
    "withdraw_result": _("Result withdrawn"),
    "lay_out_steps": _("Steps laid out"),
    "ask_approval": _("Approval asked for"),
    "approve": _("Approved"),
    "send_back": pgettext_lazy("a post", "Sent back"),
    "note_result": _("Result written down"),
    "mark_read": _("Read"),
    "release_words": _("Words shown to everybody"),
    "take_back_words": _("Words no longer shown"),
    "settle": _("Sending settled"),
    "plan_drop": _("Place of copies planned"),
    "put_out": _("Copies taken there"),
    "bring_back": _("Copies brought back"),
    "lift": _("May be visited again"),
    "switch_off": _("Switched off"),
    "switch_on": _("Switched on again"),
}
VERBS_OF |= {
    ("outreach.event", "hold"): _("Recorded as held"),
    ("outreach.visit", "undo"): pgettext_lazy("a visit", "Taken back"),
    ("outreach.round", "close"): pgettext_lazy("in history", "Closed"),
    ("outreach.consultation", "close"): pgettext_lazy("in history", "Closed"),
}
