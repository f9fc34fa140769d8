"""What is done in the background: by itself once a day or hour, and when somebody asks for it; in the desk's words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.shared.work.schedule import Periodic

PERIODIC_WORK: list[Periodic] = [
    Periodic(
        "outreach.posting.send_due", "hour", _("Send posts that are due, ask about those that fell silent")
    ),
    Periodic("feedback.escalation.keep_clock", "day", _("Watch promised days, settle what met with silence")),
    Periodic("feedback.handing_over.tell_units", "hour", _("Tell units which cases came to them")),
    Periodic("feedback.sweeping.erase_old", "day", _("Erase contacts, photos and words whose time is over")),
    Periodic("outreach.inviting.invite", "day", _("Ask those who came whether it was useful")),
    Periodic("outreach.reminding.remind", "hour", _("Remind those who registered of tomorrow's activities")),
    Periodic("outreach.forgetting.erase_old", "day", _("Erase names and contacts of past activities")),
    Periodic(
        "outreach.forgetting_houses.forget_old", "day", _("Forget house numbers of rounds that are over")
    ),
    Periodic("outreach.nagging.remind", "day", _("Remind units of minutes and promises")),
    Periodic("portal.open_data.files.keep_large", "day", _("Write the files of large data sets")),
    Periodic("portal.evaluation.keeping.count_nightly", "day", _("Count results for the desk anew")),
    Periodic(
        "portal.evaluation.freezing.publish_due", "day", _("Publish results, freeze months that are over")
    ),
    Periodic("portal.subscriptions.sending.send_due", "day", _("Send letters with what is new")),
    Periodic(
        "portal.subscriptions.asking.erase_unconfirmed", "hour", _("Erase addresses nobody has confirmed")
    ),
    Periodic("feedback.sweeping.sweep_photos", "day", _("Remove files of photos that belong to nothing")),
    Periodic("portal.evaluation.standing.publish_nightly", "day", _("Publish promise beside result")),
    Periodic("portal.field.forgetting.erase_old", "day", _("Forget what phones brought and is decided")),
    Periodic("portal.finding.seeking.forget", "day", _("Forget words looked for in vain")),
    Periodic("portal.shared.push.forgetting.forget_old", "day", _("Forget phones that listened long enough")),
]
# What somebody asks for at a button, in the words of the desk.
ASKED_WORK: dict[str, Promise] = {
    "portal.shared.push.telling.send": _("Tell a phone that there is news"),
    "portal.evaluation.reporting.make": _("Make a PDF report"),
    "portal.evaluation.keeping.count_again": _("Count results anew on demand"),
}
