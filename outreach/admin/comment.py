"""What people wrote about activities, at the desk: read, shown in words of the office's choice, taken back."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.text import Truncator
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from outreach.admin.attendance import WrittenAtTheDoor
from outreach.admin.base import OutreachAdmin
from outreach.admin.event_filters import MineFilter, of_my_units
from outreach.models import EventRating
from outreach.models.comment import ERASED, MOST_LETTERS
from portal.shared.templatetags.indonesia import short_date
from services.admin.verbs import Verb


class ShowForm(forms.Form):
    text = forms.CharField(
        label=_("Words everybody reads"),
        max_length=MOST_LETTERS,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Leave out names, and whatever tells who wrote it."),
        error_messages={"required": _("Write the words that are to be shown.")},
    )

    @staticmethod
    def beginning(row: EventRating) -> dict[str, Any]:
        return {"text": row.released_text or row.missing}


READ = Verb(
    name="mark_read",
    right="release",
    label=_("Read, not shown"),
    explanation=_("It no longer waits for anybody; nobody but staff reads it."),
    do=lambda row, user, answers: row.mark_read(by=user),
    done=lambda n: ngettext("%(n)s comment read.", "%(n)s comments read.", n) % {"n": n},
    suits=lambda row: row.read_at is None,
)
SHOW = Verb(
    name="release",
    right="release",
    label=_("Show to everybody"),
    explanation=_("Everybody reads these words on the page of the activity and beside the results."),
    do=lambda row, user, answers: row.release(by=user, **answers),
    done=lambda n: ngettext("%(n)s comment shown.", "%(n)s comments shown.", n) % {"n": n},
    form=ShowForm,
)
TAKE_BACK = Verb(
    name="take_back",
    right="release",
    label=_("Show no longer"),
    explanation=_("Nobody but staff reads it from now on. What the person wrote stays."),
    do=lambda row, user, answers: row.take_back(by=user),
    done=lambda n: ngettext("%(n)s comment taken back.", "%(n)s comments taken back.", n) % {"n": n},
    suits=lambda row: row.is_released,
)


class OfMyUnitFilter(MineFilter):
    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        mine: QuerySet[Any] = of_my_units(queryset, request.user, "event__unit")
        return mine if self.value() == "1" else queryset


@admin.register(EventRating)
class CommentAdmin(WrittenAtTheDoor, OutreachAdmin):
    """Only ratings with words; what everybody said is counted in the results."""

    list_display = ("words", "event", "at", "state")
    list_display_links = ("words",)
    list_filter = (
        ("read_at", admin.EmptyFieldListFilter),
        ("released_at", admin.EmptyFieldListFilter),
        OfMyUnitFilter,
    )
    list_select_related = ("event",)
    saved_filters = (
        (_("Not read yet"), "read_at__isempty=1"),
        (_("Shown"), "released_at__isempty=0"),
        (_("Everything"), ""),
    )
    search_fields = ("event__title",)
    verbs = (SHOW, READ, TAKE_BACK)
    one_at_a_time = frozenset({"release"})
    fields = ("event", "at", "usefulness", "clarity", "missing", "released_text", "read_at", "released_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Also those whose own words are erased, as long as others are shown: they can still be taken back."""
        rows: QuerySet[Any] = super().get_queryset(request)
        rows = rows.exclude(missing__in=("", ERASED), released_at=None)
        return rows

    @admin.display(description=_("what was missing"))
    def words(self, row: EventRating) -> str:
        return Truncator(row.missing.strip(ERASED) or row.released_text).chars(80)

    @admin.display(description=_("shown since"), ordering="released_at")
    def state(self, row: EventRating) -> str:
        return short_date(row.released_at) or (gettext("read") if row.read_at else gettext("not read yet"))
