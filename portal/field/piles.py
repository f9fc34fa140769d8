"""What phones brought and somebody has to look at, as a pile of the desk's start page."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.field.models import HeldItem
from portal.piles import COUNTED, Found, Line, Pile, found, listed, moment


def to_look_at(user: Any, at: datetime) -> Found:
    rows = HeldItem.objects.visible_to(user).open().select_related("by").order_by("received_at", "pk")

    def as_line(held: HeldItem) -> Line:
        who = (held.by.get_full_name() or held.by.get_username()) if held.by else ""
        return Line(str(held), held.desk_url, " · ".join(filter(None, (who, moment(held.at)))))

    return found(rows[: COUNTED + 1], as_line)


FROM_PHONES = Pile(
    name="from-phones",
    title=_("Brought from without signal, to look at"),
    explanation=_("It could not be written down as it came, or two officers speak of the same home."),
    nothing=_("Everything the phones brought is written down."),
    rights=frozenset({"field.settle_helditem"}),
    url=listed("admin:field_helditem_changelist", "?state__exact=open"),
    look=to_look_at,
)
