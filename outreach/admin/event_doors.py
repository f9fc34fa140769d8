"""From the form of an activity to its other pages: who registered, the door, questions, minutes, letters."""

from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from outreach.models import Minutes


@dataclass(frozen=True)
class Door:
    """A page about one activity: its address by the activity's number, and the right it takes."""

    label: Promise
    address: str
    right: str
    # A list of the desk, narrowed to the activity.
    is_list: bool = False

    def url(self, pk: int) -> str:
        try:
            if self.is_list:
                return f"{reverse(self.address)}?event__id__exact={pk}"
            return reverse(self.address, args=[pk])
        except NoReverseMatch:
            return ""


# Of a number that is a key; a longer one was made up.
LONGEST_KEY = 18
DOORS = (
    Door(_("Who registered"), "admin:outreach_registration_changelist", "outreach.view_registration", True),
    Door(_("Register a caller"), "outreach:register_for", "outreach.add_registration"),
    Door(_("At the door"), "outreach:door", "outreach.check_in_event"),
    Door(_("Questions"), "outreach:event_questions", "outreach.moderate_question"),
    Door(_("Write to them"), "outreach:messages", "outreach.message_event"),
    Door(_("Evaluation"), "outreach:opinions", "outreach.view_eventrating"),
    Door(_("Invitations"), "admin:outreach_invitation_changelist", "outreach.view_invitation", True),
)


def doors_of(object_id: str, user: Any) -> list[tuple[Any, str]]:
    """Label and address of each page this person may open."""
    if not object_id.isdecimal() or len(object_id) > LONGEST_KEY:
        return []
    pk = int(object_id)
    doors = [(one.label, one.url(pk)) for one in DOORS if user.has_perm(one.right)]
    if user.has_perm("outreach.view_minutes"):
        written = Minutes.objects.filter(event__pk=pk).values_list("pk", flat=True).first()
        if written is not None:
            doors.append((_("Minutes"), reverse("admin:outreach_minutes_change", args=[written])))
        elif user.has_perm("outreach.add_minutes"):
            doors.append((_("Write minutes"), f"{reverse('admin:outreach_minutes_add')}?event={pk}"))
    if user.has_perm("outreach.add_post"):
        doors.append((_("Write a post"), f"{reverse('admin:outreach_post_add')}?event={pk}"))
    return [(label, url) for label, url in doors if url]
